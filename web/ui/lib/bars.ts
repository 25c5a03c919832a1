// Bars and beats of a recorded song, whose beats were heard and not written: seconds to bars and back.
import type { SongAnalysis } from '../../core/practice_types';

type Beats = Pick<SongAnalysis, 'beats' | 'downbeats' | 'beatsPerBar'>;

// Index of the last time at or before `at`; -1 if none is.
export function lastBefore(times: readonly number[], at: number): number {
  let low = -1;
  let high = times.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (times[middle]! <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}

export interface BarPlace {
  readonly bar: number; // from 1; 0 before the first
  readonly beat: number; // from 1; 0 before the first
}

// A hair before a beat counts as the beat: a seek to it must not show the one before.
const HAIR = 0.012;

export function placeAt(analysis: Beats | null, at: number): BarPlace {
  if (!analysis || analysis.beats.length === 0) return { bar: 0, beat: 0 };
  const bar = lastBefore(analysis.downbeats, at + HAIR);
  const beat = lastBefore(analysis.beats, at + HAIR);
  if (bar < 0) return { bar: 0, beat: 0 };
  const first = lastBefore(analysis.beats, analysis.downbeats[bar]! + HAIR);
  return { bar: bar + 1, beat: Math.max(1, beat - first + 1) };
}

// The start of the bar `by` bars from the one at `at`; back goes to this bar's own start first.
export function barFrom(analysis: Beats | null, at: number, by: number): number | null {
  if (!analysis || analysis.downbeats.length === 0) return null;
  const { downbeats } = analysis;
  const here = lastBefore(downbeats, at + HAIR);
  const inside = here >= 0 && at - downbeats[here]! > 0.25;
  const next = by < 0 && inside ? here + by + 1 : here + by;
  return downbeats[Math.min(downbeats.length - 1, Math.max(0, next))]!;
}

// '33–36', or one number.
export function barsText(first: number, last: number): string {
  return first === last ? `bar ${first}` : `bars ${first}–${last}`;
}

// '3:42', '1:02:05', with tenths where asked.
export function clock(seconds: number, tenths = false): string {
  const whole = Math.max(0, tenths ? Math.floor(seconds * 10) / 10 : Math.floor(seconds));
  const h = Math.floor(whole / 3600);
  const m = Math.floor(whole / 60) % 60;
  const s = Math.floor(whole) % 60;
  const text = h > 0 ? `${h}:${String(m).padStart(2, '0')}` : String(m);
  return `${text}:${String(s).padStart(2, '0')}${tenths ? `.${Math.floor((whole * 10) % 10)}` : ''}`;
}

// '1 h 20 min', '12 min', '40 s'.
export function lengthOf(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
