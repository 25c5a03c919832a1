// Same samples everywhere: what WASM makes is, bit for bit, what the native engine made.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instantiate, put, taken, type EngineExports } from '../worklet/wasm';
import { DocumentHandle, failureFrom } from './document';
import { MELODY_TRIM } from './edits';
import type { EffectInfo } from './mix_types';
import type { EffectExports } from './shelf';
import { makeReference, moduleOf } from './testing/modules';

interface Player extends EngineExports {
  create(rate: number, block: number): number;
  left(): number;
  right(): number;
  process(frames: number): void;
  adopt(data: number, size: number): number;
  add_resource(name: number, nameSize: number, data: number, size: number): number;
  add_audio(name: number, size: number, rate: number, left: number, right: number, frames: number): number;
  missing(): number;
  open_stream(name: number, size: number, rate: number, frames: number, stereo: number): number;
  push_stream(name: number, size: number, chunk: number, left: number, right: number, n: number): number;
  stream_wants(seconds: number): number;
  chunk_frames(): number;
  late_frames(): number;
  play(): void;
  stop(): void;
  seek(at: number): void;
  set_loop(start: number, end: number, on: number): void;
  set_speed(factor: number): void;
  set_metronome(on: number, db: number): void;
  event(node: bigint, status: number, data1: number, data2: number): number;
}
interface Transcriber extends EngineExports {
  transcribe(
    mono: number,
    frames: number,
    rate: number,
    tempo: number,
    n: number,
    d: number,
    grid: number,
  ): number;
}

const BLOCK = 128;
const QUARTER = 15360;
let reference: ReturnType<typeof makeReference>;
beforeAll(() => void (reference = makeReference()));
afterAll(() => reference?.remove());

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

function openPlayer(plan: Uint8Array): {
  wasm: Player;
  add(name: string, bytes: Uint8Array, rate?: number): void;
} {
  const wasm = instantiate<Player>(moduleOf('engine'));
  const must = (failed: number) => {
    if (failed) throw failureFrom(taken(wasm));
  };
  must(wasm.create(48000, BLOCK));
  must(wasm.adopt(put(wasm, plan), plan.byteLength));
  return {
    wasm,
    add(name, bytes, rate) {
      const named = put(wasm, new TextEncoder().encode(name));
      const data = put(wasm, bytes);
      if (rate) must(wasm.add_audio(named, name.length, rate, data, 0, bytes.byteLength / 4));
      else must(wasm.add_resource(named, name.length, data, bytes.byteLength));
    },
  };
}

// Planar samples of `blocks` blocks, as their bits.
function run(wasm: Player, blocks: number, before: (block: number) => void = () => {}): Uint32Array {
  const frames = blocks * BLOCK;
  const bits = new Uint32Array(2 * frames);
  for (let block = 0; block < blocks; block++) {
    before(block);
    wasm.process(BLOCK);
    bits.set(new Uint32Array(wasm.memory.buffer, wasm.left(), BLOCK), block * BLOCK);
    bits.set(new Uint32Array(wasm.memory.buffer, wasm.right(), BLOCK), frames + block * BLOCK);
  }
  return bits;
}

function expectSame(bits: Uint32Array, native: Uint8Array) {
  const expected = new Uint32Array(native.buffer, native.byteOffset, native.byteLength / 4);
  expect(bits.length).toBe(expected.length);
  const samples = new Float32Array(expected.buffer, expected.byteOffset, expected.length);
  expect(samples.filter((s) => Math.abs(s) > 0.01).length).toBeGreaterThan(samples.length / 10); // no silence
  expect(bits.findIndex((b, i) => b !== expected[i])).toBe(-1);
}

describe('native and WASM', () => {
  it('compile a project to the same plan', () => {
    const document = new DocumentHandle(moduleOf('document'), 5);
    document.openTutti(text(reference.read('tune.tutti')));
    expect(document.compile()).toEqual(reference.read('tune.plan'));
  });

  it('save the same .tutti text', () => {
    const document = new DocumentHandle(moduleOf('document'), 5);
    const native = text(reference.read('tune.tutti'));
    document.openTutti(native);
    expect(document.saveTutti()).toBe(native);
  });

  it('render the same samples', () => {
    const { wasm, add } = openPlayer(reference.read('tune.plan'));
    add('sf:test', reference.read('font.sf2'));
    add('c'.repeat(64), reference.read('clip.f32'), 44100);
    wasm.missing();
    expect(text(taken(wasm))).toBe('');
    wasm.play();
    expectSame(run(wasm, 3000), reference.read('tune.f32'));
  });

  it('render the same samples through jumps, loops, live notes and changes of tempo', () => {
    const document = new DocumentHandle(moduleOf('document'), 5);
    document.openTutti(text(reference.read('tune.tutti')));
    const organ = document.nodeOf(document.song().tracks[0]!.id);
    const { wasm, add } = openPlayer(document.compile());
    add('sf:test', reference.read('font.sf2'));
    add('c'.repeat(64), reference.read('clip.f32'), 44100);
    wasm.play();
    const bits = run(wasm, 1500, (block) => {
      if (block === 0) wasm.set_metronome(1, -10);
      if (block === 100) wasm.event(organ, 0x90, 72, 100);
      if (block === 200) wasm.set_speed(1.37);
      if (block === 300) wasm.seek(6 * QUARTER);
      if (block === 400) wasm.set_loop(6 * QUARTER, 7 * QUARTER, 1);
      if (block === 500) wasm.event(organ, 0x80, 72, 64);
      if (block === 900) wasm.set_loop(0, 0, 0);
      if (block === 1200) wasm.stop();
    });
    expectSame(bits, reference.read('moved.f32'));
  });

  it('compile a mix to the same plan, from descriptions of the effects alone', () => {
    const document = new DocumentHandle(moduleOf('document'), 5);
    const effects = instantiate<EffectExports>(moduleOf('engine'));
    effects.effect_list();
    document.setEffects(text(taken(effects)));
    document.openTutti(text(reference.read('mix.tutti')));
    expect(document.compile()).toEqual(reference.read('mix.plan'));
  });

  it('mix the same samples: groups, sends, a side-chain, every synthesiser and effect, automation', () => {
    const { wasm, add } = openPlayer(reference.read('mix.plan'));
    add('sf:test', reference.read('font.sf2'));
    add('c'.repeat(64), reference.read('clip.f32'), 44100);
    // The voice comes as a stream, chunk by chunk, as in the page.
    const voice = reference.read('voice.f32');
    const frames = voice.byteLength / 8;
    const name = 'd'.repeat(64);
    const named = put(wasm, new TextEncoder().encode(name));
    const data = put(wasm, voice);
    expect(wasm.open_stream(named, 64, 48000, frames, 1)).toBe(0);
    const feed = () => {
      wasm.stream_wants(2);
      for (const line of text(taken(wasm)).split('\n').filter(Boolean)) {
        const chunk = Number(line.split(' ')[0]);
        const from = chunk * wasm.chunk_frames();
        const count = Math.min(wasm.chunk_frames(), frames - from);
        const left = data + 4 * from;
        expect(wasm.push_stream(named, 64, chunk, left, left + 4 * frames, count)).toBe(0);
      }
    };
    feed();
    wasm.missing();
    expect(text(taken(wasm))).toBe('');
    wasm.play();
    expectSame(run(wasm, 1500, feed), reference.read('mix.f32'));
    expect(wasm.late_frames()).toBe(0);
  });

  it('process the same samples in every effect', () => {
    const wasm = instantiate<EffectExports>(moduleOf('engine'));
    wasm.effect_list();
    const list = JSON.parse(text(taken(wasm))) as EffectInfo[];
    const input = reference.read('effects/in.f32');
    const frames = input.byteLength / 8;
    const unlike: string[] = [];
    for (const info of list) {
      const id = new TextEncoder().encode(info.id);
      const named = put(wasm, id);
      const handle = wasm.effect_open(named, id.length, 48000, BLOCK);
      const values = new Float64Array(reference.read(`effects/${info.id}.values`).buffer);
      expect(values.length).toBe(info.parameters.length);
      values.forEach((value, i) => wasm.effect_set(handle, i, value, 0));
      wasm.effect_prepare(handle);
      wasm.effect_tempo(handle, 126, 0);
      const data = put(wasm, input);
      for (let i = 0; i < frames; i += BLOCK) {
        const count = Math.min(BLOCK, frames - i);
        wasm.effect_process(handle, data + 4 * i, data + 4 * (frames + i), count);
      }
      const bits = new Uint32Array(wasm.memory.buffer, data, 2 * frames).slice();
      const native = reference.read(`effects/${info.id}.f32`);
      const expected = new Uint32Array(native.buffer, native.byteOffset, native.byteLength / 4);
      const at = bits.findIndex((b, i) => b !== expected[i]);
      if (at >= 0) unlike.push(`${info.id} from frame ${at % frames} on`);
      wasm.effect_close(handle);
      wasm.release(data);
      wasm.release(named);
    }
    expect(unlike).toEqual([]);
  });

  it('play General MIDI programs from subsets as from the whole SoundFont', () => {
    const document = new DocumentHandle(moduleOf('document'), 5);
    document.openTutti(text(reference.read('gm.tutti')));
    const { wasm, add } = openPlayer(document.compile());
    wasm.missing();
    expect(text(taken(wasm))).toBe('sf:gm\n');
    for (const { program, kind } of document.song().tracks) {
      const preset = kind === 'drums' ? [128, program] : [0, program];
      add(`sf:gm:${preset.join(':')}`, reference.read(`gm-${preset.join('-')}.sf2`));
    }
    wasm.missing();
    expect(text(taken(wasm))).toBe('');
    wasm.play();
    expectSame(run(wasm, 2400), reference.read('gm.f32'));
  });

  it('play a melody on a new track near −23 LUFS', () => {
    const document = new DocumentHandle(moduleOf('document'), 5);
    const melody = { do: 'add_track', name: 'Melody', soundfont: 'gm', trim: MELODY_TRIM };
    const track = document.command(melody).result;
    [69, 71, 72, 76, 74, 72, 71, 67, 60, 62, 64, 65, 67, 64, 60, 62].forEach((key, i) =>
      document.command({ do: 'add_note', track, start: i * QUARTER, duration: 14000, key, velocity: 100 }),
    );
    const { wasm, add } = openPlayer(document.compile());
    add('sf:gm:0:0', reference.read('gm-0-0.sf2'));
    wasm.play();
    const effects = wasm as unknown as EffectExports;
    effects.effect_list();
    const meter = (JSON.parse(text(taken(wasm))) as EffectInfo[]).find((e) => e.id === 'meter')!;
    const place = meter.readings.findIndex((r) => /integrated/.test(r.id));
    const id = new TextEncoder().encode('meter');
    const handle = effects.effect_open(put(wasm, id), id.length, 48000, BLOCK);
    for (let block = 0; block < 3000; block++) {
      wasm.process(BLOCK);
      effects.effect_process(handle, wasm.left(), wasm.right(), BLOCK);
    }
    expect(effects.effect_reading(handle, place)).toBeGreaterThan(-26);
    expect(effects.effect_reading(handle, place)).toBeLessThan(-20);
  });

  it.each([
    ['hum', 48000],
    ['hum44', 44100],
  ])('hear the same notes in %s', (name, rate) => {
    let last = 0;
    const wasm = instantiate<Transcriber>(moduleOf('transcribe'), {
      progress: (fraction: number) => {
        expect(fraction).toBeGreaterThanOrEqual(last);
        last = fraction;
        return 1;
      },
    } as Record<string, (...values: never[]) => unknown>);
    const samples = reference.read(`${name}.f32`);
    const pointer = put(wasm, samples);
    expect(wasm.transcribe(pointer, samples.byteLength / 4, rate, 0, 0, 0, 0)).toBe(0);
    expect(taken(wasm)).toEqual(reference.read(`${name}.bin`));
    expect(last).toBeGreaterThan(0.5);
  });

  it('stop hearing when asked to', () => {
    const wasm = instantiate<Transcriber>(moduleOf('transcribe'), { progress: () => 0 });
    const samples = reference.read('hum.f32');
    expect(wasm.transcribe(put(wasm, samples), samples.byteLength / 4, 48000, 0, 0, 0, 0)).toBe(1);
    expect(failureFrom(taken(wasm)).problem.code).toBe('cancelled');
  });
});
