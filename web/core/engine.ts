// The engine as the page holds it: an AudioContext, the worklet, resources on their way, the report.
//
// Nothing of this exists until the first sound is asked for (browsers allow sound only after a key press
// or a click), nor after a crash of the worklet: `ready` is the moment to tell it everything.
import workletUrl from '../worklet/engine.ts?worker&url';
import {
  REPORT,
  REPORT_SIZE,
  ReportRing,
  SHARED_BYTES,
  type AudioShape,
  type FromEngine,
  type ToEngine,
} from '../worklet/protocol';
import { failureFrom } from './document';
import { loadModule } from './modules';
import { failure, problemOf } from './problem';
import type { EngineState, Meters, StripMeters, Ticks } from './types';

const CHUNK = 256 * 1024;
const SILENT: StripMeters = { peakLeft: 0, peakRight: 0 };
const encoder = new TextEncoder();

export interface EngineEvents {
  ready(): void; // a new worklet, which knows nothing yet
  changed(state: EngineState): void;
  transport(playing: boolean, counting: boolean): void;
  missing(names: string[]): void; // resources that the plan needs
  wants(wants: readonly { label: string; chunk: number }[]): void; // chunks of streams
  failed(problem: { code: string; message: string; next: string }): void;
}

export class Engine {
  context: AudioContext | null = null;
  private node: AudioWorkletNode | null = null;
  private starting: Promise<void> | null = null;
  private ring: ReportRing | null = null;
  private seen = 0;
  private readonly report = new Float64Array(REPORT_SIZE);
  private readonly latest = new Float64Array(REPORT_SIZE);
  private sent = 0;
  private expected = 0; // commands that a report must have seen to count
  private lookAhead = 0; // frames
  private speed: (ticks: Ticks) => number = () => 0; // ticks a second at a position
  private readonly places = new Map<bigint, number>(); // of strips in `peaks`
  private peaks = new Float32Array(0);
  private readings = new Float32Array(0);
  private readonly loading = new Map<string, (error: Uint8Array | null) => void>();
  private poll: ReturnType<typeof setInterval> | undefined;
  private told: EngineState;
  private lastState = 0;

  constructor(private readonly events: EngineEvents) {
    this.told = {
      state: 'off',
      load: 0,
      dropouts: 0,
      latencyMs: 0,
      rate: 0,
      sharedMemory: globalThis.crossOriginIsolated === true,
    };
    this.report[REPORT.peakLeft] = this.report[REPORT.peakRight] = 0;
    this.report[REPORT.lufs] = -70;
  }

  state(): EngineState {
    return this.told;
  }

  // Makes sound possible; resolves when the worklet plays. Call it from a key press or click.
  start(): Promise<void> {
    this.starting ??= this.open().catch((error: unknown) => {
      this.starting = null;
      this.tell({ state: 'failed', problem: problemOf(error) });
      throw error;
    });
    return this.starting.then(async () => {
      if (this.context?.state === 'suspended') await this.context.resume();
    });
  }

  send(message: ToEngine, transfer: Transferable[] = []) {
    if (!this.node) return;
    this.sent++;
    this.node.port.postMessage(message, transfer);
  }

  // `ticksASecond` answers how fast the song runs at a place, for positions between reports.
  adopt(plan: Uint8Array<ArrayBuffer>, ticksASecond: (at: Ticks) => number) {
    this.speed = ticksASecond;
    this.send({ type: 'plan', bytes: plan }, [plan.buffer]);
  }

  // Hands over bytes in pieces; resolves when the engine has parsed them.
  addResource(name: string, bytes: Uint8Array, audio: AudioShape | null = null): Promise<void> {
    if (!this.node) return Promise.reject(new Error('the engine is not running'));
    return new Promise((resolve, reject) => {
      this.loading.set(name, (error) => (error ? reject(failureFrom(error)) : resolve()));
      this.send({ type: 'resource', name: encoder.encode(name), label: name, size: bytes.byteLength, audio });
      for (let at = 0; at < bytes.byteLength; at += CHUNK) {
        const piece = bytes.slice(at, at + CHUNK);
        this.send({ type: 'chunk', label: name, bytes: piece }, [piece.buffer]);
      }
    });
  }

  // A recording that the engine asks for chunk by chunk; resolves when it knows of it.
  openStream(name: string, rate: number, frames: number, stereo: boolean): Promise<void> {
    if (!this.node) return Promise.reject(new Error('the engine is not running'));
    return new Promise((resolve, reject) => {
      this.loading.set(name, (error) => (error ? reject(failureFrom(error)) : resolve()));
      this.send({ type: 'stream', name: encoder.encode(name), label: name, rate, frames, stereo });
    });
  }

  // Linear peaks of a strip since the last report; 0 while nothing plays or nobody watches.
  strip(node: bigint): StripMeters {
    const at = this.places.get(node);
    if (at === undefined) return SILENT;
    return { peakLeft: this.peaks[2 * at] ?? 0, peakRight: this.peaks[2 * at + 1] ?? 0 };
  }
  masterPeaks(): StripMeters {
    this.pull();
    return { peakLeft: this.report[REPORT.peakLeft]!, peakRight: this.report[REPORT.peakRight]! };
  }
  // Reading in the order of the last 'watch'.
  readingAt(index: number): number {
    return this.readings[index] ?? NaN;
  }

  // Where the sound is now: the last report, moved on by the time since, less what is still on its way
  // to the ear.
  position(): Ticks {
    this.pull();
    const at = this.report[REPORT.position]!;
    if (this.report[REPORT.state] !== 2 || !this.context) return at;
    const ahead = this.context.currentTime - this.report[REPORT.frame]! / this.context.sampleRate;
    const behind = this.lookAhead / this.context.sampleRate + (this.context.outputLatency || 0);
    return Math.max(0, at + Math.min(ahead - behind, 0.25) * this.speed(at));
  }

  // The page sent a seek: show the new place before the next report.
  jumped(at: Ticks) {
    this.pull();
    this.report[REPORT.position] = at;
    this.expected = this.sent;
  }

  // The context's frame at which the song's `seconds` reached the ear, as sung along to; by the newest
  // report, so while it plays. Null when it does not. Includes the way from mouth to page as far as the
  // browser tells it (the input is taken to be as late as the output's buffer).
  frameHeardAt(seconds: number, secondsOf: (at: Ticks) => number): number | null {
    this.pull();
    if (!this.context || this.report[REPORT.state] !== 2) return null;
    const { sampleRate, baseLatency, outputLatency } = this.context;
    const computed =
      this.report[REPORT.frame]! - (secondsOf(this.report[REPORT.position]!) - seconds) * sampleRate;
    return computed + this.lookAhead + ((outputLatency || 0) + baseLatency) * sampleRate;
  }

  meters(): Meters {
    this.pull();
    const r = this.report;
    const db = (gain: number) => 20 * Math.log10(gain);
    return {
      peak: [db(r[REPORT.peakLeft]!), db(r[REPORT.peakRight]!)],
      rms: [db(r[REPORT.rmsLeft]!), db(r[REPORT.rmsRight]!)],
      lufs: r[REPORT.lufs]!,
      reduction: r[REPORT.reduction]!,
    };
  }

  // Latency from a command to the ear, and back from the mouth, as far as the browser knows it.
  outputLatency(): number {
    if (!this.context) return 0;
    return (
      this.context.baseLatency + (this.context.outputLatency || 0) + this.lookAhead / this.context.sampleRate
    );
  }

  async close() {
    clearInterval(this.poll);
    this.node?.port.postMessage({ type: 'close' } satisfies ToEngine);
    this.node?.disconnect();
    await this.context?.close().catch(() => {});
    this.node = this.context = null;
    this.starting = null;
  }

  private async open() {
    this.tell({ state: 'loading' });
    if (typeof AudioWorkletNode === 'undefined') {
      throw failure(
        'unsupported',
        'This browser gives the page no way to make sound here.',
        'Open Tutti by https, or as localhost, in a current browser.',
      );
    }
    const context = new AudioContext({ latencyHint: 'interactive' });
    try {
      const [module] = await Promise.all([loadModule('engine'), context.audioWorklet.addModule(workletUrl)]);
      const shared = globalThis.crossOriginIsolated ? new SharedArrayBuffer(SHARED_BYTES) : null;
      this.ring = shared ? new ReportRing(shared) : null;
      const node = new AudioWorkletNode(context, 'tutti-engine', {
        numberOfInputs: 0,
        outputChannelCount: [2],
        processorOptions: { module, shared },
      });
      await new Promise<void>((resolve, reject) => {
        node.onprocessorerror = () => reject(crashed());
        node.port.onmessage = ({ data }: MessageEvent<FromEngine>) => {
          if (data.type === 'ready') {
            this.lookAhead = data.latency;
            resolve();
          } else if (data.type === 'failed') reject(failureFrom(data.error));
        };
      });
      node.onprocessorerror = () => this.crash();
      node.port.onmessage = ({ data }: MessageEvent<FromEngine>) => this.receive(data);
      node.connect(context.destination);
      this.context = context;
      this.node = node;
    } catch (error) {
      await context.close().catch(() => {});
      throw error;
    }
    context.onstatechange = () => this.tell({});
    this.sent = this.expected = this.seen = 0;
    this.lastState = 0;
    this.places.clear();
    this.events.ready();
    this.poll = setInterval(() => this.watch(), 100);
    this.tell({ state: 'ready' });
  }

  private receive(message: FromEngine) {
    switch (message.type) {
      case 'report':
        this.accept(message.report);
        break;
      case 'adopted':
        this.events.missing(message.missing);
        break;
      case 'wants':
        this.events.wants(message.wants);
        break;
      case 'strips':
        if (message.nodes) {
          this.places.clear();
          message.nodes.forEach((node, i) => this.places.set(node, i));
        }
        this.peaks = message.peaks as Float32Array<ArrayBuffer>;
        this.readings = message.readings as Float32Array<ArrayBuffer>;
        break;
      case 'refused':
        this.events.failed(failureFrom(message.error).problem);
        break;
      case 'resource':
        this.loading.get(message.label)?.(message.error);
        this.loading.delete(message.label);
        break;
    }
  }

  private pull() {
    if (!this.ring) return;
    const seen = this.ring.read(this.latest, this.seen);
    if (seen !== this.seen) this.accept(this.latest);
    this.seen = seen;
  }

  // A report from before our last seek would show the old place again.
  private accept(report: Float64Array) {
    if (report[REPORT.commands]! >= this.expected) this.report.set(report);
  }

  // Ten times a second: transport changes of the engine's own (the end, the end of a count-in), load.
  private watch() {
    this.pull();
    const state = this.report[REPORT.state]!;
    // A report from before our last command would take back what the page already shows.
    if (this.report[REPORT.commands]! >= this.sent && state !== this.lastState) {
      this.lastState = state;
      this.events.transport(state !== 0, state === 1);
    }
    const load = Math.round(this.report[REPORT.load]! * 100) / 100;
    const dropouts = this.report[REPORT.dropouts]!;
    if (load !== this.told.load || dropouts !== this.told.dropouts) this.tell({ load, dropouts });
  }

  private crash() {
    const problem = crashed().problem;
    clearInterval(this.poll);
    this.node = null;
    this.starting = null;
    this.tell({ state: 'failed', problem });
    this.events.failed(problem);
    this.events.transport(false, false);
  }

  private tell(change: Partial<EngineState>) {
    const { context } = this;
    this.told = {
      ...this.told,
      ...change,
      rate: context?.sampleRate ?? 0,
      latencyMs: Math.round(this.outputLatency() * 1000),
    };
    this.events.changed(this.told);
  }
}

const crashed = () =>
  failure('internal', 'The sound engine stopped by a fault of its own.', 'Press play to start it again.');
