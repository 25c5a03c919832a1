// A level in decibels: drag, wheel, arrow keys, fine with Shift, double-click for the default, or type
// a number. One drag is one step of undo: `begin` and `end` stand around it.
import { type KeyboardEvent, type PointerEvent, type WheelEvent, useRef, useState } from 'react';
import { decibels } from '../lib/words';
import { faderDb, faderPlace, parseDb } from '../lib/levels';

interface Props {
  label: string;
  value: number; // dB
  onChange: (db: number) => void;
  begin?: () => void;
  end?: () => void;
  home?: number; // default, dB
  low?: number;
  high?: number;
  tone?: string; // CSS colour of the fill
  disabled?: string | null; // why it can't be moved
  testid: string;
  heading?: string; // shown before the fader
}

export function Fader(props: Props) {
  const { low = -60, high = 6, home = 0, disabled = null } = props;
  const track = useRef<HTMLDivElement>(null);
  const drag = useRef<{ x: number; place: number } | null>(null);
  const [typing, setTyping] = useState(false);
  const place = faderPlace(props.value, low, high);
  const set = (db: number): void => {
    if (disabled === null) props.onChange(Math.min(high, Math.max(low, Math.round(db * 10) / 10)));
  };
  const once = (db: number): void => {
    props.begin?.();
    set(db);
    props.end?.();
  };

  const onDown = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.button !== 0 || disabled !== null) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { x: event.clientX, place };
    props.begin?.();
  };
  const onMove = (event: PointerEvent): void => {
    if (!drag.current || !track.current) return;
    const width = track.current.clientWidth || 1;
    const fine = event.shiftKey ? 0.1 : 1;
    drag.current.place += ((event.clientX - drag.current.x) / width) * fine;
    drag.current.x = event.clientX;
    set(faderDb(Math.min(1, Math.max(0, drag.current.place)), low, high));
  };
  const onUp = (): void => {
    if (!drag.current) return;
    drag.current = null;
    props.end?.();
  };
  const onKey = (event: KeyboardEvent): void => {
    const size = event.shiftKey ? 0.1 : 1;
    const steps: Record<string, number> = {
      ArrowRight: size,
      ArrowUp: size,
      ArrowLeft: -size,
      ArrowDown: -size,
      PageUp: 6,
      PageDown: -6,
    };
    if (event.key in steps) once(Math.max(low, props.value) + steps[event.key]!);
    else if (event.key === 'Home') once(low);
    else if (event.key === 'End') once(high);
    else if (event.key === 'Enter') setTyping(true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  // Only where the fader has the focus, so that scrolling past it changes nothing.
  const onWheel = (event: WheelEvent): void => {
    if (document.activeElement !== event.currentTarget) return;
    once(props.value + (event.deltaY < 0 ? 1 : -1) * (event.shiftKey ? 0.1 : 1));
  };

  const shown = props.value <= low ? '−∞ dB' : decibels(props.value);
  return (
    <div className="fader-row" style={{ '--tone': props.tone } as React.CSSProperties}>
      {props.heading ? <span className="mix-label">{props.heading}</span> : null}
      <div
        className="fader"
        role="slider"
        tabIndex={disabled === null ? 0 : -1}
        aria-label={props.label}
        aria-valuemin={low}
        aria-valuemax={high}
        aria-valuenow={props.value}
        aria-valuetext={shown}
        aria-disabled={disabled !== null || undefined}
        title={disabled ?? undefined}
        data-testid={props.testid}
        onPointerDown={onDown}
        onPointerMove={onMove}
        onPointerUp={onUp}
        onPointerCancel={onUp}
        onDoubleClick={() => once(home)}
        onKeyDown={onKey}
        onWheel={onWheel}
      >
        <div className="track" ref={track}>
          <div className="fill" style={{ width: `${place * 100}%` }} />
          <div className="knob" style={{ left: `${place * 100}%` }} />
        </div>
      </div>
      {typing ? (
        <input
          className="fader-value"
          aria-label={`${props.label} in decibels`}
          defaultValue={props.value <= low ? '-inf' : props.value.toFixed(1)}
          autoFocus
          onFocus={(event) => event.currentTarget.select()}
          onBlur={() => setTyping(false)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') {
              const db = parseDb(event.currentTarget.value, low);
              if (db !== null) once(db);
            }
            if (event.key === 'Enter' || event.key === 'Escape') setTyping(false);
            event.stopPropagation();
          }}
        />
      ) : (
        <button
          type="button"
          className="fader-value"
          tabIndex={-1}
          aria-hidden="true"
          onClick={() => disabled === null && setTyping(true)}
        >
          {shown}
        </button>
      )}
    </div>
  );
}
