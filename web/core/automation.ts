// Automation on the page: the value of a lane at a place, and the thinning of what was recorded.
import type { PointView } from './mix_types';

// How a curve goes from one point to the next over 0 … 1 (engine/graph/plan.h).
export function shaped(point: Pick<PointView, 'shape' | 'bend'>, t: number): number {
  switch (point.shape) {
    case 'hold':
      return 0;
    case 'linear':
      return t;
    case 'curved': {
      const b = 8 * point.bend;
      return Math.abs(b) < 1e-6 ? t : Math.expm1(b * t) / Math.expm1(b);
    }
    case 'smooth':
      return t * t * (3 - 2 * t);
  }
}

// `seconds` is the song's time of a tick: segments are drawn over seconds. Null without points.
export function valueAt(
  points: readonly PointView[],
  at: number,
  seconds: (tick: number) => number,
): number | null {
  if (points.length === 0) return null;
  let low = 0;
  let high = points.length; // the first point after `at`
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle]!.at <= at) low = middle + 1;
    else high = middle;
  }
  const after = points[low];
  const before = points[low - 1];
  if (!before) return after!.value;
  if (!after || before.shape === 'hold') return before.value;
  const from = seconds(before.at);
  const length = seconds(after.at) - from;
  const t = length > 0 ? (seconds(at) - from) / length : 1;
  return before.value + (after.value - before.value) * shaped(before, Math.min(1, Math.max(0, t)));
}

// Ramer–Douglas–Peucker along the value axis: what is left, joined by straight lines, is nowhere further
// than `error` from what was given. Points ascend in `at`.
export function thin<T extends { at: number; value: number }>(points: readonly T[], error: number): T[] {
  if (points.length < 3) return [...points];
  const keep = new Uint8Array(points.length);
  keep[0] = keep[points.length - 1] = 1;
  const stack: [number, number][] = [[0, points.length - 1]];
  for (let span = stack.pop(); span; span = stack.pop()) {
    const [first, last] = span;
    const a = points[first]!;
    const b = points[last]!;
    const slope = b.at > a.at ? (b.value - a.value) / (b.at - a.at) : 0;
    let worst = error;
    let split = -1;
    for (let i = first + 1; i < last; i++) {
      const off = Math.abs(points[i]!.value - (a.value + slope * (points[i]!.at - a.at)));
      if (off > worst) [worst, split] = [off, i];
    }
    if (split < 0) continue;
    keep[split] = 1;
    stack.push([first, split], [split, last]);
  }
  return points.filter((_, i) => keep[i]);
}
