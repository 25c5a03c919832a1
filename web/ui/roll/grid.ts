// The grid that notes snap to and the lines that are drawn for it.
import { TICKS_PER_QUARTER, type TimeMap, ticksPerBeat } from '../lib/time';

export interface GridChoice {
  readonly id: string;
  readonly label: string; // as on the button
  readonly spoken: string;
  readonly ticks: number; // 0: no grid
}

const WHOLE = TICKS_PER_QUARTER * 4;

export const GRIDS: readonly GridChoice[] = [
  { id: '1', label: '1/1', spoken: 'whole notes', ticks: WHOLE },
  { id: '2', label: '1/2', spoken: 'half notes', ticks: WHOLE / 2 },
  { id: '4', label: '1/4', spoken: 'quarter notes', ticks: WHOLE / 4 },
  { id: '4t', label: '1/4T', spoken: 'quarter-note triplets', ticks: WHOLE / 6 },
  { id: '8', label: '1/8', spoken: 'eighth notes', ticks: WHOLE / 8 },
  { id: '8t', label: '1/8T', spoken: 'eighth-note triplets', ticks: WHOLE / 12 },
  { id: '16', label: '1/16', spoken: 'sixteenth notes', ticks: WHOLE / 16 },
  { id: '16t', label: '1/16T', spoken: 'sixteenth-note triplets', ticks: WHOLE / 24 },
  { id: '32', label: '1/32', spoken: 'thirty-second notes', ticks: WHOLE / 32 },
  { id: '32t', label: '1/32T', spoken: 'thirty-second-note triplets', ticks: WHOLE / 48 },
  { id: 'off', label: 'Off', spoken: 'no grid', ticks: 0 },
];

export function gridById(id: string): GridChoice {
  return GRIDS.find((grid) => grid.id === id) ?? GRIDS[4]!;
}

// The nearest grid place to `tick`, counted from its bar so that odd metres keep their downbeats.
export function snap(map: TimeMap, grid: number, tick: number): number {
  const t = Math.max(0, tick);
  if (grid <= 0) return Math.round(t);
  const bar = map.barStart(t);
  const nearest = bar + Math.round((t - bar) / grid) * grid;
  // A grid that does not divide the bar must not step over the next bar line.
  const next = map.barStart(t + grid);
  return next > bar && Math.abs(next - t) < Math.abs(nearest - t) ? next : nearest;
}

export function snapDown(map: TimeMap, grid: number, tick: number): number {
  const t = Math.max(0, tick);
  if (grid <= 0) return Math.round(t);
  const bar = map.barStart(t);
  return bar + Math.floor((t - bar) / grid) * grid;
}

// The next grid place strictly after (or before) `tick`: what an arrow key steps to.
export function step(map: TimeMap, grid: number, tick: number, direction: 1 | -1): number {
  const unit = grid > 0 ? grid : TICKS_PER_QUARTER / 16;
  if (direction > 0) return snapDown(map, unit, tick) + unit;
  const down = snapDown(map, unit, tick);
  return Math.max(0, down < tick ? down : snapDown(map, unit, Math.max(0, tick - 1)));
}

export type LineKind = 'bar' | 'beat' | 'grid';
export interface GridLine {
  readonly tick: number;
  readonly kind: LineKind;
}

// The lines of [from, to), none closer than `minPixels`: grid lines vanish first, then beats, then
// every other bar.
export function gridLines(
  map: TimeMap,
  grid: number,
  from: number,
  to: number,
  pixelsPerTick: number,
  minPixels = 7,
): GridLine[] {
  const lines: GridLine[] = [];
  const start = Math.max(0, from);
  const maxBars = Math.max(2, ((to - start) * pixelsPerTick) / minPixels);
  const bars = map.bars(start, to, maxBars);
  const everyBar = bars.length < 2 || bars[1]!.bar - bars[0]!.bar === 1;
  bars.forEach((bar, i) => {
    if (bar.tick >= start) lines.push({ tick: bar.tick, kind: 'bar' });
    if (!everyBar) return;
    const beat = ticksPerBeat(map.metreAt(bar.tick));
    const end = Math.min(to, bars[i + 1]?.tick ?? to);
    const showGrid = grid > 0 && grid < beat && grid * pixelsPerTick >= minPixels;
    const fine = showGrid ? grid : beat;
    if (fine * pixelsPerTick < minPixels) return;
    for (let k = 1; ; ++k) {
      const tick = bar.tick + k * fine;
      if (tick >= end) break;
      if (tick < start) continue;
      lines.push({ tick, kind: (k * fine) % beat === 0 ? 'beat' : 'grid' });
    }
  });
  return lines;
}
