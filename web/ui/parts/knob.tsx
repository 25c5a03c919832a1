// A rotary knob for one parameter: drag up and down, wheel, arrow keys, fine with Shift, double-click for
// the default, or type a number (Enter, or begin with a digit). The name stands under it; while it is
// touched, its value. One drag is one step of undo: `begin` and `end` stand around it.
import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import type { ParameterInfo } from '../../core';
import { clampValue, fromTravel, parameterText, parseParameter, stepOf, toTravel } from '../lib/parameters';
import { useWheel } from '../lib/wheel';

const FROM = -135; // degrees, straight up is 0
const SWEEP = 270;
const PIXELS = 180; // of dragging for the whole way

interface Props {
  parameter: ParameterInfo;
  value: number;
  name?: string; // instead of the parameter's
  label?: string; // for a screen reader, with the effect's name
  onChange: (value: number) => void;
  begin: () => void;
  end: () => void;
  tone?: string;
  size?: number;
  bare?: boolean; // no words under it
  disabled?: string | null;
  testid?: string;
}

function arc(radius: number, from: number, to: number): string {
  const at = (degrees: number): string => {
    const a = ((degrees - 90) * Math.PI) / 180;
    return `${(20 + radius * Math.cos(a)).toFixed(2)} ${(20 + radius * Math.sin(a)).toFixed(2)}`;
  };
  const [a, b] = from <= to ? [from, to] : [to, from];
  if (b - a < 0.5) return '';
  return `M${at(a)}A${radius} ${radius} 0 ${b - a > 180 ? 1 : 0} 1 ${at(b)}`;
}

export function Knob(props: Props) {
  const { parameter: p, value, size = 36, disabled = null } = props;
  const drag = useRef<{ y: number; travel: number } | null>(null);
  const root = useRef<HTMLDivElement>(null);
  const [touched, setTouched] = useState(false);
  const [typing, setTyping] = useState<string | null>(null);
  const travel = toTravel(p, value);
  const name = props.name ?? p.name;
  const shown = parameterText(p, value);
  const set = (t: number): void => {
    if (disabled === null) props.onChange(fromTravel(p, t));
  };
  const once = (next: number): void => {
    if (disabled !== null) return;
    props.begin();
    props.onChange(clampValue(p, next));
    props.end();
  };

  const onDown = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.button !== 0 || disabled !== null) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { y: event.clientY, travel };
    setTouched(true);
    props.begin();
  };
  const onMove = (event: PointerEvent): void => {
    const held = drag.current;
    if (!held) return;
    const way = (held.y - event.clientY) / PIXELS;
    held.y = event.clientY;
    held.travel = Math.min(1, Math.max(0, held.travel + way * (event.shiftKey ? 0.1 : 1)));
    set(held.travel);
  };
  const onUp = (): void => {
    if (!drag.current) return;
    drag.current = null;
    setTouched(false);
    props.end();
  };
  const onKey = (event: KeyboardEvent): void => {
    const step = stepOf(p, event.shiftKey);
    const ways: Record<string, number> = {
      ArrowUp: step,
      ArrowRight: step,
      ArrowDown: -step,
      ArrowLeft: -step,
      PageUp: Math.max(step, 0.1),
      PageDown: -Math.max(step, 0.1),
    };
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key in ways) once(fromTravel(p, travel + ways[event.key]!));
    else if (event.key === 'Home') once(p.min);
    else if (event.key === 'End') once(p.max);
    else if (event.key === 'Delete' || event.key === 'Backspace') once(p.initial);
    else if (event.key === 'Enter') setTyping(shown);
    else if (/^[\d\-−.,]$/.test(event.key)) setTyping(event.key);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  useWheel(
    root,
    (way, event) => {
      set(travel + way * stepOf(p, event.shiftKey));
      return disabled === null;
    },
    props,
  );

  const centre = p.min < 0 && p.max > 0 ? toTravel(p, 0) : 0;
  const angle = FROM + SWEEP * travel;
  return (
    <div
      className={`knob-cell ${touched ? 'touched' : ''}`}
      style={{ '--tone': props.tone } as React.CSSProperties}
    >
      <div
        ref={root}
        className="dial"
        style={{ width: size, height: size }}
        role="slider"
        tabIndex={disabled === null ? 0 : -1}
        aria-label={props.label ?? name}
        aria-valuemin={p.min}
        aria-valuemax={p.max}
        aria-valuenow={Number(value.toPrecision(6))}
        aria-valuetext={shown}
        aria-orientation="vertical"
        aria-disabled={disabled !== null || undefined}
        title={disabled ?? undefined}
        data-testid={props.testid}
        onPointerDown={onDown}
        onPointerMove={onMove}
        onPointerUp={onUp}
        onPointerCancel={onUp}
        onDoubleClick={() => once(p.initial)}
        onKeyDown={onKey}
      >
        <svg viewBox="0 0 40 40" aria-hidden="true">
          <path className="way" d={arc(17, FROM, FROM + SWEEP)} />
          <path className="turned" d={arc(17, FROM + SWEEP * centre, angle)} />
          <circle className="cap" cx="20" cy="20" r="12.5" />
          <line
            className="hand"
            x1="20"
            y1="12.5"
            x2="20"
            y2="8.2"
            transform={`rotate(${angle.toFixed(1)} 20 20)`}
          />
        </svg>
      </div>
      {props.bare ? null : typing === null ? (
        <button
          type="button"
          className="knob-words"
          tabIndex={-1}
          aria-hidden="true"
          onClick={() => disabled === null && setTyping(shown)}
        >
          <span className="knob-name">{name}</span>
          <span className="knob-value">{shown}</span>
        </button>
      ) : null}
      {typing !== null ? (
        <input
          className="knob-input"
          aria-label={`${name}: value`}
          defaultValue={typing}
          autoFocus
          onFocus={(event) => {
            if (typing === shown) event.currentTarget.select();
          }}
          onBlur={() => setTyping(null)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') {
              const typed = parseParameter(p, event.currentTarget.value);
              if (typed !== null) once(typed);
            }
            if (event.key === 'Enter' || event.key === 'Escape') {
              setTyping(null);
              root.current?.focus();
            }
            event.stopPropagation();
          }}
        />
      ) : null}
    </div>
  );
}
