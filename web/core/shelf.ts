// What is known of the effects, and pictures of them: engine.wasm on the page's own thread, which makes
// single effects and runs test signals through them. The sound itself is made in the worklet.
import { instantiate, put, taken, type EngineExports } from '../worklet/wasm';
import { failureFrom } from './document';
import { loadModule } from './modules';
import type { EffectInfo, ParameterInfo, Plot, PlotKind } from './mix_types';

export interface EffectExports extends EngineExports {
  effect_list(): number;
  effect_open(name: number, size: number, rate: number, maxBlock: number): number;
  effect_close(handle: number): void;
  effect_set(handle: number, index: number, value: number, frames: number): void;
  effect_prepare(handle: number): void;
  effect_reset(handle: number): void;
  effect_load(handle: number, rate: number, left: number, right: number, frames: number): number;
  effect_process(handle: number, left: number, right: number, frames: number): void;
  effect_side(handle: number, left: number, right: number): void;
  effect_tempo(handle: number, bpm: number, quarters: number): void;
  effect_latency(handle: number): number;
  effect_tail(handle: number): number;
  effect_reading(handle: number, index: number): number;
  effect_response(handle: number, hz: number, count: number, frames: number): number;
  chain_read(text: number, size: number): number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const KINDS: Readonly<Record<string, PlotKind>> = {
  equaliser: 'response',
  filter: 'response',
  dynamics: 'level',
  saturation: 'transfer',
  delay: 'decay',
  reverb: 'decay',
  modulation: 'movement',
};

const RATE = 48000;
const BLOCK = 512;

export class Shelf {
  private loading: Promise<readonly EffectInfo[]> | null = null;
  private wasm: EffectExports | null = null;
  private readonly infos = new Map<string, EffectInfo>();
  private open: { id: string; handle: number } | null = null;
  private buffer = 0; // two channels of BLOCK frames, then POINTS doubles
  json = ''; // as document.wasm wants it

  load(): Promise<readonly EffectInfo[]> {
    this.loading ??= loadModule('engine').then(
      (module) => this.take(instantiate<EffectExports>(module)),
      (error: unknown) => {
        this.loading = null;
        throw error;
      },
    );
    return this.loading;
  }

  take(wasm: EffectExports): readonly EffectInfo[] {
    this.wasm = wasm;
    wasm.effect_list();
    this.json = decoder.decode(taken(wasm));
    const list = JSON.parse(this.json) as EffectInfo[];
    for (const info of list) this.infos.set(info.id, info);
    this.buffer = wasm.alloc(BLOCK * 8 + POINTS * 8);
    return list;
  }

  info(id: string): EffectInfo | undefined {
    return this.infos.get(id);
  }

  // Null where there is nothing to draw, or before load().
  plot(id: string, values: Readonly<Record<string, number>>): Plot | null {
    const info = this.infos.get(id);
    const kind = info && (id === 'transient-shaper' ? undefined : KINDS[info.category]);
    if (!this.wasm || !info || !kind) return null;
    const still = kind === 'level' ? quickened(info) : {};
    const handle = this.handle(info, { ...values, ...still });
    if (handle === 0) return null;
    switch (kind) {
      case 'response':
        return this.response(handle);
      case 'level':
        return this.level(handle, values, info);
      case 'transfer':
        return this.transfer(handle);
      case 'decay':
        return this.decay(handle);
      case 'movement':
        return this.movement(handle, info, values);
    }
  }

  private handle(info: EffectInfo, values: Readonly<Record<string, number>>): number {
    const wasm = this.wasm!;
    if (this.open?.id !== info.id) {
      if (this.open) wasm.effect_close(this.open.handle);
      const name = encoder.encode(info.id);
      const named = put(wasm, name);
      const handle = wasm.effect_open(named, name.length, RATE, BLOCK);
      wasm.release(named);
      this.open = { id: info.id, handle };
      if (handle === 0) throw failureFrom(taken(wasm));
    }
    const { handle } = this.open;
    info.parameters.forEach((p, i) => wasm.effect_set(handle, i, values[p.id] ?? p.initial, 0));
    wasm.effect_prepare(handle);
    wasm.effect_tempo(handle, 120, 0);
    return handle;
  }

  // Runs a signal through the effect and hands out what comes, block by block.
  private run(
    handle: number,
    frames: number,
    signal: (frame: number) => number,
    take: (left: Float32Array, right: Float32Array, at: number) => void,
  ) {
    const wasm = this.wasm!;
    for (let at = 0; at < frames; at += BLOCK) {
      const n = Math.min(BLOCK, frames - at);
      const into = new Float32Array(wasm.memory.buffer, this.buffer, 2 * BLOCK);
      for (let i = 0; i < n; i++) into[i] = into[BLOCK + i] = signal(at + i);
      wasm.effect_process(handle, this.buffer, this.buffer + 4 * BLOCK, n);
      const out = new Float32Array(wasm.memory.buffer, this.buffer, 2 * BLOCK);
      take(out.subarray(0, n), out.subarray(BLOCK, BLOCK + n), at);
    }
  }

  private response(handle: number): Plot {
    const wasm = this.wasm!;
    const at = this.buffer + 8 * BLOCK;
    const x = Float32Array.from({ length: POINTS }, (_, i) => 20 * 1000 ** (i / (POINTS - 1)));
    new Float64Array(wasm.memory.buffer, at, POINTS).set(x);
    wasm.effect_response(handle, at, POINTS, 16384);
    const y = Float32Array.from(new Float64Array(taken(wasm).buffer));
    return { kind: 'response', x, y: [y] };
  }

  // Tones from −60 to 0 dBFS, each until it has settled.
  private level(handle: number, values: Readonly<Record<string, number>>, info: EffectInfo): Plot {
    const tone = info.id === 'de-esser' ? (values.freq ?? values.frequency ?? 7000) : 1000;
    const each = Math.round(0.12 * RATE);
    const listen = each - Math.round(0.02 * RATE);
    const x = Float32Array.from({ length: 31 }, (_, i) => -60 + 2 * i);
    const peaks = new Float32Array(x.length);
    const w = (2 * Math.PI * tone) / RATE;
    this.run(
      handle,
      each * x.length,
      (t) => Math.sin(w * t) * 10 ** (x[Math.floor(t / each)]! / 20),
      (left, _right, from) => {
        left.forEach((v, i) => {
          const step = Math.floor((from + i) / each);
          if ((from + i) % each >= listen) peaks[step] = Math.max(peaks[step]!, Math.abs(v));
        });
      },
    );
    return { kind: 'level', x, y: [peaks.map((v) => (v > 1e-6 ? 20 * Math.log10(v) : -120))] };
  }

  // Output against input while a slow triangle rises from −1 to 1 for the second time.
  private transfer(handle: number): Plot {
    const wasm = this.wasm!;
    const period = 960; // 50 Hz
    const latency = Math.round(wasm.effect_latency(handle));
    const from = 4 * period - period / 4;
    const triangle = (t: number) => {
      const p = ((t + period / 4) % period) / period;
      return p < 0.5 ? 4 * p - 1 : 3 - 4 * p;
    };
    const x = new Float32Array(period / 2);
    const y = new Float32Array(period / 2);
    this.run(handle, from + period + latency, triangle, (left, _right, at) => {
      left.forEach((v, i) => {
        const k = at + i - latency - from;
        if (k < 0 || k >= x.length) return;
        x[k] = triangle(from + k);
        y[k] = v;
      });
    });
    return { kind: 'transfer', x, y: [y] };
  }

  private decay(handle: number): Plot {
    const wasm = this.wasm!;
    const tail = wasm.effect_tail(handle);
    const seconds = Math.min(6, Math.max(0.25, tail < 0 ? 4 : (tail / RATE) * 0.9));
    const each = Math.max(8, Math.ceil((seconds * RATE) / 400));
    const bins = Math.ceil((seconds * RATE) / each);
    const peaks = [new Float32Array(bins), new Float32Array(bins)] as const;
    this.run(
      handle,
      bins * each,
      (t) => (t === 0 ? 0.5 : 0),
      (left, right, at) =>
        [left, right].forEach((channel, c) =>
          channel.forEach((v, i) => {
            const bin = Math.floor((at + i) / each);
            peaks[c as 0 | 1][bin] = Math.max(peaks[c as 0 | 1][bin]!, Math.abs(v));
          }),
        ),
    );
    const top = Math.max(1e-9, ...peaks[0], ...peaks[1]);
    const y = peaks.map((list) => list.map((v) => (v > 0 ? 20 * Math.log10(v / top) : -120)));
    return { kind: 'decay', x: Float32Array.from({ length: bins }, (_, i) => (i * each) / RATE), y };
  }

  private movement(handle: number, info: EffectInfo, values: Readonly<Record<string, number>>): Plot {
    const rate = info.parameters.find((p: ParameterInfo) => /rate|speed/.test(p.id) && p.unit === 'Hz');
    const hz = rate ? (values[rate.id] ?? rate.initial) : 1;
    const seconds = Math.min(8, Math.max(0.5, 3 / Math.max(0.05, hz)));
    const bins = 200;
    const each = Math.ceil((seconds * RATE) / bins);
    const sums = [new Float64Array(bins), new Float64Array(bins)] as const;
    const w = (2 * Math.PI * 440) / RATE;
    this.run(
      handle,
      bins * each,
      (t) => 0.25 * Math.sin(w * t),
      (left, right, at) =>
        [left, right].forEach((channel, c) =>
          channel.forEach((v, i) => {
            sums[c as 0 | 1][Math.floor((at + i) / each)]! += v * v;
          }),
        ),
    );
    const full = (0.25 * 0.25 * each) / 2;
    const y = sums.map((list) => Float32Array.from(list, (v) => 10 * Math.log10(Math.max(1e-9, v / full))));
    return { kind: 'movement', x: Float32Array.from({ length: bins }, (_, i) => (i * each) / RATE), y };
  }
}

const POINTS = 240; // of a response

// The static curve does not hang on how fast the effect follows: the picture need not wait for it.
function quickened(info: EffectInfo): Record<string, number> {
  const quick: Record<string, number> = {};
  for (const p of info.parameters) {
    const target = /(^|_)attack/.test(p.id)
      ? 0.5
      : /(^|_)release/.test(p.id)
        ? 40
        : /(^|_)hold/.test(p.id)
          ? 0
          : NaN;
    const value = p.unit === 's' ? target / 1000 : target;
    if (!Number.isNaN(value)) quick[p.id] = Math.min(p.max, Math.max(p.min, value));
  }
  return quick;
}
