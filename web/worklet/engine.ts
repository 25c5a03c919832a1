// The engine in the audio thread: an AudioWorkletProcessor around engine.wasm.
//
// Messages take effect between blocks, in order. process() itself neither allocates nor waits; what
// allocates (plans, resources) runs in the message handler, between blocks. About 60 times a second the
// position, the meters, the load and the number of dropouts go to the page.
import {
  REPORT,
  REPORT_SIZE,
  ReportRing,
  type EngineOptions,
  type FromEngine,
  type ToEngine,
} from './protocol';
import { instantiate, put, taken, type EngineExports } from './wasm';

interface Player extends EngineExports {
  create(rate: number, maxBlock: number): number;
  left(): number;
  right(): number;
  process(frames: number): void;
  adopt(data: number, size: number): number;
  add_resource(name: number, nameSize: number, data: number, size: number): number;
  add_audio(name: number, size: number, rate: number, left: number, right: number, frames: number): number;
  remove_resource(name: number, size: number): void;
  missing(): number;
  play(): void;
  stop(): void;
  seek(at: number): void;
  set_loop(start: number, end: number, on: number): void;
  set_speed(factor: number): void;
  set_stop_at_end(on: number): void;
  set_metronome(on: number, db: number): void;
  count_in(bars: number): void;
  set_master(db: number, ceiling: number): void;
  event(node: bigint, status: number, data1: number, data2: number): number;
  all_sound_off(): void;
  state(): number;
  position(): number;
  latency(): number;
  take_meters(): number;
}

const BLOCK = 128;
const REPORTS_A_SECOND = 60;
// The wall clock running this far ahead of the audio clock, beyond what is usual, means that the output
// ran dry.
const DROPOUT_MS = 40;

interface Incoming {
  name: Uint8Array;
  pointer: number;
  size: number;
  filled: number;
  audio: { rate: number; channels: 1 | 2 } | null;
}

const NO_MEMORY = new Uint8Array(
  [...'too_large\0The browser gives this page no more memory.\0Close other tabs.'].map((c) =>
    c.charCodeAt(0),
  ),
);

const ascii = (bytes: Uint8Array) => {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
};

class EngineProcessor extends AudioWorkletProcessor {
  private player: Player;
  private left: Float32Array = new Float32Array(0);
  private right: Float32Array = new Float32Array(0);
  private memory: ArrayBufferLike | null = null;
  private alive = true;
  private readonly incoming = new Map<string, Incoming>();
  private readonly fonts = new Map<string, number>(); // label → bytes that the engine looks at
  private readonly retired: number[] = []; // to be released once a block has passed
  private readonly ring: ReportRing | null;
  private readonly report = new Float64Array(REPORT_SIZE);
  private readonly clock = new LoadClock();
  private untilReport = 0;
  private commands = 0;

  constructor(options: { processorOptions: EngineOptions }) {
    super();
    const { module, shared } = options.processorOptions;
    this.ring = shared ? new ReportRing(shared) : null;
    this.player = instantiate<Player>(module);
    if (this.player.create(sampleRate, BLOCK) !== 0) {
      this.send({ type: 'failed', error: taken(this.player) });
      this.alive = false;
      return;
    }
    this.port.onmessage = (event: MessageEvent<ToEngine>) => this.receive(event.data);
    this.send({ type: 'ready', latency: this.player.latency() });
  }

  process(_inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    if (!this.alive) return false;
    const [left, right] = outputs[0]!;
    this.clock.begin();
    this.player.process(BLOCK);
    // Growing the memory detaches every view of it.
    if (this.memory !== this.player.memory.buffer) {
      this.memory = this.player.memory.buffer;
      this.left = new Float32Array(this.memory, this.player.left(), BLOCK);
      this.right = new Float32Array(this.memory, this.player.right(), BLOCK);
    }
    left!.set(this.left);
    right?.set(this.right);
    this.clock.end();
    this.untilReport -= BLOCK;
    if (this.untilReport <= 0) {
      this.untilReport += sampleRate / REPORTS_A_SECOND;
      this.tell();
    }
    return true;
  }

  private send(message: FromEngine, transfer: Transferable[] = []) {
    this.port.postMessage(message, transfer);
  }

  private tell() {
    const { player, report } = this;
    const meters = new Float64Array(player.memory.buffer, player.take_meters(), 6);
    report[REPORT.frame] = currentFrame + BLOCK;
    report[REPORT.position] = player.position();
    report[REPORT.state] = player.state();
    report.set(meters, REPORT.peakLeft);
    report[REPORT.load] = this.clock.load;
    report[REPORT.dropouts] = this.clock.dropouts;
    report[REPORT.commands] = this.commands;
    for (const pointer of this.retired.splice(0)) player.release(pointer);
    if (this.ring) this.ring.write(report);
    else this.send({ type: 'report', report });
  }

  private receive(message: ToEngine) {
    const { player } = this;
    this.commands++;
    switch (message.type) {
      case 'plan':
        return this.adopt(message.bytes);
      case 'resource':
        return this.expect(message);
      case 'chunk':
        return this.chunk(message.label, message.bytes);
      case 'forget':
        return this.forget(message.name, message.label);
      case 'play':
        return player.play();
      case 'stop':
        return player.stop();
      case 'seek':
        return player.seek(message.at);
      case 'loop':
        return player.set_loop(message.start, message.end, message.on ? 1 : 0);
      case 'speed':
        return player.set_speed(message.factor);
      case 'stopAtEnd':
        return player.set_stop_at_end(message.on ? 1 : 0);
      case 'metronome':
        return player.set_metronome(message.on ? 1 : 0, message.db);
      case 'countIn':
        return player.count_in(message.bars);
      case 'master':
        return player.set_master(message.db, message.ceiling);
      case 'event':
        return void player.event(message.node, message.status, message.data1, message.data2);
      case 'panic':
        return player.all_sound_off();
      case 'close':
        this.alive = false;
    }
  }

  private adopt(bytes: Uint8Array) {
    const pointer = put(this.player, bytes);
    const failed = this.player.adopt(pointer, bytes.byteLength);
    this.player.release(pointer);
    if (failed) this.send({ type: 'refused', error: taken(this.player) });
    else this.send({ type: 'adopted', missing: this.missing() });
  }

  private missing(): string[] {
    this.player.missing();
    return ascii(taken(this.player)).split('\n').filter(Boolean);
  }

  private expect({ name, label, size, audio }: Extract<ToEngine, { type: 'resource' }>) {
    const pointer = this.player.alloc(Math.max(1, size));
    if (pointer === 0) return this.answer(label, NO_MEMORY);
    this.incoming.set(label, { name, pointer, size, filled: 0, audio });
    if (size === 0) this.complete(label);
  }

  private chunk(label: string, bytes: Uint8Array) {
    const into = this.incoming.get(label);
    if (!into || into.filled + bytes.byteLength > into.size) return;
    new Uint8Array(this.player.memory.buffer, into.pointer + into.filled, bytes.byteLength).set(bytes);
    into.filled += bytes.byteLength;
    if (into.filled === into.size) this.complete(label);
  }

  private complete(label: string) {
    const { player } = this;
    const { name, pointer, size, audio } = this.incoming.get(label)!;
    this.incoming.delete(label);
    const named = put(player, name);
    let failed: number;
    if (audio) {
      const frames = size / 4 / audio.channels;
      const right = audio.channels === 2 ? pointer + 4 * frames : 0;
      failed = player.add_audio(named, name.byteLength, audio.rate, pointer, right, frames);
      player.release(pointer); // the engine made its copy
    } else {
      failed = player.add_resource(named, name.byteLength, pointer, size);
      const before = this.fonts.get(label);
      if (failed) player.release(pointer);
      else this.fonts.set(label, pointer);
      if (!failed && before) this.retired.push(before);
    }
    player.release(named);
    this.answer(label, failed ? taken(player) : null);
  }

  private forget(name: Uint8Array, label: string) {
    const { player } = this;
    const named = put(player, name);
    player.remove_resource(named, name.byteLength);
    player.release(named);
    const pointer = this.fonts.get(label);
    this.fonts.delete(label);
    if (pointer) this.retired.push(pointer);
  }

  private answer(label: string, error: Uint8Array | null) {
    this.send({ type: 'resource', label, error, missing: error ? [] : this.missing() });
  }
}

// How busy the audio thread is, and whether it ever came too late.
//
// Date.now() has steps of a millisecond, far above one block's time; but over many blocks the steps
// that fall inside process() are in proportion to the time spent there, so the mean is right.
class LoadClock {
  load = 0;
  dropouts = 0;
  private started = 0;
  private busy = 0;
  private windowFrame = currentFrame;
  private lead = NaN; // wall clock less audio clock, ms

  begin() {
    this.started = now();
    const lead = this.started - (currentFrame / sampleRate) * 1000;
    if (lead > this.lead + DROPOUT_MS) {
      this.dropouts++;
      this.lead = lead;
    } else if (!(lead >= this.lead)) {
      this.lead = lead; // the first block, or the earliest so far
    } else {
      this.lead += (lead - this.lead) * 1e-4; // the two clocks drift apart a little
    }
  }

  end() {
    this.busy += now() - this.started;
    const frames = currentFrame - this.windowFrame;
    if (frames < sampleRate / 2) return;
    this.load = Math.min(1, this.busy / ((frames / sampleRate) * 1000));
    this.busy = 0;
    this.windowFrame = currentFrame;
  }
}

const precise = (globalThis as { performance?: { now(): number } }).performance;
const now = precise ? () => precise.now() : () => Date.now();

registerProcessor('tutti-engine', EngineProcessor as unknown as AudioWorkletProcessorConstructor);
