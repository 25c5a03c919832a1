// separate.wasm in a thread of its own: a song in, pieces of four stems out as they are done. Cancelling is
// ending the thread (practice_here.ts).
import { PIECE, STEMS } from '../worklet/practice_protocol';
import { PieceMaker } from './practice_piece_maker';
import { instantiate, OutOfMemory, put, taken, type EngineExports } from '../worklet/wasm';

interface Exports extends EngineExports {
  separate_open(weights: number, size: number): number;
  separate_feed(left: number, right: number, frames: number): number;
  separate_finish(): void;
  separate_ready(): number;
  separate_step(): number;
  separate_done(): number;
  separate_close(): void;
}

export interface ToHere {
  module: WebAssembly.Module;
  weights: Uint8Array | null; // none: the classical separator
  left: Float32Array;
  right: Float32Array;
}
export type FromHere =
  | { type: 'piece'; index: number; stems: Int16Array<ArrayBuffer>[]; progress: number }
  | { type: 'done' }
  | { type: 'failed'; error: Uint8Array<ArrayBuffer> | null };

const FEED = 65536; // frames

const send = (message: FromHere, transfer: Transferable[] = []) => postMessage(message, { transfer });

function separate({ module, weights, left, right }: ToHere) {
  const wasm = instantiate<Exports>(module);
  const at = weights ? put(wasm, weights) : 0;
  if (wasm.separate_open(at, weights?.byteLength ?? 0)) return send({ type: 'failed', error: taken(wasm) });
  if (at) wasm.release(at);
  const frames = left.length;
  const pieces = new PieceMaker(frames, (index, stems) =>
    send(
      { type: 'piece', index, stems, progress: Math.min(1, ((index + 1) * PIECE) / frames) },
      stems.map((s) => s.buffer),
    ),
  );
  const buffers = [wasm.alloc(4 * FEED), wasm.alloc(4 * FEED)] as const;
  if (!buffers[0] || !buffers[1]) throw new OutOfMemory();
  let fed = 0;
  let finished = false;
  while (!wasm.separate_done()) {
    if (wasm.separate_ready()) {
      if (wasm.separate_step()) return send({ type: 'failed', error: taken(wasm) });
      const bytes = taken(wasm);
      const count = new Float64Array(bytes.buffer, 0, 2)[1]!;
      pieces.add(new Float32Array(bytes.buffer, 16, 2 * STEMS * count), count);
      continue;
    }
    if (fed < frames) {
      const n = Math.min(FEED, frames - fed);
      new Float32Array(wasm.memory.buffer, buffers[0], n).set(left.subarray(fed, fed + n));
      new Float32Array(wasm.memory.buffer, buffers[1], n).set(right.subarray(fed, fed + n));
      fed += wasm.separate_feed(buffers[0], buffers[1], n);
    } else if (!finished) {
      wasm.separate_finish();
      finished = true;
    } else break;
  }
  wasm.separate_close();
  send({ type: 'done' });
}

onmessage = ({ data }: MessageEvent<ToHere>) => {
  try {
    separate(data);
  } catch {
    send({ type: 'failed', error: null });
  }
};
