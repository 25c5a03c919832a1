// From pieces to the ear: an AudioContext with the stream's worklet, volume, and what can be measured.
//
// Pieces are handed over with the moment they came in seconds of the audio clock, which the page knows
// better than the worklet (its turns come in bursts of the device's buffer). Made once, at the first
// sound, in a user's gesture.
import workletUrl from '../worklet/stream.ts?worker&url';
import { ReportRing, sharedBytes } from '../worklet/protocol';
import { LowerEnvelope } from '../worklet/stream_clock';
import type { StreamTiming } from '../worklet/stream_control';
import {
  STREAM_REPORT as R,
  STREAM_REPORT_SIZE,
  type FromStream,
  type ToStream,
} from '../worklet/stream_protocol';
import { failure } from './problem';

interface Piece {
  frame: number;
  left: Float32Array<ArrayBuffer>;
  right: Float32Array<ArrayBuffer>;
}

export const STREAM_RATE = 48000;
const RAMP = 0.03; // s, of the volume
const FFT = 4096;
const FADED = 60; // ms: what sounds has faded and gone
const WAITING = 64; // pieces kept while there is no sound yet

export class StreamOutput {
  readonly report = new Float64Array(STREAM_REPORT_SIZE);
  private context: AudioContext | null = null;
  private node: AudioWorkletNode | null = null;
  private gain: GainNode | null = null;
  private analyser: AnalyserNode | null = null;
  private ring: ReportRing | null = null;
  private seen = 0;
  private opening: Promise<void> | null = null;
  private readonly clock = new LowerEnvelope();
  private readonly samples = new Float32Array(FFT / 2);
  private waiting: Piece[] = [];
  private timed = false; // the audio clock runs and is known
  private volume = 1;
  private low = false;
  private paused = false;

  // `changed`: the browser or the system stopped or resumed the sound.
  constructor(
    private readonly changed: () => void,
    private readonly crashed: () => void,
  ) {
    this.report[R.position] = -1;
    void fetch(workletUrl).catch(() => {}); // at hand when the first sound is asked for
  }

  // Sound is possible; call it from a key press or click.
  async start(low: boolean): Promise<void> {
    this.paused = false;
    this.setLow(low);
    this.opening ??= this.open().catch((error: unknown) => {
      this.opening = null;
      throw error;
    });
    await this.opening;
    // Refused without a gesture: the pieces wait, the phase tells.
    if (this.context?.state === 'suspended') void this.context.resume().catch(() => {});
  }
  async pause() {
    this.clear();
    this.paused = true;
    await new Promise((resolve) => setTimeout(resolve, FADED));
    if (this.paused) await this.context?.suspend().catch(() => {});
  }
  get running(): boolean {
    return this.context?.state === 'running';
  }
  get rate(): number {
    return this.context?.sampleRate ?? 0;
  }

  push(frame: number, left: Float32Array<ArrayBuffer>, right: Float32Array<ArrayBuffer>) {
    const at = this.audioTime(performance.now());
    if (!this.node || !this.timed) {
      this.waiting.push({ frame, left, right });
      if (this.waiting.length > WAITING) this.waiting.shift();
      return;
    }
    this.send({ type: 'piece', frame, left, right, at }, [left.buffer, right.buffer]);
  }
  // A new connection follows.
  restart() {
    this.send({ type: 'restart' });
  }
  // Nothing of what has come is to be heard any more.
  clear() {
    this.waiting = [];
    this.report[R.position] = -1;
    this.report[R.state] = 0;
    this.send({ type: 'clear' });
  }
  setLow(low: boolean) {
    this.low = low;
    this.send({ type: 'timing', timing: this.timing() });
  }
  setVolume(volume: number) {
    this.volume = volume;
    // Squared: half the way is about half as loud.
    if (!this.gain) return;
    const { gain } = this.gain;
    const now = this.context!.currentTime;
    gain.cancelScheduledValues(now);
    gain.setValueAtTime(gain.value, now);
    gain.linearRampToValueAtTime(volume * volume, now + RAMP); // ends at the very value
  }

  // The newest report; call it before reading `report`.
  pull(): Float64Array {
    this.audioTime(performance.now());
    if (this.ring) this.seen = this.ring.read(this.report, this.seen);
    return this.report;
  }

  // The channel's frame at the ear; -1 before any.
  heardFrame(): number {
    const report = this.pull();
    const position = report[R.position]!;
    if (position < 0 || this.paused || !this.context || report[R.played] === 0) return -1;
    const ear = this.audioTime(performance.now()) - this.outputLatency();
    const back = (report[R.at]! - ear) * report[R.ratio]! * STREAM_RATE;
    // A suspended clock stands: nothing moves on.
    return Math.max(0, position - Math.max(0, back));
  }
  outputLatency(): number {
    if (!this.context) return 0;
    return this.context.outputLatency || this.context.baseLatency || 0;
  }

  level(): number {
    if (!this.analyser) return 0;
    this.analyser.getFloatTimeDomainData(this.samples);
    let peak = 0;
    for (const sample of this.samples) peak = Math.max(peak, Math.abs(sample));
    return Math.min(1, peak);
  }
  // As many bins as `into` holds, 0 Hz to half the rate.
  spectrum(into: Float32Array<ArrayBuffer>) {
    if (!this.analyser) {
      into.fill(-Infinity);
      return;
    }
    const size = Math.min(32768, Math.max(32, 2 ** Math.round(Math.log2(2 * into.length))));
    if (this.analyser.fftSize !== size) this.analyser.fftSize = size;
    this.analyser.getFloatFrequencyData(into);
  }

  async close() {
    this.send({ type: 'close' });
    this.node?.disconnect();
    this.node = null;
    await this.context?.close().catch(() => {});
    this.context = null;
    this.opening = null;
  }

  private timing(): StreamTiming {
    const device = this.context?.baseLatency ?? 0.01;
    return this.low
      ? { margin: 0.012 + device, caution: 0.015, excess: 0.3 }
      : { margin: 0.03 + device, caution: 0.03, excess: 1 };
  }

  // The audio clock moves on in steps of the device's buffer; right after a step it is not late.
  private audioTime(now: number): number {
    const time = now / 1000;
    if (this.context?.state === 'running' && this.context.currentTime > 0) {
      this.clock.add(time, time - this.context.currentTime);
      this.timed = true;
    }
    return time - this.clock.at(time);
  }

  private async open() {
    if (typeof AudioWorkletNode === 'undefined') {
      throw failure(
        'unsupported',
        'This browser gives the page no way to make sound here.',
        'Open Tutti by https, or as localhost, in a current browser.',
      );
    }
    const context = new AudioContext({ latencyHint: 'interactive', sampleRate: STREAM_RATE });
    this.context = context;
    try {
      await context.audioWorklet.addModule(workletUrl);
    } catch (error) {
      this.context = null;
      await context.close().catch(() => {});
      throw error;
    }
    const shared = globalThis.crossOriginIsolated
      ? new SharedArrayBuffer(sharedBytes(STREAM_REPORT_SIZE))
      : null;
    this.ring = shared ? new ReportRing(shared, STREAM_REPORT_SIZE) : null;
    this.seen = 0;
    const node = new AudioWorkletNode(context, 'tutti-stream', {
      numberOfInputs: 0,
      outputChannelCount: [2],
      processorOptions: { timing: this.timing(), shared },
    });
    node.port.onmessage = ({ data }: MessageEvent<FromStream>) => this.report.set(data.report);
    node.onprocessorerror = () => {
      this.node = null;
      this.opening = null;
      void context.close().catch(() => {});
      this.crashed();
    };
    this.gain = new GainNode(context, { gain: this.volume * this.volume });
    this.analyser = new AnalyserNode(context, { fftSize: FFT, smoothingTimeConstant: 0.6 });
    node.connect(this.gain).connect(this.analyser).connect(context.destination);
    this.node = node;
    context.onstatechange = () => {
      // It stood still, or will: where it is against other clocks has to be found anew.
      this.clock.restart();
      this.timed = false;
      this.restart();
      this.changed();
      this.flush();
    };
    this.flush();
  }

  // What came before the clock ran, as soon as it does.
  private flush() {
    this.audioTime(performance.now());
    if (!this.node || !this.timed) {
      if (this.context?.state === 'running') setTimeout(() => this.flush(), 5);
      return;
    }
    for (const { frame, left, right } of this.waiting.splice(0)) this.push(frame, left, right);
  }

  private send(message: ToStream, transfer: Transferable[] = []) {
    this.node?.port.postMessage(message, transfer);
  }
}
