// The same stems everywhere: what separate.wasm makes of a song is, bit for bit, what the native
// engine makes with its generic kernels.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instantiate, put, taken, type EngineExports } from '../worklet/wasm';
import { failureFrom } from './document';
import { makeReference, moduleOf } from './testing/modules';

interface Separator extends EngineExports {
  separate_open(weights: number, size: number): number;
  separate_rate(): number;
  separate_feed(left: number, right: number, frames: number): number;
  separate_finish(): void;
  separate_ready(): number;
  separate_step(): number;
  separate_done(): number;
  separate_close(): void;
}

let reference: ReturnType<typeof makeReference>;
beforeAll(() => void (reference = makeReference()));
afterAll(() => reference?.remove());

const PLANES = 8;
const CHUNK = 30000;

// The song in chunks, as the page feeds it; the planes of its stems as their bits.
function separate(weights: Uint8Array): Uint32Array[] {
  const wasm = instantiate<Separator>(moduleOf('separate'));
  const must = (failed: number) => {
    if (failed) throw failureFrom(taken(wasm));
  };
  must(wasm.separate_open(weights.byteLength ? put(wasm, weights) : 0, weights.byteLength));
  expect(wasm.separate_rate()).toBe(44100);
  const left = reference.read('separate-left.f32');
  const right = reference.read('separate-right.f32');
  const frames = left.byteLength / 4;
  const planes = Array.from({ length: PLANES }, () => new Uint32Array(frames));
  let heard = 0;
  const step = () => {
    must(wasm.separate_step());
    const bytes = taken(wasm).slice();
    const [position, count] = new Float64Array(bytes.buffer, 0, 2) as unknown as [number, number];
    expect(position).toBe(heard);
    planes.forEach((plane, i) =>
      plane.set(new Uint32Array(bytes.buffer, 16 + 4 * count * i, count), position),
    );
    heard += count;
  };
  for (let at = 0; at < frames;) {
    const count = Math.min(CHUNK, frames - at);
    const l = put(wasm, left.subarray(4 * at, 4 * (at + count)));
    const r = put(wasm, right.subarray(4 * at, 4 * (at + count)));
    at += wasm.separate_feed(l, r, count);
    wasm.release(l);
    wasm.release(r);
    if (wasm.separate_ready()) step();
  }
  wasm.separate_finish();
  while (!wasm.separate_done()) step();
  expect(heard).toBe(frames);
  wasm.separate_close();
  return planes;
}

describe('a song taken apart', () => {
  it.each([
    ['by the network', 'separate-instant.f32', 'separate.weights'],
    ['without weights', 'separate-classical.f32', ''],
  ])('%s is the same samples', (_, file, weights) => {
    const made = separate(weights ? reference.read(weights) : new Uint8Array());
    const native = new Uint32Array(reference.read(file).slice().buffer);
    const frames = made[0]!.length;
    expect(native.length).toBe(PLANES * frames);
    let different = 0;
    let sounding = 0;
    made.forEach((plane, i) => {
      for (let k = 0; k < frames; k++) if (plane[k] !== native[i * frames + k]) different++;
      if (plane.some((bits) => bits !== 0)) sounding++;
    });
    expect(sounding).toBe(PLANES);
    expect(different).toBe(0);
  });

  it('refuses what is no network', () => {
    const wasm = instantiate<Separator>(moduleOf('separate'));
    const bytes = new TextEncoder().encode('no weights at all');
    expect(wasm.separate_open(put(wasm, bytes), bytes.byteLength)).toBe(1);
    expect(wasm.separate_done()).toBe(0);
    expect(wasm.separate_step()).toBe(1);
    expect(failureFrom(taken(wasm)).message).toContain('separator');
  });
});
