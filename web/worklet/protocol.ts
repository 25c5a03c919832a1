// Messages between the page and the engine's worklet, and the report that comes back.
//
// Bytes are transferred, not copied. Node numbers are the document's (64 bits, so bigint).

export type ToEngine =
  | { type: 'plan'; bytes: Uint8Array }
  // A resource comes in pieces so that no block has to wait for a large copy: begin, any number of
  // chunks, then it is parsed and answered with 'resource'.
  | { type: 'resource'; name: Uint8Array; label: string; size: number; audio: AudioShape | null }
  | { type: 'chunk'; label: string; bytes: Uint8Array }
  | { type: 'forget'; name: Uint8Array; label: string }
  // A recording whose chunks are asked for with 'wants' while it plays.
  | { type: 'stream'; name: Uint8Array; label: string; rate: number; frames: number; stereo: boolean }
  | { type: 'samples'; label: string; chunk: number; left: Float32Array; right: Float32Array | null }
  | { type: 'play' }
  | { type: 'stop' }
  | { type: 'seek'; at: number }
  | { type: 'loop'; on: boolean; start: number; end: number }
  | { type: 'speed'; factor: number }
  | { type: 'stopAtEnd'; on: boolean }
  | { type: 'metronome'; on: boolean; db: number }
  | { type: 'countIn'; bars: number }
  | { type: 'master'; db: number; ceiling: number }
  | { type: 'event'; node: bigint; status: number; data1: number; data2: number }
  // The desk while it plays: heard at once, until the next plan. Node 0 is the master.
  | { type: 'fader'; node: bigint; gain: number; pan: number; mute: boolean }
  | { type: 'send'; send: bigint; gain: number; mute: boolean }
  | { type: 'param'; insert: bigint; param: Uint8Array; value: number }
  | { type: 'bypass'; insert: bigint; on: boolean }
  // Which strips' peaks and which effects' readings are to be told; none of both: nobody looks.
  | { type: 'watch'; strips: boolean; readings: readonly { insert: bigint; index: number }[] }
  | { type: 'panic' }
  | { type: 'close' };

// Planar float32 samples, all of the first channel, then all of the second if there is one.
export interface AudioShape {
  rate: number;
  channels: 1 | 2;
}

export type FromEngine =
  | { type: 'ready'; latency: number }
  | { type: 'failed'; error: Uint8Array }
  | { type: 'adopted'; missing: string[] }
  | { type: 'refused'; error: Uint8Array } // of a plan; errors are as wasm/exports.h says
  | { type: 'resource'; label: string; error: Uint8Array | null; missing: string[] }
  | { type: 'wants'; wants: { label: string; chunk: number }[] } // of streams, the most urgent first
  // At most 60 times a second while somebody watches: node numbers in order, when they have changed;
  // peaks left and right of each; readings in the order of 'watch'.
  | { type: 'strips'; nodes: BigUint64Array | null; peaks: Float32Array; readings: Float32Array }
  | { type: 'report'; report: Float64Array }; // only where there is no shared memory

export interface EngineOptions {
  module: WebAssembly.Module;
  shared: SharedArrayBuffer | null; // of SHARED_BYTES
}

// ---------------------------------------------------------------- the report

// Numbers of one report, written some 60 times a second.
export const REPORT = {
  frame: 0, // of the context's clock at the end of the block
  position: 1, // ticks
  state: 2, // 0 stopped, 1 counting in, 2 playing
  peakLeft: 3,
  peakRight: 4,
  rmsLeft: 5,
  rmsRight: 6,
  lufs: 7,
  reduction: 8,
  load: 9, // 0 … 1
  dropouts: 10,
  commands: 11, // messages of the page that have taken effect
} as const;
export const REPORT_SIZE = 12;

// A ring of reports in shared memory. The writer fills the next slot and then publishes its number; the
// reader copies the slot of the newest number. The writer would have to come round the whole ring during
// one copy to disturb it, which takes it over 200 ms.
const SLOTS = 16;
const HEAD_BYTES = 8;
export const sharedBytes = (size: number) => HEAD_BYTES + SLOTS * size * 8;
export const SHARED_BYTES = sharedBytes(REPORT_SIZE);

export class ReportRing {
  private readonly head: Int32Array;
  private readonly slots: Float64Array;
  constructor(
    shared: SharedArrayBuffer,
    private readonly size = REPORT_SIZE,
  ) {
    this.head = new Int32Array(shared, 0, 1);
    this.slots = new Float64Array(shared, HEAD_BYTES);
  }
  write(report: Float64Array) {
    const next = Atomics.load(this.head, 0) + 1;
    this.slots.set(report, (next % SLOTS) * this.size);
    Atomics.store(this.head, 0, next);
  }
  // Copies the newest report, if there is one since `seen`; answers the number to pass next time.
  read(into: Float64Array, seen: number): number {
    const newest = Atomics.load(this.head, 0);
    if (newest !== seen) {
      const at = (newest % SLOTS) * this.size;
      into.set(this.slots.subarray(at, at + this.size));
    }
    return newest;
  }
}

// ---------------------------------------------------------------- the recorder

export type FromRecorder = { type: 'audio'; samples: Float32Array; frame: number } | { type: 'ended' };
export type ToRecorder = { type: 'stop' };
