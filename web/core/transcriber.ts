// Hums to notes, off the main thread; and the pitch of a voice while it is being recorded.
import TranscriberWorker from './transcriber.worker?worker';
import { failureFrom } from './document';
import { loadModule } from './modules';
import { cancelled, failure } from './problem';
import type { FromTranscriber, HumSettings, ToTranscriber } from './transcriber.worker';

export type { HumSettings };

async function startWorker(): Promise<Worker> {
  const module = await loadModule('transcribe');
  const worker = new TranscriberWorker();
  worker.postMessage({ type: 'module', module } satisfies ToTranscriber);
  return worker;
}

// Answers the bytes of wasm/hum_bytes.h. `mono` is copied to the worker and stays usable.
export async function transcribe(
  mono: Float32Array,
  rate: number,
  settings: HumSettings,
  onProgress: (fraction: number, sentence: string) => void,
  signal: AbortSignal,
): Promise<Uint8Array> {
  signal.throwIfAborted();
  const worker = await startWorker();
  try {
    return await new Promise((resolve, reject) => {
      const abort = () => reject(cancelled());
      if (signal.aborted) return abort();
      signal.addEventListener('abort', abort, { once: true });
      worker.onmessage = ({ data }: MessageEvent<FromTranscriber>) => {
        if (data.type === 'progress') onProgress(data.fraction, data.sentence);
        else if (data.type === 'done') resolve(data.bytes);
        else if (data.type === 'failed') reject(failureFrom(data.error));
      };
      worker.onerror = (event) => {
        event.preventDefault();
        reject(
          failure('internal', 'The transcription stopped by a fault of its own.', 'Try a shorter part.'),
        );
      };
      worker.postMessage({ type: 'transcribe', mono, rate, settings } satisfies ToTranscriber);
    });
  } finally {
    worker.terminate();
  }
}

const WINDOW = 0.4; // seconds looked at each time
const SETTLED = 0.1; // values this far from the newest sound do not change any more

// Follows a voice while it sounds: feed() samples, read `pitch` and the trace.
export class LiveListener {
  private worker: Worker | null = null;
  private busy = false;
  private closed = false;
  private heard = 0; // samples fed
  private recent = new Float32Array(0);
  hop = 0;
  pitch = NaN;
  private values = new Float32Array(1024).fill(NaN); // pitches by hop
  private loud = new Float32Array(1024);
  private count = 0;

  constructor(private readonly rate: number) {
    void startWorker().then(
      (worker) => {
        if (this.closed) return worker.terminate();
        this.worker = worker;
        worker.onmessage = ({ data }: MessageEvent<FromTranscriber>) => {
          if (data.type === 'heard') this.take(data.values, data.hop);
        };
      },
      () => {}, // a recording needs no live pitch
    );
  }

  feed(samples: Float32Array) {
    this.heard += samples.length;
    const keep = Math.round(WINDOW * this.rate);
    const joined = new Float32Array(Math.min(keep, this.recent.length + samples.length));
    const old = joined.length - samples.length;
    if (old > 0) joined.set(this.recent.subarray(this.recent.length - old));
    joined.set(old >= 0 ? samples : samples.subarray(-old), Math.max(0, old));
    this.recent = joined;
    if (!this.worker || this.busy) return;
    this.busy = true;
    this.from = (this.heard - joined.length) / this.rate;
    this.worker.postMessage({ type: 'listen', mono: joined, rate: this.rate } satisfies ToTranscriber);
  }
  private from = 0; // seconds at which the stretch now looked at begins

  trace(): Float32Array {
    return this.values.subarray(0, this.count);
  }
  levels(): Float32Array {
    return this.loud.subarray(0, this.count);
  }

  close() {
    this.closed = true;
    this.worker?.terminate();
    this.worker = null;
  }

  private take(values: Float32Array, hop: number) {
    this.busy = false;
    this.hop = hop;
    const frames = values.length / 3;
    const first = Math.round(this.from / hop);
    this.grow(first + frames);
    // The first frames of a stretch lack their past; what was settled before is kept.
    const begin =
      this.count === 0 ? 0 : Math.min(frames, Math.max(0, this.count - Math.round(SETTLED / hop) - first));
    for (let i = begin; i < frames; i++) {
      const hz = values[3 * i]!;
      this.values[first + i] = hz > 0 ? 69 + 12 * Math.log2(hz / 440) : NaN;
      this.loud[first + i] = values[3 * i + 2]!;
    }
    this.count = Math.max(this.count, first + frames);
    this.pitch = this.values[this.count - 1 - Math.min(this.count - 1, Math.round(0.03 / hop))] ?? NaN;
  }

  private grow(size: number) {
    if (size <= this.values.length) return;
    const length = Math.max(size, this.values.length * 2);
    const values = new Float32Array(length).fill(NaN);
    values.set(this.values);
    const loud = new Float32Array(length).fill(-120);
    loud.set(this.loud);
    this.values = values;
    this.loud = loud;
  }
}
