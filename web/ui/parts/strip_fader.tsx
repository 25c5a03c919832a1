// The fader of a strip, upright, with its scale and the stereo meter beside it.
//
// Drag, wheel, arrow keys, fine with Shift, double-click for 0 dB, or type a number. One drag is one step
// of undo. The meter shows peaks that fall slowly, a hold line, and a lamp that stays lit after an over
// until it is clicked.
import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef, useState } from 'react';
import type { StripMeters } from '../../core';
import { faderDb, faderPlace, meterPlace, parseDb } from '../lib/levels';
import { onFrame } from '../lib/frames';
import { useWheel } from '../lib/wheel';
import { minus } from '../lib/words';
import { Canvas, type Paint } from './canvas';

const LOW = -60;
const HIGH = 6;
const MARKS = [6, 0, -6, -12, -24, -40];
const HOLD_MS = 1500;
const FALL = 24; // dB a second

interface Props {
  label: string;
  value: number; // dB
  onChange: (db: number) => void;
  begin: () => void;
  end: () => void;
  meters: () => StripMeters;
  height: number;
  testid: string;
}

export function StripFader(props: Props) {
  const { value, height, label } = props;
  const drag = useRef<{ y: number; place: number } | null>(null);
  const root = useRef<HTMLDivElement>(null);
  const [typing, setTyping] = useState(false);
  const way = height - 20; // of the cap's middle
  const place = faderPlace(value, LOW, HIGH);
  const set = (db: number): void => props.onChange(Math.min(HIGH, Math.max(LOW, Math.round(db * 10) / 10)));
  const once = (db: number): void => {
    props.begin();
    set(db);
    props.end();
  };
  const onDown = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { y: event.clientY, place };
    props.begin();
  };
  const onMove = (event: PointerEvent): void => {
    const held = drag.current;
    if (!held) return;
    held.place += ((held.y - event.clientY) / way) * (event.shiftKey ? 0.1 : 1);
    held.y = event.clientY;
    set(faderDb(Math.min(1, Math.max(0, held.place)), LOW, HIGH));
  };
  const onUp = (): void => {
    if (!drag.current) return;
    drag.current = null;
    props.end();
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const size = event.shiftKey ? 0.1 : 1;
    const steps: Record<string, number> = {
      ArrowUp: size,
      ArrowRight: size,
      ArrowDown: -size,
      ArrowLeft: -size,
      PageUp: 6,
      PageDown: -6,
    };
    if (event.key in steps) once(Math.max(LOW, value) + steps[event.key]!);
    else if (event.key === 'Home') once(LOW);
    else if (event.key === 'End') once(HIGH);
    else if (event.key === 'Delete' || event.key === 'Backspace') once(0);
    else if (event.key === 'Enter') setTyping(true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  useWheel(
    root,
    (up, event) => {
      set(Math.max(LOW, value) + up * (event.shiftKey ? 0.1 : 0.5));
      return true;
    },
    props,
  );
  const shown = value <= LOW ? '−∞' : minus(value);
  return (
    <div className="strip-fader">
      <div className="strip-way" style={{ height }}>
        <div className="scale" aria-hidden="true">
          {MARKS.map((db) => (
            <i
              key={db}
              className={db === 0 ? 'zero' : ''}
              style={{ bottom: 10 + faderPlace(db, LOW, HIGH) * way }}
            >
              {db === 0 ? '0' : Math.abs(db)}
            </i>
          ))}
        </div>
        <div
          ref={root}
          className="throw"
          role="slider"
          tabIndex={0}
          aria-label={label}
          aria-orientation="vertical"
          aria-valuemin={LOW}
          aria-valuemax={HIGH}
          aria-valuenow={Math.max(LOW, value)}
          aria-valuetext={`${shown} dB`}
          data-testid={props.testid}
          onPointerDown={onDown}
          onPointerMove={onMove}
          onPointerUp={onUp}
          onPointerCancel={onUp}
          onDoubleClick={() => once(0)}
          onKeyDown={onKey}
        >
          <span className="slot" />
          <span className="cap" style={{ bottom: place * way }} />
        </div>
        <StripMeter read={props.meters} height={height} label={label} />
      </div>
      {typing ? (
        <input
          className="strip-db"
          aria-label={`${label} in decibels`}
          defaultValue={value <= LOW ? '-inf' : value.toFixed(1)}
          autoFocus
          onFocus={(event) => event.currentTarget.select()}
          onBlur={() => setTyping(false)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') {
              const db = parseDb(event.currentTarget.value, LOW);
              if (db !== null) once(db);
            }
            if (event.key === 'Enter' || event.key === 'Escape') {
              setTyping(false);
              root.current?.focus();
            }
            event.stopPropagation();
          }}
        />
      ) : (
        <button
          type="button"
          className="strip-db"
          tabIndex={-1}
          aria-hidden="true"
          onClick={() => setTyping(true)}
        >
          {shown}
        </button>
      )}
    </div>
  );
}

// ---------------------------------------------------------------- the meter

interface Channel {
  bar: number; // dB, falls
  hold: number;
  since: number;
}

function painter(read: () => StripMeters): { paint: Paint; changed: () => boolean; clear: () => void } {
  const channels: Channel[] = [
    { bar: -Infinity, hold: -Infinity, since: 0 },
    { bar: -Infinity, hold: -Infinity, since: 0 },
  ];
  let over = false;
  let last = 0;
  let shown = '';
  const changed = (): boolean => {
    const now = performance.now();
    const seconds = Math.min(0.1, (now - last) / 1000);
    last = now;
    const { peakLeft, peakRight } = read();
    [peakLeft, peakRight].forEach((peak, i) => {
      const c = channels[i]!;
      const db = 20 * Math.log10(peak);
      if (peak > 1) over = true;
      c.bar = Math.max(db, c.bar - FALL * seconds);
      if (!(c.bar > -90)) c.bar = -Infinity;
      if (c.bar >= c.hold) Object.assign(c, { hold: c.bar, since: now });
      else if (now - c.since > HOLD_MS) c.hold = Math.max(c.bar, c.hold - FALL * seconds);
    });
    const key = `${over}${channels.map((c) => `${meterPlace(c.bar).toFixed(3)},${meterPlace(c.hold).toFixed(3)}`).join()}`;
    const moved = key !== shown;
    shown = key;
    return moved;
  };
  const paint: Paint = (g, width, height, style) => {
    const colour = (name: string): string => style.getPropertyValue(name).trim();
    const wide = Math.floor((width - 2) / 2);
    const top = 5;
    const way = height - top;
    const zones: [number, string][] = [
      [meterPlace(-12), colour('--green')],
      [meterPlace(-3), colour('--bass')],
      [1, colour('--red')],
    ];
    channels.forEach(({ bar, hold }, i) => {
      const x = i * (wide + 2);
      g.fillStyle = colour('--s3');
      g.fillRect(x, top, wide, way);
      g.fillStyle = over ? colour('--red') : colour('--s3');
      g.fillRect(x, 0, wide, 3);
      const to = meterPlace(bar);
      let from = 0;
      for (const [end, tone] of zones) {
        const stop = Math.min(to, end);
        if (stop > from) {
          g.fillStyle = tone;
          g.fillRect(x, height - stop * way, wide, (stop - from) * way);
        }
        from = end;
      }
      const at = meterPlace(hold);
      if (at > 0) {
        g.fillStyle = hold > -3 ? colour('--red') : hold > -12 ? colour('--bass') : colour('--green');
        g.fillRect(x, Math.max(top, height - at * way - 1), wide, 1.5);
      }
    });
  };
  return {
    paint,
    changed,
    clear: () => {
      over = false;
    },
  };
}

function StripMeter(props: { read: () => StripMeters; height: number; label: string }) {
  const { read } = props;
  const made = useMemo(() => painter(read), [read]);
  return (
    <div className="strip-meter" onClick={made.clear} title="Peak after the fader. Click puts out the lamp.">
      <Canvas
        paint={made.paint}
        changed={made.changed}
        height={props.height}
        label={`${props.label}: meter`}
      />
    </div>
  );
}

// What a dynamics effect takes off now: a number and a bar from the top, beside its name.
export function Reduction({ read }: { read: () => number }) {
  const bar = useRef<HTMLElement>(null);
  const words = useRef<HTMLElement>(null);
  useEffect(() => {
    let shown = '';
    let held = 0;
    let last = performance.now();
    return onFrame((now) => {
      const value = Math.abs(read());
      const seconds = Math.min(0.1, (now - last) / 1000);
      last = now;
      held = Math.max(Number.isFinite(value) ? value : 0, held - 20 * seconds);
      const text = held < 0.05 ? '' : minus(-held);
      if (text === shown) return;
      shown = text;
      if (words.current) words.current.textContent = text;
      if (bar.current) bar.current.style.transform = `scaleX(${Math.min(1, held / 24).toFixed(3)})`;
    });
  }, [read]);
  return (
    <span className="reduction" aria-hidden="true">
      <i ref={bar} />
      <b ref={words} />
    </span>
  );
}
