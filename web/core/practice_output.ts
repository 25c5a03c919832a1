// From pieces to the ear: an AudioContext at the stems' rate with the Practice room's worklet.
//
// The context is made when the room is first entered and runs from the first gesture on; pieces and
// settings are sent as they come. Positions are told at the ear: the report's frame, the clock and the
// device's latency.
import workletUrl from '../worklet/practice.ts?worker&url';
import {
  PRACTICE_RATE,
  PRACTICE_REPORT as R,
  PRACTICE_REPORT_SIZE,
  PRACTICE_STATE,
  STEMS,
  type FromPractice,
  type ToPractice,
} from '../worklet/practice_protocol';
import { ReportRing, sharedBytes } from '../worklet/protocol';
import { LowerEnvelope } from '../worklet/stream_clock';
import { loadModule } from './modules';
import { failure } from './problem';

const FALL = 0.08; // s in which a level falls to a third
const TRUSTED = 2; // s: a report that is older says nothing of now

export class PracticeOutput {
  readonly report = new Float64Array(PRACTICE_REPORT_SIZE);
  context: AudioContext | null = null;
  private node: AudioWorkletNode | null = null;
  private ring: ReportRing | null = null;
  private seen = 0;
  private sent = 0;
  private opening: Promise<void> | null = null;
  private waiting: [ToPractice, Transferable[]][] = [];
  private readonly clock = new LowerEnvelope();
  private readonly levels = new Float32Array(STEMS);
  private readonly looked = new Float64Array(STEMS);
  private loop = { start: 0, end: 0 };
  private sought = 0; // where it was sent, until the report knows

  constructor(private readonly crashed: () => void) {}

  get rate(): number {
    return this.context?.sampleRate ?? PRACTICE_RATE;
  }
  get running(): boolean {
    return this.context?.state === 'running';
  }

  // The context and its worklet; may wait for a gesture before it makes sound.
  open(): Promise<void> {
    this.opening ??= this.make().catch((error: unknown) => {
      this.opening = null;
      throw error;
    });
    return this.opening;
  }
  // From a user's gesture.
  async start(): Promise<void> {
    await this.open();
    if (this.context?.state !== 'running') await this.context!.resume();
  }

  send(message: ToPractice, transfer: Transferable[] = []) {
    if (message.type === 'loop') this.loop = { start: message.start, end: message.end };
    if (message.type === 'seek') this.sought = message.to;
    if (message.type === 'play' && message.from >= 0) this.sought = message.from;
    if (message.type === 'song') this.sought = 0;
    this.sent++;
    if (this.node) this.node.port.postMessage(message, transfer);
    else this.waiting.push([message, transfer]);
  }

  // The newest report; call it before reading `report`.
  pull(): Float64Array {
    this.audioTime(performance.now());
    if (this.ring) this.seen = this.ring.read(this.report, this.seen);
    return this.report;
  }
  get state(): number {
    return this.current ? this.report[R.state]! : PRACTICE_STATE.stopped;
  }
  // Whether the report knows of everything that was sent.
  get current(): boolean {
    return this.report[R.commands] === this.sent;
  }

  // Frame of the song at the ear now.
  position(): number {
    const report = this.pull();
    if (!this.node || report[R.commands]! === 0) return this.sought;
    if (!this.current && report[R.state] === PRACTICE_STATE.stopped) return this.sought;
    const speed = report[R.speed]!;
    if (speed === 0 || !this.running) return report[R.position]!;
    const ear = this.audioTime(performance.now()) - this.outputLatency();
    const after = Math.min(TRUSTED, ear - report[R.frame]! / this.rate);
    let at = report[R.position]! + after * this.rate * speed;
    const { start, end } = this.loop;
    // What the report has after the loop's jump may be before it at the ear, and the other way round.
    if (end > start) {
      if (report[R.position]! >= start && report[R.position]! < end) {
        if (at >= end) at = start + ((at - end) % (end - start));
        else if (at < start && report[R.pass]! > 0) at = end - ((start - at) % (end - start));
      }
    }
    return Math.max(0, at);
  }
  outputLatency(): number {
    return this.context ? this.context.outputLatency || this.context.baseLatency || 0 : 0;
  }
  // The context's frame that is at the ear at this time of performance.now().
  frameAtEar(time: number): number {
    const now = performance.now();
    return (this.audioTime(now) + (time - now) / 1000 - this.outputLatency()) * this.rate;
  }

  level(stem: number): number {
    const now = performance.now();
    const fallen = this.levels[stem]! * Math.exp((this.looked[stem]! - now) / (1000 * FALL));
    this.levels[stem] = Math.max(this.report[R.level + stem]!, fallen);
    this.looked[stem] = now;
    return this.running && this.report[R.speed]! > 0 ? Math.min(1, this.levels[stem]!) : 0;
  }

  async close() {
    this.send({ type: 'close' });
    this.node?.disconnect();
    this.node = null;
    await this.context?.close().catch(() => {});
    this.context = null;
    this.opening = null;
  }

  // The audio clock moves on in steps of the device's buffer; right after a step it is not late.
  private audioTime(now: number): number {
    const time = now / 1000;
    if (this.running && this.context!.currentTime > 0) this.clock.add(time, time - this.context!.currentTime);
    return time - this.clock.at(time);
  }

  private async make() {
    if (typeof AudioWorkletNode === 'undefined') {
      throw failure(
        'unsupported',
        'This browser gives the page no way to make sound here.',
        'Open Tutti by https, or as localhost, in a current browser.',
      );
    }
    const context = new AudioContext({ latencyHint: 'interactive', sampleRate: PRACTICE_RATE });
    try {
      const [module] = await Promise.all([loadModule('stretch'), context.audioWorklet.addModule(workletUrl)]);
      const shared = globalThis.crossOriginIsolated
        ? new SharedArrayBuffer(sharedBytes(PRACTICE_REPORT_SIZE))
        : null;
      this.ring = shared && new ReportRing(shared, PRACTICE_REPORT_SIZE);
      this.seen = 0;
      const node = new AudioWorkletNode(context, 'tutti-practice', {
        numberOfInputs: 0,
        outputChannelCount: [2],
        processorOptions: { module, shared },
      });
      node.port.onmessage = ({ data }: MessageEvent<FromPractice>) => this.report.set(data.report);
      node.onprocessorerror = () => {
        this.node = null;
        this.opening = null;
        void context.close().catch(() => {});
        this.crashed();
      };
      node.connect(context.destination);
      // It stood still, or will: where it is against other clocks has to be found anew.
      context.onstatechange = () => this.clock.restart();
      this.context = context;
      this.node = node;
      for (const [message, transfer] of this.waiting.splice(0)) node.port.postMessage(message, transfer);
    } catch (error) {
      await context.close().catch(() => {});
      throw error;
    }
  }
}
