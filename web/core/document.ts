// The document of a project, in this page's hands: document.wasm with words instead of pointers.
import { instantiate, put, taken, type EngineExports } from '../worklet/wasm';
import { Failure } from './problem';
import type { Id, NotesView, PitchCurve, PlaySource, SongView, Ticks, TimeMap } from './types';

interface DocumentExports extends EngineExports {
  create(actor: number): void;
  open_tutti(text: number, size: number): number;
  open_text(text: number, size: number): number;
  import_midi(data: number, size: number, takeTempo: number): number;
  import_melody(
    data: number,
    size: number,
    takeTempo: number,
    program: number,
    blob: number,
    blobSize: number,
    rate: number,
    frames: number,
    channels: number,
    at: number,
  ): number;
  save_tutti(): number;
  export_maa(modified: number, size: number): number;
  export_midi(): number;
  canonical(): number;
  command(text: number, size: number): number;
  apply(text: number, size: number): number;
  take_operations(): number;
  all_operations(): number;
  forget_history(): void;
  revision(): number;
  song(): number;
  read_notes(): number;
  note_start(): number;
  note_duration(): number;
  note_counter(): number;
  note_actor(): number;
  note_confidence(): number;
  note_key(): number;
  note_velocity(): number;
  note_track(): number;
  pitch_curve(id: number, size: number): number;
  read_times(): void;
  seconds(at: number): number;
  ticks(seconds: number): number;
  bpm(at: number): number;
  bar(at: number): number;
  beat(at: number): number;
  within_beat(at: number): number;
  tick_of(bar: number, beat: number): number;
  bar_start(at: number): number;
  ticks_per_beat(at: number): number;
  ticks_per_bar(at: number): number;
  set_effects(text: number, size: number): number;
  compile(notes: number, takes: number): number;
  node_of(id: number, size: number): bigint;
}

// What song_view.h of wasm/ writes.
export interface SongJson extends SongView {
  readonly masterDb: number;
  readonly undo: string | null;
  readonly redo: string | null;
}

export interface TakeInfo {
  blob: string;
  rate: number;
  frames: number;
  channels: number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

// The three texts of an error, as wasm/exports.h gives them.
export function failureFrom(bytes: Uint8Array): Failure {
  const [code = 'internal', message = 'Something went wrong.', next = ''] = decoder.decode(bytes).split('\0');
  return new Failure({ code, message, next });
}

export class DocumentHandle {
  private readonly wasm: DocumentExports;
  readonly time: TimeMap;

  // `actor` is this page's own number; two pages must never share one.
  constructor(module: WebAssembly.Module, actor: number) {
    const wasm = instantiate<DocumentExports>(module);
    this.wasm = wasm;
    wasm.create(actor);
    wasm.read_times();
    this.time = {
      seconds: (at) => wasm.seconds(at),
      ticks: (seconds) => wasm.ticks(seconds),
      bar: (at) => ({ bar: wasm.bar(at), beat: wasm.beat(at), within: wasm.within_beat(at) }),
      tickOf: (bar, beat = 1) => wasm.tick_of(bar, beat),
      barStart: (at) => wasm.bar_start(at),
      ticksPerBeat: (at) => wasm.ticks_per_beat(at),
      ticksPerBar: (at) => wasm.ticks_per_bar(at),
      bpm: (at) => wasm.bpm(at),
    };
  }

  // ------------------------------------------------------------ files

  openTutti(text: string) {
    this.withText(text, (p, n) => this.wasm.open_tutti(p, n));
  }
  openText(text: string) {
    this.withText(text, (p, n) => this.wasm.open_text(p, n));
  }
  // Answers remarks on what was odd in the file.
  importMidi(bytes: Uint8Array, takeTempo: boolean): string[] {
    this.withBytes(bytes, (p, n) => this.wasm.import_midi(p, n, takeTempo ? 1 : 0));
    return this.lines();
  }
  importMelody(
    hum: Uint8Array,
    takeTempo: boolean,
    program: number,
    take: TakeInfo | null,
    at: Ticks | null = null,
  ): { track: Id; notes: Id[] } {
    const blob = encoder.encode(take?.blob ?? '');
    const blobAt = put(this.wasm, blob);
    try {
      this.withBytes(hum, (p, n) =>
        this.wasm.import_melody(
          p,
          n,
          takeTempo ? 1 : 0,
          program,
          blobAt,
          blob.byteLength,
          take?.rate ?? 0,
          take?.frames ?? 0,
          take?.channels ?? 1,
          at ?? -1,
        ),
      );
    } finally {
      this.wasm.release(blobAt);
    }
    const [track, ...notes] = this.lines();
    return { track: track!, notes };
  }
  saveTutti(): string {
    this.check(this.wasm.save_tutti());
    return this.text();
  }
  exportMaa(modified: string): string {
    this.withText(modified, (p, n) => this.wasm.export_maa(p, n));
    return this.text();
  }
  exportMidi(): Uint8Array<ArrayBuffer> {
    this.check(this.wasm.export_midi());
    return taken(this.wasm);
  }
  canonical(): string {
    this.check(this.wasm.canonical());
    return this.text();
  }

  // ------------------------------------------------------------ edits and operations

  // An edit by name, as engine/project/command.h lists them.
  command(edit: { do: string; [parameter: string]: unknown }): { changed: boolean; result?: unknown } {
    this.withText(JSON.stringify(edit), (p, n) => this.wasm.command(p, n));
    return JSON.parse(this.text()) as { changed: boolean; result?: unknown };
  }
  apply(ops: readonly unknown[]) {
    if (ops.length > 0) this.withText(JSON.stringify(ops), (p, n) => this.wasm.apply(p, n));
  }
  takeOperations(): unknown[] {
    this.check(this.wasm.take_operations());
    return JSON.parse(this.text()) as unknown[];
  }
  allOperations(): unknown[] {
    this.check(this.wasm.all_operations());
    return JSON.parse(this.text()) as unknown[];
  }
  forgetHistory() {
    this.wasm.forget_history();
  }
  revision(): number {
    return this.wasm.revision();
  }

  // ------------------------------------------------------------ views

  // Also brings `time` up to date.
  song(): SongJson {
    this.wasm.read_times();
    this.check(this.wasm.song());
    return JSON.parse(this.text()) as SongJson;
  }

  notes(): NotesView {
    const { wasm } = this;
    const length = wasm.read_notes();
    const { buffer } = wasm.memory;
    const doubles = (at: number) => new Float64Array(buffer, at, length).slice();
    const bytes = (at: number) => new Uint8Array(buffer, at, length).slice();
    const counter = doubles(wasm.note_counter());
    const actor = doubles(wasm.note_actor());
    const id = (i: number): Id => `${counter[i]}.${actor[i]!.toString(16)}`;
    let places: Map<Id, number> | null = null;
    return {
      length,
      start: doubles(wasm.note_start()),
      duration: doubles(wasm.note_duration()),
      key: bytes(wasm.note_key()),
      velocity: bytes(wasm.note_velocity()),
      confidence: new Float32Array(buffer, wasm.note_confidence(), length).slice(),
      track: new Uint16Array(buffer, wasm.note_track(), length).slice(),
      id,
      indexOf(wanted) {
        if (!places) {
          places = new Map();
          for (let i = 0; i < length; i++) places.set(id(i), i);
        }
        return places.get(wanted) ?? -1;
      },
    };
  }

  pitchCurve(take: Id): PitchCurve {
    this.withText(take, (p, n) => this.wasm.pitch_curve(p, n));
    const values = new Float64Array(taken(this.wasm).buffer);
    const count = values.length / 2;
    return { ticks: values.slice(0, count), pitch: Float32Array.from(values.subarray(count)) };
  }

  // What the effects are, as JSON; before that they stay out of plans, and none can be added.
  setEffects(json: string) {
    this.withText(json, (p, n) => this.wasm.set_effects(p, n));
  }
  // The plan for the engine: with the notes, with the recordings they were heard in, or with both.
  compile(source: PlaySource = 'both'): Uint8Array<ArrayBuffer> {
    this.check(this.wasm.compile(source === 'take' ? 0 : 1, source === 'notes' ? 0 : 1));
    return taken(this.wasm);
  }
  nodeOf(id: Id): bigint {
    const bytes = encoder.encode(id);
    const at = put(this.wasm, bytes);
    const node = BigInt.asUintN(64, this.wasm.node_of(at, bytes.byteLength));
    this.wasm.release(at);
    return node;
  }

  // ------------------------------------------------------------

  private withText(text: string, call: (pointer: number, size: number) => number) {
    this.withBytes(encoder.encode(text), call);
  }
  private withBytes(bytes: Uint8Array, call: (pointer: number, size: number) => number) {
    const pointer = put(this.wasm, bytes);
    const failed = call(pointer, bytes.byteLength);
    this.wasm.release(pointer);
    this.check(failed);
  }
  private check(failed: number) {
    if (failed) throw failureFrom(taken(this.wasm));
  }
  private text(): string {
    return decoder.decode(taken(this.wasm));
  }
  private lines(): string[] {
    return this.text().split('\n').filter(Boolean);
  }
}

// A number for this page's edits, unlike any other page's.
export function newActor(): number {
  const words = crypto.getRandomValues(new Uint32Array(2));
  return 1 + (((words[0]! & 0xffff) * 2 ** 32 + words[1]!) % (2 ** 48 - 2));
}
