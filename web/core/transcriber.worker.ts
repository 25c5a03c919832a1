// transcribe.wasm in a thread of its own. Cancelling is ending the thread (transcriber.ts).
import { instantiate, put, taken, type EngineExports } from '../worklet/wasm';

interface Exports extends EngineExports {
  transcribe(
    mono: number,
    frames: number,
    rate: number,
    tempo: number,
    numerator: number,
    denominator: number,
    grid: number,
  ): number;
  listen(mono: number, frames: number, rate: number): number;
  listen_hop(): number;
}

export interface HumSettings {
  tempo: number; // 0: to be found
  numerator: number;
  denominator: number;
  grid: number; // quarter notes; 0: the engine's own
}

export type ToTranscriber =
  | { type: 'module'; module: WebAssembly.Module }
  | { type: 'transcribe'; mono: Float32Array; rate: number; settings: HumSettings }
  | { type: 'listen'; mono: Float32Array; rate: number };

export type FromTranscriber =
  | { type: 'progress'; fraction: number; sentence: string }
  | { type: 'done'; bytes: Uint8Array }
  | { type: 'failed'; error: Uint8Array }
  | { type: 'heard'; values: Float32Array; hop: number };

const decoder = new TextDecoder();
let wasm: Exports;

const send = (message: FromTranscriber, transfer: Transferable[] = []) => postMessage(message, { transfer });

const progress = (fraction: number, text: number, size: number): number => {
  send({
    type: 'progress',
    fraction,
    sentence: decoder.decode(new Uint8Array(wasm.memory.buffer, text, size)),
  });
  return 1;
};

function run(
  mono: Float32Array,
  call: (pointer: number) => number,
): { failed: number; bytes: Uint8Array<ArrayBuffer> } {
  const pointer = put(wasm, new Uint8Array(mono.buffer, mono.byteOffset, mono.byteLength));
  const failed = call(pointer);
  wasm.release(pointer);
  return { failed, bytes: taken(wasm) };
}

onmessage = ({ data }: MessageEvent<ToTranscriber>) => {
  if (data.type === 'module') {
    wasm = instantiate<Exports>(data.module, { progress });
    return;
  }
  const { mono, rate } = data;
  if (data.type === 'listen') {
    const { failed, bytes } = run(mono, (p) => wasm.listen(p, mono.length, rate));
    if (!failed)
      send({ type: 'heard', values: new Float32Array(bytes.buffer), hop: wasm.listen_hop() }, [bytes.buffer]);
    return;
  }
  const { tempo, numerator, denominator, grid } = data.settings;
  const { failed, bytes } = run(mono, (p) =>
    wasm.transcribe(p, mono.length, rate, tempo, numerator, denominator, grid),
  );
  if (failed) send({ type: 'failed', error: bytes });
  else send({ type: 'done', bytes }, [bytes.buffer]);
};
