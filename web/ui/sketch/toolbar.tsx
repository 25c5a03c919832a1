// What one does in Sketch, and in a line what there is.
import { Mic, Pencil, Upload } from 'lucide-react';
import { useMemo } from 'react';
import { usePrefs, useSession } from '../lib/app';
import { TimeMap } from '../lib/time';
import { plural, prefersFlats, prettyKey } from '../lib/words';
import { ActionButton } from '../parts/action_button';
import { describeSelection, summarise } from '../roll/describe';
import { ExportMenu } from './export_menu';
import { GridMenu, QuantiseMenu } from './grid_menus';

export function Toolbar() {
  const key = useSession((s) => s.song.key);
  const tool = usePrefs((p) => p.tool);
  return (
    <div className="toolbar" role="toolbar" aria-label="Sketch" data-testid="toolbar">
      <ActionButton action="record" className="primary" icon={<Mic />} showKey data-testid="hum">
        Hum
      </ActionButton>
      <ActionButton action="open-file" icon={<Upload />} aria-label="Drop or choose a file">
        <span className="wordy">Drop or choose a file</span>
      </ActionButton>
      <SummaryLine />
      <ActionButton action="pencil" icon={<Pencil />} pressed={tool === 'pencil'} />
      <GridMenu />
      <span className="group">
        <Quantise />
        <QuantiseMenu />
      </span>
      <ActionButton action="snap-to-key">{key ? `Snap to ${prettyKey(key)}` : 'Snap to key'}</ActionButton>
      <ExportMenu />
    </div>
  );
}

function Quantise() {
  const strength = usePrefs((p) => p.strength);
  return <ActionButton action="quantise">Quantise {Math.round(strength * 100)} %</ActionButton>;
}

// "14 notes · 5 bars · confidence 0.91", or what is selected.
function SummaryLine() {
  const song = useSession((s) => s.song);
  const notes = useSession((s) => s.notes);
  const selection = useSession((s) => s.selection);
  const track = useSession((s) => s.track);
  const map = useMemo(() => new TimeMap(song.tempos, song.metres), [song.tempos, song.metres]);
  const chosen = useMemo(
    () => [...selection].map((id) => notes.indexOf(id)).filter((i) => i >= 0),
    [selection, notes],
  );
  const all = useMemo(() => {
    const place = song.tracks.findIndex((t) => t.id === track);
    return summarise(notes, Math.max(0, place), map);
  }, [notes, song.tracks, track, map]);
  if (chosen.length > 0) {
    const text = describeSelection(notes, chosen, map, prefersFlats(song.key));
    return (
      <span className="summary" data-testid="summary" data-selected={chosen.length} title={text}>
        {text}
      </span>
    );
  }
  if (all.notes === 0) return <span className="summary" data-testid="summary" />;
  const heard = song.takes.length > 0;
  return (
    <span className="summary" data-testid="summary" data-notes={all.notes}>
      {plural(all.notes, 'note')} · {plural(all.bars, 'bar')}
      {heard ? (
        <>
          {' · '}
          <span className={all.confidence >= 0.7 ? 'sure' : 'doubt'}>
            confidence {all.confidence.toFixed(2)}
          </span>
        </>
      ) : null}
    </span>
  );
}
