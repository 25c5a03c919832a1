// The song's line: what it is, how it is played, who plays along.
import { Download, ListMusic, Maximize2, PencilLine, Plus, Users } from 'lucide-react';
import { clock } from '../lib/bars';
import { usePractice, usePracticeState } from '../lib/practice';
import { prettyKey, signed } from '../lib/words';
import { ActionButton } from '../parts/action_button';
import { DragNumber } from '../parts/drag_number';
import { Keys } from '../parts/keys';
import { Tip } from '../parts/tip';

export function Header() {
  const song = usePracticeState((s) => s.song);
  const band = usePracticeState((s) => s.band);
  return (
    <header className="song-head">
      <div className="song-name">
        <h1 data-testid="song-title">
          {song ? [song.title, song.artist].filter(Boolean).join(' — ') : 'Practice'}
        </h1>
        <Facts />
      </div>
      {song ? (
        <>
          <Speed />
          <Pitch />
          <Ladder />
          <ActionButton
            action="practice-band"
            className={band ? 'on' : 'primary'}
            icon={<Users />}
            label={band ? 'Band session' : 'Play with others by link'}
          >
            <span className="wordy">{band ? `${band.members.length} in the band` : 'Band session'}</span>
          </ActionButton>
          <span className="group only-wide">
            <ActionButton action="practice-correct" icon={<PencilLine />} />
            <ActionButton action="practice-download" icon={<Download />} />
            <ActionButton action="practice-big" icon={<Maximize2 />} />
          </span>
        </>
      ) : null}
      <span className="group">
        <ActionButton action="practice-library" icon={<ListMusic />} />
        <ActionButton action="practice-add" icon={<Plus />} />
      </span>
    </header>
  );
}

function Facts() {
  const words = usePracticeState((s) => {
    if (!s.song)
      return s.songs.length > 0 ? 'Choose a song, or drop one here.' : 'Learn a song: drop it here.';
    const done = s.progress >= 1;
    return [
      done
        ? s.fromCache
          ? '4 stems, made before'
          : s.took > 0
            ? `4 stems in ${s.took.toFixed(1)} s`
            : '4 stems'
        : `${s.sentence || 'Taking it apart'} · ${Math.round(s.progress * 100)} %`,
      s.analysis ? `${s.analysis.tempo.toFixed(1)} bpm` : s.analysing ? 'listening to it' : '',
      s.analysis?.key ? prettyKey(s.analysis.key) : '',
      clock(s.duration),
    ]
      .filter(Boolean)
      .join(' · ');
  });
  const progress = usePracticeState((s) => (s.song && s.progress < 1 ? s.progress : 1));
  return (
    <>
      <p className="mute" data-testid="song-facts" role="status">
        {words}
      </p>
      {progress < 1 ? (
        <div
          className="bar"
          role="progressbar"
          aria-label="Separation"
          aria-valuenow={Math.round(progress * 100)}
        >
          <i style={{ transform: `scaleX(${progress})` }} />
        </div>
      ) : null}
    </>
  );
}

const nothing = (): void => undefined;

function Speed() {
  const practice = usePractice();
  const speed = usePracticeState((s) => s.speed);
  return (
    <Tip label="Speed: drag, type, or S for 70, 85, 100 %" keys="S">
      <div className="btn song-number">
        <DragNumber
          label="Speed"
          testid="practice-speed"
          unit={<span>Speed</span>}
          value={Math.round(speed * 100)}
          digits={0}
          low={25}
          high={200}
          valueText={`${Math.round(speed * 100)} per cent`}
          onChange={(percent) => practice.setSpeed(percent / 100)}
          begin={nothing}
          end={nothing}
        />
        <span>%</span>
        <Keys of="S" />
      </div>
    </Tip>
  );
}

function Pitch() {
  const practice = usePractice();
  const pitch = usePracticeState((s) => s.pitch);
  const tuning = usePracticeState((s) => s.tuning);
  return (
    <Tip label={`Pitch in semitones · A4 at ${tuning.toFixed(1)} Hz`} keys=".">
      <div className="btn song-number" data-value={signed(pitch)}>
        <DragNumber
          label="Pitch"
          testid="practice-pitch"
          unit={<span>Pitch</span>}
          value={pitch}
          digits={0}
          low={-12}
          high={12}
          valueText={`${signed(pitch)} semitones`}
          onChange={(semitones) => practice.setPitch(semitones)}
          begin={nothing}
          end={nothing}
        />
      </div>
    </Tip>
  );
}

function Ladder() {
  const ladder = usePracticeState((s) => s.ladder);
  return (
    <ActionButton
      action="practice-ladder-settings"
      className={ladder.on ? 'on' : ''}
      label="Speed ladder: faster after clean passes"
    >
      Ladder {Math.round(ladder.start * 100)}→{Math.round(ladder.end * 100)} %
    </ActionButton>
  );
}
