// What a drag would do to the notes, before it is done: the picture shows the preview, and one edit of
// the session follows when the pointer is let go. Pure.
import type { TimeMap } from '../lib/time';
import { snap } from './grid';
import type { Extent } from './notes';

export type Preview =
  | { readonly kind: 'move'; readonly ticks: number; readonly keys: number; readonly copy: boolean }
  | { readonly kind: 'resize'; readonly edge: 'start' | 'end'; readonly ticks: number }
  | { readonly kind: 'velocity'; readonly by: number };

export interface Placed {
  start: number;
  duration: number;
  key: number;
  velocity: number;
}

export const SHORTEST = 240; // ticks: a 1/64 of a quarter note; no drag makes a note shorter

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

// The note as the preview would leave it; writes into `out` to spare allocations while painting.
export function applyPreview(preview: Preview | null, out: Placed): Placed {
  if (!preview) return out;
  if (preview.kind === 'move') {
    out.start = Math.max(0, out.start + preview.ticks);
    out.key = clamp(out.key + preview.keys, 0, 127);
  } else if (preview.kind === 'resize') {
    if (preview.edge === 'end') {
      out.duration = Math.max(SHORTEST, out.duration + preview.ticks);
    } else {
      const end = out.start + out.duration;
      out.start = clamp(out.start + preview.ticks, 0, end - SHORTEST);
      out.duration = end - out.start;
    }
  } else {
    out.velocity = clamp(out.velocity + preview.by, 1, 127);
  }
  return out;
}

// How far the selection may move so that it stays on the keyboard and at or after tick 0.
export function moveBy(
  map: TimeMap,
  grid: number,
  held: { readonly start: number; readonly key: number }, // the note under the pointer
  extent: Extent, // of all that moves
  ticks: number, // as the pointer went
  keys: number,
): { ticks: number; keys: number } {
  // Snapping moves by the held note: relative places inside the selection stay.
  let by = ticks;
  if (grid > 0) {
    const target = held.start + ticks;
    // Keep the note's own offset from the grid unless it is near a line, as most editors do not
    // quantise a plain move by half a grid: the nearer of "on the line" and "whole steps" wins.
    const onLine = snap(map, grid, target) - held.start;
    const whole = Math.round(ticks / grid) * grid;
    by = Math.abs(onLine - ticks) <= Math.abs(whole - ticks) ? onLine : whole;
  }
  return {
    ticks: Math.round(Math.max(-extent.start, by)),
    keys: clamp(Math.round(keys), -extent.low, 127 - extent.high),
  };
}

// How far an edge may move; the held note's edge lands on the grid.
export function resizeBy(
  map: TimeMap,
  grid: number,
  held: { readonly start: number; readonly duration: number },
  edge: 'start' | 'end',
  ticks: number,
): number {
  const at = edge === 'start' ? held.start : held.start + held.duration;
  let target = snap(map, grid, at + ticks);
  if (edge === 'end')
    target = Math.max(held.start + Math.max(SHORTEST, Math.min(grid, held.duration)), target);
  else target = Math.min(held.start + held.duration - SHORTEST, Math.max(0, target));
  return Math.round(target - at);
}
