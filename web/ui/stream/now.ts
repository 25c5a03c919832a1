// What is at the ear right now, worked out from the bars and the frame that is heard.
import type { Stream, StreamBar } from '../../core/stream_types';

export const RATE = 48000; // of every channel

// The last bar that has begun; null before the first.
export function barAt(bars: readonly StreamBar[], frame: number): StreamBar | null {
  let low = 0;
  let high = bars.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (bars[middle]!.frame <= frame) low = middle + 1;
    else high = middle;
  }
  return low > 0 ? bars[low - 1]! : null;
}

export function chordAt(bar: StreamBar | null, frame: number): StreamBar['chords'][number] | null {
  if (!bar) return null;
  const within = frame - bar.frame;
  return bar.chords.find((c) => within >= c.at && within < c.at + c.frames) ?? null;
}

// The frame at which the last of what waits is heard; -1 where nothing waits.
export function changeAt(stream: Stream, frame: number): number {
  let at = -1;
  for (const { frame: due } of stream.store.getState().pending) if (due > frame) at = Math.max(at, due);
  return at;
}

// Whole beats until `frame`, by the tempo of the bar that sounds.
export function beatsUntil(frame: number, heard: number, bar: StreamBar | null): number {
  const beat = bar ? bar.frames / 4 : (RATE * 60) / 70;
  return Math.max(0, Math.ceil((frame - heard) / beat - 0.02));
}

const LETTERS: Record<string, number> = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 };
const SCALES: Record<string, readonly number[]> = {
  aeolian: [0, 2, 3, 5, 7, 8, 10],
  dorian: [0, 2, 3, 5, 7, 9, 10],
  phrygian: [0, 1, 3, 5, 7, 8, 10],
  lydian: [0, 2, 4, 6, 7, 9, 11],
  mixolydian: [0, 2, 4, 5, 7, 9, 10],
  ionian: [0, 2, 4, 5, 7, 9, 11],
  'harmonic minor': [0, 2, 3, 5, 7, 8, 11],
  pentatonic: [0, 2, 4, 7, 9],
};

// "F# dorian" as its tonic and its tones; null for what is no key.
export function scaleOf(key: string): { tonic: number; tones: ReadonlySet<number> } | null {
  const match = /^([A-G])([#b♯♭]?) (.+)$/.exec(key);
  const steps = match && SCALES[match[3]!];
  if (!match || !steps) return null;
  const sign = match[2] === '' ? 0 : /[#♯]/.test(match[2]!) ? 1 : -1;
  const tonic = (LETTERS[match[1]!]! + sign + 12) % 12;
  return { tonic, tones: new Set(steps.map((step) => (tonic + step) % 12)) };
}
