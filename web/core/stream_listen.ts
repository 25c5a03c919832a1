// Listening to one channel: link, decoder and output joined, and what is known of their health.
import { failure } from './problem';
import { STREAM_REPORT as R } from '../worklet/stream_protocol';
import { makeDecoder, opusDecoders, type DecoderKind, type StreamDecoder } from './stream_decode';
import { StreamLink, type StreamSocket } from './stream_link';
import { STREAM_RATE, type StreamOutput } from './stream_output';
import type { StreamState } from './stream_types';
import type { Audio, Hello, ServerState, Words } from './stream_wire';
import type { Problem } from './types';

export type Format = 'opus' | 'pcm16' | 'json';

export interface ListenOptions {
  output: StreamOutput;
  formats: () => Promise<Way[]>;
  connect: (format: Format) => StreamSocket;
  refused: () => Promise<Problem | null>;
  words: (message: Words) => void;
  changed: () => void; // phase or problem may be others
  failed: (problem: Problem) => void;
}
export interface Way {
  readonly format: Format;
  readonly decoder: DecoderKind;
}

// How sound can come to this browser, the best first.
export async function waysToListen(): Promise<Way[]> {
  const opus = (await opusDecoders()).map((decoder) => ({ format: 'opus' as const, decoder }));
  return [...opus, { format: 'pcm16', decoder: 'pcm' }];
}

const MESSAGES = 256; // remembered, to know when what is heard was rendered
const RECENT = 60_000; // ms
const NO_DECODER = failure(
  'unsupported',
  'This browser can play none of the forms of the stream.',
  'Open Tutti in a current browser, or play its .mp3 address in any player.',
).problem;

export class Listening {
  private link: StreamLink | null = null;
  private ways: Way[] = [];
  private decoder: StreamDecoder | null = null;
  private early: Audio[] | null = null; // came before the decoder was ready
  private connection = 0; // each has a decoder of its own
  private greeting: Hello | null = null;
  private server: ServerState | null = null;
  private closed = false;
  private readonly frames = new Float64Array(MESSAGES);
  private readonly times = new Float64Array(MESSAGES);
  private told = 0;
  private lastBytes = 0;
  private lastAt = 0;
  private kbps = 0;
  private dry: number[] = []; // times of underruns
  private underruns = 0;

  constructor(private readonly options: ListenOptions) {}

  async open(): Promise<void> {
    this.ways = await this.options.formats();
    if (this.closed) return;
    const { refused, failed } = this.options;
    this.link = new StreamLink({
      connect: () => this.options.connect(this.ways[0]?.format ?? 'pcm16'),
      refused,
      failed,
      words: (message) => this.hear(message),
      audio: (message) => this.take(message),
      up: () => this.options.changed(),
      lost: () => this.options.changed(),
    });
  }

  get up(): boolean {
    return this.link?.up ?? false;
  }
  get everUp(): boolean {
    return this.greeting !== null;
  }
  send(message: object): boolean {
    return this.link?.send(message) ?? false;
  }
  wake() {
    this.link?.wake();
  }
  renew() {
    this.link?.renew();
  }
  close() {
    this.closed = true;
    this.link?.close();
    this.decoder?.close();
    this.decoder = this.early = null;
  }

  private hear(message: Words) {
    if (message.type === 'hello') {
      this.greeting = message;
      this.options.output.restart();
      void this.prepare(message);
    } else if (message.type === 'state') this.server = message;
    this.options.words(message);
  }

  private async prepare(hello: Hello) {
    const connection = ++this.connection;
    this.decoder?.close();
    this.decoder = null;
    this.early = [];
    const way = this.ways[0];
    const kind = way && hello.format === 'opus' ? way.decoder : 'pcm';
    const current = () => connection === this.connection && !this.closed;
    try {
      const decoder = await makeDecoder(
        kind,
        hello.pre_skip ?? 0,
        (frame, left, right, message) => {
          if (current()) this.play(frame, left, right, message);
        },
        () => current() && this.otherWay(),
      );
      if (!current()) return decoder.close();
      this.decoder = decoder;
      for (const message of this.early ?? []) decoder.decode(message);
      this.early = null;
    } catch {
      if (current()) this.otherWay();
    }
  }

  // This decoder does not work here: the next one.
  private otherWay() {
    this.ways.shift();
    if (this.ways.length === 0) {
      this.close();
      this.options.failed(NO_DECODER);
    } else this.link?.renew();
  }

  private take(message: Audio) {
    if (this.decoder) {
      try {
        this.decoder.decode(message);
      } catch {
        this.otherWay();
      }
    } else this.early?.push(message);
  }

  private play(
    frame: number,
    left: Float32Array<ArrayBuffer>,
    right: Float32Array<ArrayBuffer>,
    message: Audio,
  ) {
    const slot = this.told++ % MESSAGES;
    this.frames[slot] = frame + message.frames / 2; // on the mean
    this.times[slot] = message.serverTime;
    this.options.output.push(Math.max(0, frame), left, right);
  }

  // ms from the rendering of what is heard now, on the mean of a message; 0 while it is not known.
  private latency(heard: number): number {
    if (!this.link || heard < 0) return 0;
    let nearest = -1;
    for (let i = Math.max(0, this.told - MESSAGES); i < this.told; i++) {
      const slot = i % MESSAGES;
      if (nearest < 0 || Math.abs(this.frames[slot]! - heard) < Math.abs(this.frames[nearest]! - heard)) {
        nearest = slot;
      }
    }
    if (nearest < 0 || Math.abs(this.frames[nearest]! - heard) > STREAM_RATE) return 0;
    const ahead = ((this.frames[nearest]! - heard) / STREAM_RATE) * 1000;
    return Math.max(0, this.link.clock.time() + ahead - this.times[nearest]!);
  }

  health(): StreamState['health'] {
    const { output } = this.options;
    const heard = output.heardFrame();
    const report = output.report;
    const now = performance.now();
    if (now - this.lastAt > 900) {
      const bytes = this.link?.bytes ?? 0;
      if (this.lastAt > 0) this.kbps = ((bytes - this.lastBytes) * 8) / (now - this.lastAt);
      this.lastBytes = bytes;
      this.lastAt = now;
    }
    for (; this.underruns < report[R.underruns]!; this.underruns++) this.dry.push(now);
    this.underruns = report[R.underruns]!;
    this.dry = this.dry.filter((at) => now - at < RECENT);
    const { server } = this;
    return {
      bufferMs: report[R.fill]! * 1000,
      targetMs: report[R.target]! * 1000,
      latencyMs: report[R.state] === 2 ? this.latency(heard) : 0,
      rttMs: this.link?.clock.rtt ?? 0,
      jitterMs: report[R.jitter]! * 1000,
      driftPpm: report[R.skew]! * 1e6,
      stretch: report[R.state] === 2 ? report[R.ratio]! - 1 : 0,
      underruns: report[R.underruns]!,
      silentMs: (report[R.silent]! / output.rate) * 1000 || 0,
      reconnects: this.link?.reconnects ?? 0,
      decoder: this.decoder?.kind ?? 'none',
      kbps: this.kbps,
      listeners: server?.listeners ?? 0,
      serverBufferMs: server?.buffer_ms ?? 0,
      renderLoad: server?.render_load ?? 0,
      encodeLoad: server?.encode_load ?? 0,
      serverUnderruns: server?.underruns ?? 0,
    };
  }

  // Of the last minute, as a person would say it.
  quality(health: StreamState['health']): StreamState['quality'] {
    if (!this.everUp) return 'unknown';
    if (!this.up || this.dry.length > 1) return 'poor';
    return this.dry.length === 1 || health.targetMs > 250 || health.rttMs > 300 ? 'fair' : 'good';
  }
}
