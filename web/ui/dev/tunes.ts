// Made-up material for the screen in development.
import type { PitchCurve, Waveform } from '../../core';

export interface Made {
  id: string;
  start: number;
  duration: number;
  key: number;
  velocity: number;
  confidence: number;
}

const Q = 15360;
const TUNE = [
  [0, 54, 1.6],
  [2, 56, 0.8],
  [3, 57, 1],
  [4, 59, 2.6],
  [7, 57, 0.8],
  [8, 56, 1.5],
  [10, 54, 1.7],
  [12, 52, 1],
  [13, 54, 2.6],
  [16, 59, 1.6],
  [18, 61, 0.8],
  [19, 62, 1],
  [20, 61, 2.4],
  [23, 59, 1.6],
] as const;
const SURE = [0.95, 0.9, 0.88, 0.97, 0.6, 0.92];

export function tune(): Made[] {
  return TUNE.map(([t, key, d], i) => ({
    id: `n${i}`,
    start: t * Q,
    duration: d * Q,
    key,
    velocity: Math.round(60 + 60 * Math.abs(Math.sin(i * 1.7))),
    confidence: SURE[i % 6]!,
  }));
}

export function bigTune(count: number): Made[] {
  let seed = 7;
  const random = (): number => (seed = (seed * 16807) % 2147483647) / 2147483647;
  return Array.from({ length: count }, (_, i) => ({
    id: `n${i}`,
    start: Math.floor(i / 4) * (Q / 4),
    duration: Math.round(Q * (0.2 + random() * 0.6)),
    key: Math.round(36 + random() * 60),
    velocity: Math.round(30 + random() * 97),
    confidence: random(),
  }));
}

export function curveOf(notes: readonly Made[]): PitchCurve {
  const ticks: number[] = [];
  const pitch: number[] = [];
  for (const note of notes) {
    for (let u = 0; u < 1; u += 0.01) {
      ticks.push(note.start + (0.03 + u) * note.duration);
      pitch.push(note.key + Math.sin(u * 26) * 0.17 * (u > 0.25 ? 1 : 0) - Math.exp(-u * 14) * 0.9);
    }
    ticks.push(note.start + note.duration * 1.035);
    pitch.push(NaN);
  }
  return { ticks: Float64Array.from(ticks), pitch: Float32Array.from(pitch) };
}

export function waveOf(): Waveform {
  const bins = 1600;
  const max = new Float32Array(bins);
  for (let i = 0; i < bins; ++i) {
    max[i] = 0.05 + 0.5 * Math.abs(Math.sin(i / 60)) * (0.6 + 0.4 * Math.sin(i * 1.3));
  }
  return { start: 0, secondsPerBin: 0.01, startSeconds: 0, min: max.map((v) => -v), max };
}
