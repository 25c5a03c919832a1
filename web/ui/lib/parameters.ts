// Parameters of effects on the screen: a knob's travel, and values as a person writes and reads them.
// The engine's own rules (engine/param/description.h), for drawing and typing.
import type { ParameterInfo } from '../../core';
import { minus } from './words';

const whole = (p: ParameterInfo): boolean =>
  p.scale === 'integer' || p.scale === 'choice' || p.scale === 'toggle';

export function clampValue(p: ParameterInfo, value: number): number {
  if (Number.isNaN(value)) return p.initial;
  const inside = Math.min(p.max, Math.max(p.min, value));
  return whole(p) ? Math.floor(inside + 0.5) : inside;
}

// 0 … 1 of a knob's way.
export function toTravel(p: ParameterInfo, value: number): number {
  const v = clampValue(p, value);
  if (p.max <= p.min) return 0;
  if (p.scale === 'logarithmic') return Math.log2(v / p.min) / Math.log2(p.max / p.min);
  return (v - p.min) / (p.max - p.min);
}

export function fromTravel(p: ParameterInfo, travel: number): number {
  const t = Math.min(1, Math.max(0, travel));
  if (p.scale === 'logarithmic') return clampValue(p, p.min * (p.max / p.min) ** t);
  return clampValue(p, p.min + (p.max - p.min) * t);
}

// What a step of the wheel or an arrow key changes, as travel.
export function stepOf(p: ParameterInfo, fine: boolean): number {
  if (whole(p)) return 1 / Math.max(1, p.max - p.min);
  return fine ? 0.002 : 0.02;
}

// Three figures that matter: "1.25", "12.5", "125".
function figures(value: number): string {
  const size = Math.abs(value);
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : 2;
  const rounded = Number(value.toFixed(digits));
  return minus(rounded, Number.isInteger(rounded) ? 0 : Number.isInteger(rounded * 10) ? 1 : digits);
}

export function parameterText(p: ParameterInfo, value: number): string {
  const v = clampValue(p, value);
  if (p.scale === 'toggle') return v > 0 ? 'on' : 'off';
  if (p.scale === 'choice') return p.choices[v] ?? String(v);
  if (p.unit === 'Hz' && v >= 1000) return `${figures(v / 1000)} kHz`;
  if (p.unit === 's' && v < 1 && v > 0) return `${figures(v * 1000)} ms`;
  if (p.unit === 'ms' && v >= 1000) return `${figures(v / 1000)} s`;
  if (p.unit === 'dB') return `${minus(v, 1)} dB`;
  if (p.unit === 'semitones') return `${minus(v, Number.isInteger(v) ? 0 : 2)} st`;
  if (p.unit === 'cents') return `${minus(v, 0)} ct`;
  // A share of the whole reads better in percent.
  if (p.unit === '' && p.scale === 'linear' && p.min >= -1 && p.max === 1) return `${minus(v * 100, 0)} %`;
  return p.unit === '' ? figures(v) : `${figures(v)} ${p.unit}`;
}

// "2k", "1,5 kHz", "250ms", "−6 dB", a choice's name. Null when it is none.
export function parseParameter(p: ParameterInfo, text: string): number | null {
  const plain = text.trim().replace('−', '-').replace(',', '.').toLowerCase();
  const choice = p.choices.findIndex((name) => name.toLowerCase() === plain);
  if (choice >= 0) return choice;
  if (p.scale === 'toggle' && /^(on|off)$/.test(plain)) return plain === 'on' ? 1 : 0;
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+))\s*(k)?\s*([a-zµ%]*)$/.exec(plain);
  if (!match) return null;
  let value = Number(match[1]);
  const unit = match[3] ?? '';
  if (match[2]) value *= 1000;
  if (p.unit === 's' && unit === 'ms') value /= 1000;
  if (p.unit === 'ms' && unit === 's') value *= 1000;
  if (p.unit === '' && unit === '%' && p.max <= 1) value /= 100;
  // A bare number above the range of a share is meant in percent, as it is shown.
  if (
    p.unit === '' &&
    unit === '' &&
    p.scale === 'linear' &&
    p.max === 1 &&
    p.min >= -1 &&
    Math.abs(value) > 1
  )
    value /= 100;
  return clampValue(p, value);
}

// "band3_freq" belongs to group "3", as "Band 3": effects with many like parts show one of them.
export interface Grouped {
  readonly common: readonly ParameterInfo[];
  readonly groups: readonly {
    readonly key: string;
    readonly name: string;
    readonly parameters: readonly ParameterInfo[];
  }[];
}

export function grouped(parameters: readonly ParameterInfo[]): Grouped {
  const common: ParameterInfo[] = [];
  const groups = new Map<string, ParameterInfo[]>();
  for (const p of parameters) {
    const match = /^([a-z]+)_?(\d+)_[a-z0-9_]+$/.exec(p.id);
    if (!match) common.push(p);
    else {
      const key = `${match[1]}${match[2]}`;
      groups.set(key, [...(groups.get(key) ?? []), p]);
    }
  }
  // A number that comes once is no row of like parts.
  const parts = [...groups].filter(([, list]) => list.length > 1);
  const single = [...groups].filter(([, list]) => list.length === 1).flatMap(([, list]) => list);
  if (parts.length < 2) return { common: parameters, groups: [] };
  return {
    common: [...common, ...single],
    groups: parts.map(([key, list]) => ({
      key,
      name: `${key[0]!.toUpperCase()}${key.replace(/\d+$/, '').slice(1)} ${/\d+$/.exec(key)![0]}`,
      parameters: list,
    })),
  };
}

// The name without the words that its group already says: "Band 3 frequency" → "frequency".
export function shortName(p: ParameterInfo, group: string): string {
  const rest = p.name.toLowerCase().startsWith(group.toLowerCase())
    ? p.name.slice(group.length).trim()
    : p.name;
  return rest === '' ? p.name : rest[0]!.toUpperCase() + rest.slice(1);
}
