// A number in the top bar: drag up and down, wheel, arrow keys, or click and type.
import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from 'react';

export function DragNumber(props: {
  label: string;
  value: number;
  digits: number;
  low: number;
  high: number;
  unit: ReactNode; // before the number
  valueText: string; // for a screen reader
  onChange: (value: number) => void;
  begin: () => void;
  end: () => void;
  testid: string;
}) {
  const [typing, setTyping] = useState(false);
  const drag = useRef<{ y: number; value: number; moved: boolean } | null>(null);
  const set = (value: number): void => {
    const scale = 10 ** props.digits;
    props.onChange(Math.min(props.high, Math.max(props.low, Math.round(value * scale) / scale)));
  };
  const once = (value: number): void => {
    props.begin();
    set(value);
    props.end();
  };
  const onDown = (event: PointerEvent<HTMLElement>): void => {
    if (event.button !== 0 || typing) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { y: event.clientY, value: props.value, moved: false };
  };
  const onMove = (event: PointerEvent): void => {
    const held = drag.current;
    if (!held) return;
    if (!held.moved && Math.abs(event.clientY - held.y) < 3) return;
    if (!held.moved) props.begin();
    held.moved = true;
    held.value += (held.y - event.clientY) * (event.shiftKey ? 0.05 : 0.5);
    held.y = event.clientY;
    set(held.value);
  };
  const onUp = (): void => {
    const held = drag.current;
    drag.current = null;
    if (held?.moved) props.end();
    else if (held) setTyping(true);
  };
  const onKey = (event: KeyboardEvent): void => {
    const size = event.shiftKey ? 0.1 : 1;
    if (event.key === 'ArrowUp' || event.key === 'ArrowRight') once(props.value + size);
    else if (event.key === 'ArrowDown' || event.key === 'ArrowLeft') once(props.value - size);
    else if (event.key === 'PageUp') once(props.value + 10);
    else if (event.key === 'PageDown') once(props.value - 10);
    else if (event.key === 'Enter') setTyping(true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  if (typing) {
    return (
      <span className="readout">
        {props.unit}
        <input
          aria-label={props.label}
          inputMode="decimal"
          data-testid={`${props.testid}-input`}
          defaultValue={props.value.toFixed(props.digits)}
          autoFocus
          onFocus={(event) => event.currentTarget.select()}
          onBlur={() => setTyping(false)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') {
              const value = Number(event.currentTarget.value.replace(',', '.').replace('−', '-'));
              if (Number.isFinite(value) && (value > 0 || props.low <= 0)) once(value);
            }
            if (event.key === 'Enter' || event.key === 'Escape') setTyping(false);
          }}
        />
      </span>
    );
  }
  return (
    <span
      className="readout drag"
      role="spinbutton"
      tabIndex={0}
      aria-label={props.label}
      aria-valuenow={props.value}
      aria-valuemin={props.low}
      aria-valuemax={props.high}
      aria-valuetext={props.valueText}
      data-testid={props.testid}
      onPointerDown={onDown}
      onPointerMove={onMove}
      onPointerUp={onUp}
      onPointerCancel={() => {
        if (drag.current?.moved) props.end();
        drag.current = null;
      }}
      onKeyDown={onKey}
      onWheel={(event) => once(props.value + (event.deltaY < 0 ? 1 : -1) * (event.shiftKey ? 0.1 : 1))}
    >
      {props.unit}
      <b>{props.value.toFixed(props.digits)}</b>
    </span>
  );
}
