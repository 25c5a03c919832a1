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
  open_stream(name: number, size: number, rate: number, frames: number, stereo: number): number;
  push_stream(name: number, size: number, chunk: number, left: number, right: number, frames: number): number;
  stream_wants(seconds: number): number;
  set_fader(node: bigint, gain: number, pan: number, mute: number): number;
  set_send(send: bigint, gain: number, mute: number): number;
  set_insert_param(insert: bigint, param: number, size: number, value: number): number;
  set_insert_bypass(insert: bigint, on: number): number;
  insert_reading(insert: bigint, index: number): number;
  set_strip_meters(on: number): void;
  take_strip_meters(): number;
  strip_count(): number;
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
const AHEAD = 4; // seconds of streamed recordings that are kept ready
const FIRST = 0.25; // seconds that must be there before playing begins …
const PATIENCE = 1.5; // … unless this much time has passed
const ASK_AGAIN = 2; // seconds after which a chunk that has not come is asked for once more
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

const bytesOf = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));

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
  private streams = 0;
  private readonly asked = new Map<string, number>(); // chunk → frame at which it was asked for
  private untilWants = 0;
  private waiting = 0; // frame at which playing begins even if not all is there; 0: nobody waits
  private watching = false;
  private readings: readonly { insert: bigint; index: number }[] = [];
  private nodes = new BigUint64Array(0); // as last told
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
      if (this.watching) this.tellStrips();
    }
    if (this.streams > 0) {
      this.untilWants -= BLOCK;
      if (this.untilWants <= 0) this.askFor();
      if (this.waiting > 0 && currentFrame > this.waiting) this.begin();
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

  private tellStrips() {
    const { player } = this;
    const at = player.take_strip_meters();
    const count = player.strip_count();
    const { buffer } = player.memory;
    const peaks = new Float32Array(2 * count);
    const rows = new Float32Array(buffer, at, 4 * count);
    const ids = new BigUint64Array(buffer, at, 2 * count);
    let same = this.nodes.length === count;
    for (let i = 0; i < count; i++) {
      peaks[2 * i] = rows[4 * i + 2]!;
      peaks[2 * i + 1] = rows[4 * i + 3]!;
      same &&= this.nodes[i] === ids[2 * i];
    }
    let nodes: BigUint64Array | null = null;
    if (!same) {
      this.nodes = BigUint64Array.from({ length: count }, (_, i) => ids[2 * i]!);
      nodes = this.nodes.slice();
    }
    const readings = Float32Array.from(this.readings, ({ insert, index }) =>
      player.insert_reading(insert, index),
    );
    this.send({ type: 'strips', nodes, peaks, readings }, [peaks.buffer, readings.buffer]);
  }

  // Chunks of recordings that will be heard soon and have not been asked for just now.
  private askFor(): number {
    const { player } = this;
    this.untilWants = sampleRate / 10;
    player.stream_wants(AHEAD);
    const wants: { label: string; chunk: number }[] = [];
    for (const line of ascii(taken(player)).split('\n')) {
      const gap = line.indexOf(' ');
      if (gap < 0) continue;
      if (currentFrame - (this.asked.get(line) ?? -Infinity) < ASK_AGAIN * sampleRate) continue;
      this.asked.set(line, currentFrame);
      wants.push({ chunk: Number(line.slice(0, gap)), label: line.slice(gap + 1) });
    }
    if (wants.length > 0) this.send({ type: 'wants', wants });
    return wants.length;
  }

  // Playing waits for the first chunks, so that a song begins with all that is in it.
  private play() {
    if (this.streams > 0) {
      this.askFor();
      this.player.stream_wants(FIRST);
      if (taken(this.player).length > 0) {
        this.waiting = currentFrame + PATIENCE * sampleRate;
        return;
      }
    }
    this.begin();
  }
  private begin() {
    this.waiting = 0;
    this.player.play();
  }

  private samples({ label, chunk, left, right }: Extract<ToEngine, { type: 'samples' }>) {
    const { player } = this;
    this.asked.delete(`${chunk} ${label}`);
    const named = put(player, bytesOf(label));
    const frames = left.length;
    const data = player.alloc(8 * frames);
    if (data !== 0) {
      const into = new Float32Array(player.memory.buffer, data, 2 * frames);
      into.set(left);
      if (right) into.set(right, frames);
      player.push_stream(named, label.length, chunk, data, right ? data + 4 * frames : 0, frames);
      player.release(data);
    }
    player.release(named);
    if (this.waiting === 0) return;
    player.stream_wants(FIRST);
    if (taken(player).length === 0) this.begin();
  }

  private stream({ name, label, rate, frames, stereo }: Extract<ToEngine, { type: 'stream' }>) {
    const named = put(this.player, name);
    const failed = this.player.open_stream(named, name.byteLength, rate, frames, stereo ? 1 : 0);
    this.player.release(named);
    if (!failed) this.streams++;
    this.untilWants = 0;
    this.answer(label, failed ? taken(this.player) : null);
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
      case 'stream':
        return this.stream(message);
      case 'samples':
        return this.samples(message);
      case 'play':
        return this.play();
      case 'stop':
        this.waiting = 0;
        return player.stop();
      case 'seek':
        this.untilWants = 0;
        return player.seek(message.at);
      case 'fader':
        return void player.set_fader(message.node, message.gain, message.pan, message.mute ? 1 : 0);
      case 'send':
        return void player.set_send(message.send, message.gain, message.mute ? 1 : 0);
      case 'param': {
        const named = put(player, message.param);
        player.set_insert_param(message.insert, named, message.param.byteLength, message.value);
        return player.release(named);
      }
      case 'bypass':
        return void player.set_insert_bypass(message.insert, message.on ? 1 : 0);
      case 'watch':
        this.watching = message.strips || message.readings.length > 0;
        this.readings = message.readings;
        this.nodes = new BigUint64Array(0);
        return player.set_strip_meters(message.strips ? 1 : 0);
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
    this.nodes = new BigUint64Array(0); // strips may stand in another order
    this.untilWants = 0;
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
