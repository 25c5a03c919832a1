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
