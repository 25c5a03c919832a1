// Tempo from taps: the median of the last intervals, so that one late tap does little harm.

const FORGET_MS = 2200; // a longer rest begins anew; 2.2 s is below 28 beats a minute
const KEEP = 8;
let taps: number[] = [];

// Quarter notes a minute, or null until there are enough taps to tell.
export function tap(now: number): number | null {
  if (taps.length > 0 && now - taps.at(-1)! > FORGET_MS) taps = [];
  taps = [...taps, now].slice(-KEEP);
  return tempoOf(taps);
}

export function tempoOf(times: readonly number[]): number | null {
  if (times.length < 3) return null;
  const gaps = times.slice(1).map((time, i) => time - times[i]!);
  gaps.sort((a, b) => a - b);
  const middle = gaps.length >> 1;
  const gap = gaps.length % 2 ? gaps[middle]! : (gaps[middle - 1]! + gaps[middle]!) / 2;
  return Math.round(Math.min(300, Math.max(20, 60000 / gap)) * 10) / 10;
}
