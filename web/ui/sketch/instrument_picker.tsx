// All instruments of the installed SoundFonts and the synthesisers, by family and by search. Enter or a click takes one;
// the arrow keys go through them.
import { X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { useApp, useSession } from '../lib/app';
import { search } from '../lib/fuzzy';
import {
  DRUM_KITS,
  FAMILIES,
  type Instrument,
  SYNTHESISERS,
  VARIATIONS,
  fieldsOf,
  instrumentsOf,
} from '../lib/general_midi';
import { screen } from '../lib/screen';
import { Marked } from '../parts/marked';
import { Dialog } from '../parts/dialog';

const close = (): void => screen.setState({ instruments: false });

export function InstrumentPicker() {
  const { session, roll } = useApp();
  const fonts = useSession((s) => s.fonts);
  const track = useSession((s) => s.song.tracks.find((t) => t.id === s.track));
  const job = useSession((s) => s.instrument);
  const [query, setQuery] = useState('');
  const [family, setFamily] = useState<string | null>(null);
  const all = useMemo(() => instrumentsOf(fonts), [fonts]);
  const families = useMemo(
    () =>
      [...FAMILIES, VARIATIONS, DRUM_KITS, SYNTHESISERS].filter((name) => all.some((i) => i.family === name)),
    [all],
  );
  const found = useMemo(() => {
    const within = family === null ? all : all.filter((i) => i.family === family);
    return search(query, within, (i) => [
      i.name,
      i.synth ? `${i.family} ${i.own}` : `${i.family} ${i.own} ${i.program + 1}`,
    ]);
  }, [all, family, query]);
  const isCurrent = (i: Instrument): boolean =>
    track !== undefined &&
    (i.synth
      ? i.synth === track.instrument
      : !all.some((other) => other.synth && other.synth === track.instrument) &&
        i.bank === track.bank &&
        i.program === track.program &&
        (i.font === track.soundfont || track.soundfont === ''));
  const [at, setAt] = useState(() => Math.max(0, all.findIndex(isCurrent)));
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [at, found]);

  const take = (instrument: Instrument): void => {
    session.edit.group('Instrument', () => {
      const id = track?.id ?? session.edit.addTrack('Melody', instrument.program);
      session.edit.setTrack(id, fieldsOf(instrument));
    });
    roll.audition(60, 100, 500);
  };
  const onKey = (event: KeyboardEvent): void => {
    const move = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
    if (move !== undefined) setAt(Math.min(found.length - 1, Math.max(0, at + move)));
    else if (event.key === 'Enter' && found[at]) {
      take(found[at].item);
      if (!event.shiftKey) close();
    } else return;
    event.preventDefault();
  };
  return (
    <Dialog
      label="Instruments"
      testid="instruments"
      className="picker"
      onClose={close}
      head={
        <div className="dialog-head">
          <input
            className="palette-search"
            placeholder="Find an instrument"
            aria-label="Find an instrument"
            role="combobox"
            aria-expanded="true"
            aria-controls="instrument-list"
            aria-activedescendant={found[at] ? idOf(found[at].item) : undefined}
            data-testid="instrument-search"
            data-first=""
            spellCheck={false}
            value={query}
            onChange={(event) => {
              setQuery(event.currentTarget.value);
              setAt(0);
            }}
            onKeyDown={onKey}
          />
          <button type="button" className="icon" aria-label="Close" onClick={close}>
            <X />
          </button>
        </div>
      }
    >
      {fonts.length === 0 ? (
        <p className="palette-none">
          No SoundFont is installed yet, so there are only synthesisers. Install one on the server, such as
          timgm6mb-soundfont, then open the page again.
        </p>
      ) : null}
      <div className="picker-body">
        <div className="families" role="group" aria-label="Families">
          {[null, ...families].map((name) => (
            <button
              key={name ?? ''}
              type="button"
              aria-pressed={family === name}
              onClick={() => {
                setFamily(name);
                setAt(0);
              }}
            >
              {name ?? 'All'}
            </button>
          ))}
        </div>
        <div
          id="instrument-list"
          role="listbox"
          aria-label="Instruments"
          ref={list}
          data-testid="instrument-list"
        >
          {found.length === 0 ? <p className="palette-none">No instrument is called “{query}”.</p> : null}
          {found.map(({ item, match }, i) => (
            <div
              key={idOf(item)}
              id={idOf(item)}
              className={`option ${isCurrent(item) ? 'current' : ''}`}
              role="option"
              aria-selected={i === at}
              data-testid={
                item.synth ? `instrument-synth-${item.synth}` : `instrument-${item.bank}-${item.program}`
              }
              onClick={() => {
                setAt(i);
                take(item);
              }}
              onDoubleClick={close}
            >
              <span className="number">{item.synth ? '' : item.program + 1}</span>
              <span>
                <Marked text={item.name} at={match.at} />
              </span>
              {item.bank === 0 && !item.synth ? null : <span className="where">{item.own}</span>}
              <span className="end where">
                {isCurrent(item) && job?.state === 'running' ? `${Math.round(job.progress * 100)} %` : ''}
              </span>
            </div>
          ))}
        </div>
      </div>
    </Dialog>
  );
}

const idOf = (i: Instrument): string =>
  `instrument-${i.synth || i.font}-${i.bank}-${i.program}`.replace(/[^\w-]/g, '_');
