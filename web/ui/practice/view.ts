// What of the song is in sight, and what lies under the pointer. Pure numbers.
import type { PracticeLoop } from '../../core/practice_types';

export const RULER = 46; // px: sections and loops above, bars below
export const CHORDS = 22; // px: the row of chords under the ruler
export const HEAD = RULER + CHORDS;

export interface View {
  readonly from: number; // s at the left edge
  readonly seconds: number; // in sight
  readonly width: number; // px
}

export const xOf = (view: View, at: number): number => ((at - view.from) / view.seconds) * view.width;
export const timeOf = (view: View, x: number): number => view.from + (x / view.width) * view.seconds;

// The asked view held within the song; 0 seconds means all of it.
export function held(from: number, seconds: number, duration: number, width: number): View {
  const shown = seconds > 0 ? Math.min(seconds, duration) : duration;
  return {
    from: Math.min(Math.max(0, from), Math.max(0, duration - shown)),
    seconds: Math.max(0.5, shown),
    width,
  };
}

// Zoomed by `factor` (over 1: less in sight, larger) around the moment under x.
export function zoomed(view: View, factor: number, x: number, duration: number): View {
  const at = timeOf(view, x);
  const seconds = Math.min(duration, Math.max(1, view.seconds / factor));
  return held(at - (x / view.width) * seconds, seconds, duration, view.width);
}

// The view that follows the playhead: a page on when it leaves on the right, back to it where it is not in
// sight. The same view where nothing is to be done.
export function followed(view: View, at: number, duration: number): View {
  if (view.seconds >= duration) return view;
  if (at >= view.from && at < view.from + view.seconds * 0.92) return view;
  return held(at - view.seconds * 0.08, view.seconds, duration, view.width);
}

export type Grip = { loop: string; edge: 'start' | 'end' | 'body' } | null;

const REACH = 6; // px

// The loop, or the end of one, under the pointer on the ruler's upper row; the one that is on goes first.
export function gripAt(view: View, x: number, loops: readonly PracticeLoop[], on: string): Grip {
  const order = [...loops].sort((a, b) => Number(b.id === on) - Number(a.id === on));
  for (const { id, start, end } of order) {
    const [left, right] = [xOf(view, start), xOf(view, end)];
    if (x < left - REACH || x > right + REACH) continue;
    const toLeft = Math.abs(x - left);
    const toRight = Math.abs(x - right);
    if (Math.min(toLeft, toRight) <= REACH && right - left > REACH) {
      return { loop: id, edge: toLeft < toRight ? 'start' : 'end' };
    }
    if (x >= left && x <= right) return { loop: id, edge: 'body' };
  }
  return null;
}

// The nearest of `times` within `reach` seconds, else the time itself.
export function snapped(at: number, times: readonly number[], reach: number): number {
  let best = at;
  let away = reach;
  for (const time of times) {
    const d = Math.abs(time - at);
    if (d < away) {
      best = time;
      away = d;
    }
  }
  return best;
}

// How many bars lie between two drawn bar lines and numbers, so that they stand `apart` pixels from each
// other at least.
export function barStep(pixelsPerBar: number, apart: number): number {
  for (const step of [1, 2, 4, 8, 16, 32, 64, 128]) if (pixelsPerBar * step >= apart) return step;
  return 256;
}
