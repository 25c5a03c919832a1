// An index over the song's notes, so that drawing and hit-testing touch only what is in sight.
//
// The notes themselves stay in the session's flat arrays; everything here speaks of their places in
// them. Notes are put in buckets of time; one that spans several is in each of them and is told only
// from the first that the question covers. Building is O(n), a question O(notes found + buckets).
import type { Id, NotesView } from '../../core';

const BUCKET = 15360 * 4;

export class NoteIndex {
  readonly notes: NotesView; // sorted by start, then key
  readonly end: number; // last note's end, 0 without notes
  readonly #buckets = new Map<number, number[]>();

  constructor(notes: NotesView) {
    this.notes = notes;
    let end = 0;
    for (let i = 0; i < notes.length; ++i) {
      const start = notes.start[i]!;
      const stop = start + notes.duration[i]!;
      if (stop > end) end = stop;
      const last = Math.floor((stop - 1) / BUCKET);
      for (let b = Math.floor(start / BUCKET); b <= last; ++b) {
        const bucket = this.#buckets.get(b);
        if (bucket) bucket.push(i);
        else this.#buckets.set(b, [i]);
      }
    }
    this.end = end;
  }

  // Calls `visit` once for each note that sounds in [from, to) with a key in [low, high], in order of
  // start within a bucket.
  visit(from: number, to: number, low: number, high: number, visit: (i: number) => void): void {
    const { start, duration, key } = this.notes;
    const first = Math.max(0, Math.floor(from / BUCKET));
    const last = Math.min(Math.floor((to - 1) / BUCKET), Math.floor(this.end / BUCKET));
    for (let b = first; b <= last; ++b) {
      const bucket = this.#buckets.get(b);
      if (!bucket) continue;
      for (const i of bucket) {
        const s = start[i]!;
        if (b > first && s < b * BUCKET) continue; // told by an earlier bucket
        if (s >= to || s + duration[i]! <= from) continue;
        const k = key[i]!;
        if (k >= low && k <= high) visit(i);
      }
    }
  }

  within(from: number, to: number, low = 0, high = 127): number[] {
    const found: number[] = [];
    this.visit(from, to, low, high, (i) => found.push(i));
    return found;
  }

  // Place of the first note that starts at or after `tick`; `length` if none does.
  firstFrom(tick: number): number {
    let low = 0;
    let high = this.notes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.notes.start[middle]! < tick) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  // The next note of a track after place `from` (-1: from the start) in `direction`; -1 when none is.
  neighbour(from: number, direction: 1 | -1, track: number): number {
    const begin = from < 0 && direction < 0 ? this.notes.length : from;
    for (let i = begin + direction; i >= 0 && i < this.notes.length; i += direction) {
      if (this.notes.track[i] === track) return i;
    }
    return -1;
  }
}

// A mark for each note that is selected: what painting asks thousands of times a frame.
export function selectionMask(notes: NotesView, selection: ReadonlySet<Id>): Uint8Array {
  const mask = new Uint8Array(notes.length);
  for (const id of selection) {
    const i = notes.indexOf(id);
    if (i >= 0) mask[i] = 1;
  }
  return mask;
}

export interface Extent {
  readonly start: number;
  readonly end: number;
  readonly low: number;
  readonly high: number;
}

// What the given notes cover in time and keys; null when there are none.
export function extentOf(notes: NotesView, places: Iterable<number>): Extent | null {
  let start = Infinity;
  let end = -Infinity;
  let low = 127;
  let high = 0;
  for (const i of places) {
    start = Math.min(start, notes.start[i]!);
    end = Math.max(end, notes.start[i]! + notes.duration[i]!);
    low = Math.min(low, notes.key[i]!);
    high = Math.max(high, notes.key[i]!);
  }
  return start === Infinity ? null : { start, end, low, high };
}
