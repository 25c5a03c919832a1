// Harmony and colour of what sounds: the circle of fifths with the chord in it, and the spectrum.
import { useCallback, useEffect, useRef } from 'react';
import { onFrame } from '../lib/frames';
import { settingOf, useStream, useStreamState } from '../lib/stream';
import { prefersFlats, prettyKey } from '../lib/words';
import { Canvas, type Paint } from '../parts/canvas';
import { RATE, barAt, beatsUntil, changeAt, chordAt, scaleOf } from './now';
import { paintSpectrum } from './paint_form';
import { paintWheel } from './paint_wheel';

const always = (): boolean => true;

export function Side() {
  return (
    <aside className="stream-side" aria-label="What sounds">
      <Now />
      <Wheel />
      <Spectrum />
    </aside>
  );
}

// Chord, section and the countdown to a change, written straight to the page.
function Now() {
  const stream = useStream();
  const chord = useRef<HTMLSpanElement>(null);
  const place = useRef<HTMLSpanElement>(null);
  const wait = useRef<HTMLSpanElement>(null);
  useEffect(
    () =>
      onFrame(() => {
        const frame = stream.heardFrame();
        const bar = barAt(stream.store.getState().bars, frame);
        put(chord.current, prettyKey(chordAt(bar, frame)?.name ?? '–'));
        put(
          place.current,
          bar ? `${bar.section} · bar ${bar.index + 1} of ${bar.bars} · ${prettyKey(bar.key)}` : 'silence',
        );
        const at = changeAt(stream, frame);
        const beats = at < 0 ? 0 : beatsUntil(at, frame, bar);
        put(
          wait.current,
          at < 0 ? '' : beats <= 1 ? 'changes on the next beat' : `changes in ${beats} beats`,
        );
      }),
    [stream],
  );
  return (
    <div className="now">
      <span className="chord" ref={chord} data-testid="chord">
        –
      </span>
      <span className="place" ref={place} data-testid="stream-place">
        silence
      </span>
      <span className="wait" ref={wait} data-testid="stream-wait" />
    </div>
  );
}

function put(element: HTMLElement | null, text: string): void {
  if (element && element.textContent !== text) element.textContent = text;
}

function Wheel() {
  const stream = useStream();
  // Of the bar that sounds; before there is one, as asked.
  const asked = useStreamState((s) => {
    const name = (id: string): string =>
      s.table.find((row) => row.id === id)?.choices[settingOf(s, id)] ?? '';
    return `${name('key')} ${name('mode')}`;
  });
  const scale = useRef({ key: '', of: scaleOf('A aeolian')! });
  const glow = useRef(0);
  const paint = useCallback<Paint>(
    (g, width, height, style) => {
      const frame = stream.heardFrame();
      const { bars } = stream.store.getState();
      const bar = barAt(bars, frame);
      const chord = chordAt(bar, frame);
      const following = bar ? bars[bars.indexOf(bar) + 1] : undefined;
      const later = bar?.chords[bar.chords.indexOf(chord!) + 1] ?? following?.chords[0];
      const key = bar?.key ?? asked;
      if (key !== scale.current.key) scale.current = { key, of: scaleOf(key) ?? scale.current.of };
      glow.current = Math.max(stream.level(), glow.current * 0.93);
      paintWheel(g, width, height, style, {
        tonic: scale.current.of.tonic,
        scale: scale.current.of.tones,
        chord: chord?.pitches ?? [],
        next: later && later.name !== chord?.name ? later.pitches : [],
        flats: prefersFlats(bar?.key ?? ''),
        glow: glow.current,
      });
    },
    [stream, asked],
  );
  return <Canvas paint={paint} changed={always} label="Circle of fifths" height={212} className="wheel" />;
}

function Spectrum() {
  const stream = useStream();
  const bins = useRef(new Float32Array(1024).fill(-200));
  const held = useRef(new Float32Array(256));
  const paint = useCallback<Paint>(
    (g, width, height, style) => {
      stream.spectrum(bins.current);
      paintSpectrum(g, width, height, style, bins.current, held.current, RATE);
    },
    [stream],
  );
  return <Canvas paint={paint} changed={always} label="Spectrum" height={96} className="spectrum" />;
}
