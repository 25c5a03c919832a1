// Beats, bars and what a hand makes of them: tapping, moving, counting bars. Seconds of the song.
import type { PracticeLoop, SongAnalysis } from './practice_types';

// Index of the first beat at or after `at`.
export function beatAfter(beats: readonly number[], at: number): number {
  let low = 0;
  let high = beats.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (beats[middle]! < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

// The median of the gaps: what a hand taps steadily, with a tap lost or doubled.
function periodOf(times: readonly number[]): number {
  const gaps = times.slice(1).map((t, i) => t - times[i]!);
  gaps.sort((a, b) => a - b);
  return gaps[gaps.length >> 1] ?? 0;
}

// The song's beats after tapping: the taps (smoothed, since fingers shake by 20 ms) where they are, and
// beyond them on with their period to both ends of the song. Fewer than four taps change nothing.
export function beatsFromTaps(taps: readonly number[], duration: number): number[] {
  const sorted = [...taps].sort((a, b) => a - b).filter((t, i, all) => i === 0 || t - all[i - 1]! > 0.12);
  const period = periodOf(sorted);
  if (sorted.length < 4 || period <= 0) return [];
  // Which beat each tap is; a tap that was left out leaves its number out.
  const numbers = [0];
  for (let i = 1; i < sorted.length; i++)
    numbers.push(numbers[i - 1]! + Math.max(1, Math.round((sorted[i]! - sorted[i - 1]!) / period)));
  const beats: number[] = [];
  const last = numbers.at(-1)!;
  for (let k = 0; k <= last; k++) beats.push(lineAt(numbers, sorted, k));
  const first = (beats[Math.min(4, last)]! - beats[0]!) / Math.min(4, last);
  const end = (beats[last]! - beats[Math.max(0, last - 4)]!) / Math.min(4, last);
  for (let t = beats[0]! - first; t >= 0; t -= first) beats.unshift(t);
  for (let t = beats.at(-1)! + end; t < duration; t += end) beats.push(t);
  return beats;
}

// Least squares over the four taps on each side of beat k.
function lineAt(numbers: readonly number[], times: readonly number[], k: number): number {
  let n = 0;
  let sx = 0;
  let sy = 0;
  let sxx = 0;
  let sxy = 0;
  for (let i = 0; i < numbers.length; i++) {
    const x = numbers[i]! - k;
    if (Math.abs(x) > 4) continue;
    n++;
    sx += x;
    sy += times[i]!;
    sxx += x * x;
    sxy += x * times[i]!;
  }
  const d = n * sxx - sx * sx;
  return d > 0 ? (sy * sxx - sx * sxy) / d : sy / Math.max(1, n);
}

export const downbeatsOf = (beats: readonly number[], perBar: number, first: number): number[] =>
  beats.filter((_, i) => (i - first) % perBar === 0 && i >= first % perBar);

export function tempoOf(beats: readonly number[]): number {
  const period = periodOf(beats);
  return period > 0 ? 60 / period : 0;
}

// The analysis with these beats.
export function withBeats(
  analysis: SongAnalysis,
  beats: readonly number[],
  beatsPerBar: number,
  firstDownbeat: number,
): SongAnalysis {
  return {
    ...analysis,
    beats,
    beatsPerBar,
    downbeats: downbeatsOf(beats, beatsPerBar, Math.max(0, firstDownbeat)),
    tempo: tempoOf(beats),
    corrected: true,
  };
}

// Which beat is the first downbeat.
export function firstDownbeat({ beats, downbeats }: SongAnalysis): number {
  const first = downbeats[0];
  if (first === undefined) return 0;
  return Math.max(
    0,
    beats.findIndex((b) => Math.abs(b - first) < 1e-3),
  );
}

// Where bars begin, also beyond the first and last that were heard.
export function barAt(analysis: SongAnalysis | null, at: number): number {
  if (!analysis) return -1;
  let bar = 0;
  for (const d of analysis.downbeats) {
    if (d > at + 1e-3) break;
    bar++;
  }
  return bar;
}

// `bars` on from `at`; where there are none, two seconds are a bar.
export function skipBars(analysis: SongAnalysis | null, at: number, bars: number): number {
  const downbeats = analysis?.downbeats ?? [];
  if (downbeats.length < 2) return at + 2 * bars;
  const period = (downbeats.at(-1)! - downbeats[0]!) / (downbeats.length - 1);
  // Back goes first to the beginning of the bar, unless it has only just begun.
  let k = beatAfter(downbeats, bars > 0 ? at + 1e-3 : at - 0.25);
  k += bars > 0 ? bars - 1 : bars;
  if (k < 0) return downbeats[0]! + k * period;
  if (k >= downbeats.length) return downbeats.at(-1)! + (k - downbeats.length + 1) * period;
  return downbeats[k]!;
}

// 'Bars 33–36', or times where no bars are known.
export function nameOfLoop(analysis: SongAnalysis | null, start: number, end: number): string {
  const from = barAt(analysis, start + 0.05);
  const to = barAt(analysis, end - 0.05);
  if (from > 0 && to >= from) return from === to ? `Bar ${from}` : `Bars ${from}–${to}`;
  const time = (t: number) => `${Math.floor(t / 60)}:${String(Math.floor(t % 60)).padStart(2, '0')}`;
  return `${time(start)}–${time(end)}`;
}

// A loop within the song, at least 50 ms long.
export function withinSong(start: number, end: number, duration: number): { start: number; end: number } {
  const a = Math.max(0, Math.min(start, end));
  const b = Math.min(duration, Math.max(start, end));
  return b - a >= 0.05 ? { start: a, end: b } : { start: Math.max(0, b - 0.05), end: Math.max(0.05, b) };
}

export const loopOf = (id: string, name: string, start: number, end: number): PracticeLoop => ({
  id,
  name,
  start,
  end,
  passes: 0,
  clean: 0,
  bestSpeed: 0,
});
