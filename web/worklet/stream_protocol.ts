// Messages between the page and the stream's worklet, and the report that comes back.
import type { StreamTiming } from './stream_control';

export type ToStream =
  // Samples of the channel from `frame` on; `at` is when they were handed over, in seconds of the audio
  // clock. The arrays are transferred.
  | { type: 'piece'; frame: number; left: Float32Array; right: Float32Array; at: number }
  | { type: 'timing'; timing: StreamTiming }
  | { type: 'restart' } // a new connection: the channel's frames may come sooner or later than before
  | { type: 'clear' } // another channel, or paused
  | { type: 'close' };

// Only where there is no shared memory, ten times a second.
export type FromStream = { type: 'report'; report: Float64Array };

export interface StreamOptions {
  timing: StreamTiming;
  shared: SharedArrayBuffer | null; // of sharedBytes(STREAM_REPORT_SIZE)
}

// Seconds unless said otherwise.
export const STREAM_REPORT = {
  at: 0, // of the audio clock, after the newest block
  position: 1, // the channel's frame that comes next; -1: none
  state: 2, // STATE of stream_player.ts
  ratio: 3, // frames of the channel a frame of the clock, over their nominal ratio; 0: it stands
  fill: 4,
  slack: 5,
  target: 6,
  jitter: 7,
  skew: 8, // of the channel's clock against the audio clock
  underruns: 9,
  jumps: 10,
  holes: 11,
  silent: 12, // frames
  played: 13, // frames
} as const;
export const STREAM_REPORT_SIZE = 14;
