// Messages between the page and the Practice room's player, and the report that comes back.
//
// Frames of the song are at the audio context's rate, which is the stems' own. A piece holds all four
// stems of PIECE frames (the last one less), interleaved stereo, 16 bits; its arrays are transferred.

export const STEMS = 4; // drums, bass, other, vocals
export const PRACTICE_RATE = 44100;
export const COLUMN = 512; // frames of a column of peaks
export const PIECE = 344 * COLUMN; // frames: 4 s

export type ToPractice =
  | { type: 'song'; frames: number } // another one: nothing of the old one stays
  | { type: 'piece'; index: number; stems: Int16Array[] }
  | { type: 'drop'; index: number }
  // At once, or so that the first sound is at the context's frame `at` (-1: at once). `from` -1: where it
  // stands. `bars` of counting in come before.
  | { type: 'play'; from: number; at: number; bars: number }
  | { type: 'stop' }
  | { type: 'seek'; to: number }
  | { type: 'loop'; start: number; end: number } // 0 and 0: none
  | { type: 'speed'; percent: number }
  | { type: 'pitch'; semitones: number }
  | { type: 'gains'; gains: number[] } // of the stems, linear
  // The song's own beats, in frames; `accents` 1 where a bar begins.
  | { type: 'beats'; beats: Float64Array; accents: Uint8Array; beatsPerBar: number; tempo: number }
  | { type: 'metronome'; gain: number } // 0: off
  // One's own recording, heard beside the stems where they are at `start`; speed in percent.
  | { type: 'take'; samples: Float32Array | null; start: number; percent: number }
  | { type: 'close' };

export interface PracticeOptions {
  module: WebAssembly.Module | null; // of Signalsmith Stretch; null: only 100 % and no other pitch
  shared: SharedArrayBuffer | null; // of sharedBytes(PRACTICE_REPORT_SIZE)
}

// Only where there is no shared memory.
export type FromPractice = { type: 'report'; report: Float64Array };

export const PRACTICE_STATE = { stopped: 0, starting: 1, counting: 2, playing: 3, waiting: 4 } as const;

export const PRACTICE_REPORT = {
  frame: 0, // of the context's clock, after the newest block
  position: 1, // frame of the song that sounds there
  speed: 2, // song frames a frame of the clock; 0: it stands
  state: 3, // PRACTICE_STATE
  pass: 4, // times that the loop has gone round since it began
  commands: 5, // messages that have taken effect
  starved: 6, // times that a piece was missing
  ended: 7, // times that the end was reached
  level: 8, // 4 peaks since the last report
} as const;
export const PRACTICE_REPORT_SIZE = 12;
