// The chapter as a whole: its curve of tension, bar by bar, what has been heard and what is to come.
// And the spectrum of what sounds. Pure: numbers in, strokes out.
import type { StreamBar } from '../../core/stream_types';

export interface FormView {
  readonly bars: readonly StreamBar[];
  readonly now: StreamBar | null;
  readonly within: number; // 0 … 1 of the bar that sounds
}

export function paintForm(
  g: CanvasRenderingContext2D,
  width: number,
  height: number,
  style: CSSStyleDeclaration,
  view: FormView,
): void {
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const { now } = view;
  if (!now) return;
  const cell = width / now.bars;
  const base = height - 13;
  g.font = `500 9.5px ${colour('--sans')}`;
  g.textBaseline = 'alphabetic';
  for (let section = 0; section * 8 < now.bars; section++) {
    g.fillStyle = colour('--line');
    g.fillRect(Math.round(section * 8 * cell), 0, 1, height);
  }
  let named = -1;
  for (const bar of view.bars) {
    if (bar.chapter !== now.chapter) continue;
    const left = bar.index * cell;
    const high = 3 + bar.tension * (base - 6);
    const current = bar.index === now.index;
    g.fillStyle = colour(current ? '--amber' : '--other');
    g.globalAlpha = current ? 1 : bar.index < now.index ? 0.55 : 0.25;
    g.beginPath();
    g.roundRect(left + 1, base - high, Math.max(1, cell - 2), high, 1.5);
    g.fill();
    g.globalAlpha = 1;
    const section = Math.floor(bar.index / 8);
    if (section !== named) {
      named = section;
      g.fillStyle = colour(Math.floor(now.index / 8) === section ? '--text' : '--mute');
      if (cell * 8 > 34) g.fillText(bar.section, section * 8 * cell + 5, height - 3);
    }
  }
  g.fillStyle = colour('--roll-playhead');
  g.fillRect(Math.round((now.index + view.within) * cell), 0, 1, base);
}

const LOW_HZ = 30;
const HIGH_HZ = 18000;
const FLOOR_DB = -96;
const TOP_DB = -24;

// `bins` in dB from 0 Hz to half the rate. The row of `held` values falls slowly after peaks.
export function paintSpectrum(
  g: CanvasRenderingContext2D,
  width: number,
  height: number,
  style: CSSStyleDeclaration,
  bins: Float32Array,
  held: Float32Array,
  rate: number,
): void {
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const columns = Math.min(held.length, Math.max(24, Math.floor(width / 5)));
  const wide = width / columns;
  const hzPerBin = rate / 2 / bins.length;
  for (let i = 0; i < columns; i++) {
    const from = LOW_HZ * (HIGH_HZ / LOW_HZ) ** (i / columns);
    const to = LOW_HZ * (HIGH_HZ / LOW_HZ) ** ((i + 1) / columns);
    const first = Math.max(1, Math.floor(from / hzPerBin));
    const last = Math.max(first, Math.min(bins.length - 1, Math.floor(to / hzPerBin)));
    let db = -200;
    for (let bin = first; bin <= last; bin++) db = Math.max(db, bins[bin]!);
    // Pink sound stands level: 3 dB an octave are given back.
    db += 3 * Math.log2(from / 1000) * 0.7;
    const level = Math.min(1, Math.max(0, (db - FLOOR_DB) / (TOP_DB - FLOOR_DB)));
    held[i] = Math.max(level, held[i]! - 0.012);
    const high = level * (height - 4);
    g.fillStyle = colour('--teal');
    g.globalAlpha = 0.25 + 0.6 * level;
    g.beginPath();
    g.roundRect(i * wide + 0.5, height - high, Math.max(1, wide - 1.5), high, 1);
    g.fill();
    g.globalAlpha = 0.8;
    if (held[i]! > 0.02) g.fillRect(i * wide + 0.5, height - 1 - held[i]! * (height - 4), wide - 1.5, 1);
  }
  g.globalAlpha = 1;
}
