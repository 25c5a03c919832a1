// The speed ladder: from a start, a step up after so many clean passes in a row that nobody called messy.
//
// Plain data in, plain data out. Speeds are whole percents inside, so that 0.6 + 8 · 0.05 is 1.
import type { PracticeLoop, SpeedLadder } from './practice_types';

export const LADDER: SpeedLadder = { on: false, start: 0.6, end: 1, step: 0.05, passes: 3 };
export const CYCLE = [0.7, 0.85, 1] as const;
export const SLOWEST = 0.25;
export const FASTEST = 2;

const percent = (x: number) => Math.round(x * 100);
export const wholePercent = (speed: number) =>
  Math.min(percent(FASTEST), Math.max(percent(SLOWEST), percent(speed))) / 100;

export function withinLadder(ladder: SpeedLadder): SpeedLadder {
  const start = wholePercent(ladder.start);
  return {
    on: ladder.on,
    start,
    end: Math.max(start, wholePercent(ladder.end)),
    step: Math.min(50, Math.max(1, percent(ladder.step))) / 100,
    passes: Math.min(99, Math.max(1, Math.round(ladder.passes))),
  };
}

// After a clean pass at `speed`, the `clean`-th in a row: how many count now, and the speed to go on with.
export function afterClean(
  ladder: SpeedLadder,
  speed: number,
  clean: number,
): { clean: number; speed: number } {
  const now = clean + 1;
  if (!ladder.on || now < ladder.passes) return { clean: now, speed };
  const next = Math.min(percent(ladder.end), percent(speed) + percent(ladder.step)) / 100;
  return { clean: 0, speed: Math.max(speed, next) };
}

export function nextOfCycle(speed: number): number {
  return CYCLE.find((c) => c > speed + 0.004) ?? CYCLE[0];
}

export const cleanLoop = (loop: PracticeLoop, speed: number): PracticeLoop => ({
  ...loop,
  clean: loop.clean + 1,
  bestSpeed: Math.max(loop.bestSpeed, speed),
});
