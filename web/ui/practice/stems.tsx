// The heads of the stems, left of their waveforms: alone, silent, how loud; and what one plays.
import { useEffect, useRef } from 'react';
import type { StemName, StemView } from '../../core/practice_types';
import { onFrame } from '../lib/frames';
import { STEM_WORDS, usePractice, usePracticeState } from '../lib/practice';
import { decibels } from '../lib/words';
import { keepFocus } from '../parts/action_button';
import { Keys } from '../parts/keys';
import { Tip } from '../parts/tip';

const LOW = -40;

export function Stems() {
  const stems = usePracticeState((s) => s.stems);
  return (
    <div className="stem-heads" role="group" aria-label="Stems">
      <div className="stem-top">
        <span>Bars</span>
        <span>Chords</span>
      </div>
      {stems.map((stem, i) => (
        <Head key={stem.name} stem={stem} number={i + 1} />
      ))}
    </div>
  );
}

function Head({ stem, number }: { stem: StemView; number: number }) {
  const practice = usePractice();
  const mine = usePracticeState((s) => s.instrument === stem.name);
  const word = STEM_WORDS[stem.name];
  return (
    <div
      className="stem-head"
      style={{ '--tone': `var(--${stem.name})` } as React.CSSProperties}
      data-testid={`stem-${stem.name}`}
    >
      <div className="stem-line">
        <Keys of={String(number)} />
        <Tip label={mine ? 'What you play: hard passages are found in it' : `I play this`} keys="N">
          <button
            type="button"
            className="stem-name"
            aria-pressed={mine}
            data-testid={`mine-${stem.name}`}
            onMouseDown={keepFocus}
            onClick={() => practice.setInstrument(stem.name)}
          >
            {word}
          </button>
        </Tip>
        <span className="grow" />
        <Tip label={`${word} alone. Hold the key, or tap it`} keys={String(number)}>
          <button
            type="button"
            className="small-key"
            aria-pressed={stem.solo}
            aria-label={`${word} alone`}
            data-testid={`solo-${stem.name}`}
            onMouseDown={keepFocus}
            onClick={() => practice.solo(stem.name, !stem.solo)}
          >
            S
          </button>
        </Tip>
        <Tip label={`${word} silent`} keys={`Shift+${number}`}>
          <button
            type="button"
            className="small-key mute-key"
            aria-pressed={stem.mute}
            aria-label={`${word} silent`}
            data-testid={`mute-${stem.name}`}
            onMouseDown={keepFocus}
            onClick={() => practice.setStem(stem.name, { mute: !stem.mute })}
          >
            M
          </button>
        </Tip>
      </div>
      <input
        className="stem-fader"
        type="range"
        min={LOW}
        max={6}
        step={0.5}
        value={Math.max(LOW, stem.gainDb)}
        aria-label={`${word} level`}
        aria-valuetext={decibels(stem.gainDb)}
        data-testid={`gain-${stem.name}`}
        style={
          { '--at': `${((Math.max(LOW, stem.gainDb) - LOW) / (6 - LOW)) * 100}%` } as React.CSSProperties
        }
        onChange={(event) => {
          const db = Number(event.currentTarget.value);
          practice.setStem(stem.name, { gainDb: db <= LOW ? -60 : db });
        }}
        onDoubleClick={() => practice.setStem(stem.name, { gainDb: 0 })}
      />
      <div className="stem-line">
        <span className="mute mono-figures">{decibels(stem.gainDb <= -60 ? -Infinity : stem.gainDb)}</span>
        <Level name={stem.name} />
      </div>
    </div>
  );
}

// What is heard of it now, as a short bar: written to the page each frame, never rendered.
function Level({ name }: { name: StemName }) {
  const practice = usePractice();
  const ref = useRef<HTMLElement>(null);
  useEffect(() => {
    let shown = 0;
    return onFrame(() => {
      const peak = Math.min(1, practice.level(name));
      const db = peak > 0 ? Math.max(0, 1 + (20 * Math.log10(peak)) / 48) : 0;
      const next = Math.max(db, shown - 0.03);
      if (Math.abs(next - shown) < 0.004 || !ref.current) return;
      shown = next;
      ref.current.style.transform = `scaleX(${shown.toFixed(3)})`;
    });
  }, [name, practice]);
  return (
    <span className="stem-level" aria-hidden="true">
      <i ref={ref} />
    </span>
  );
}
