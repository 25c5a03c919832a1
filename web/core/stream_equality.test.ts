// The same endless music everywhere: what WASM renders of a control log is, bit for bit, what the server
// and the command line render.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instantiate, put, taken, type EngineExports } from '../worklet/wasm';
import { failureFrom } from './document';
import { makeReference, probeOf } from './testing/modules';

interface Probe extends EngineExports {
  stream_render(
    log: number,
    logSize: number,
    weights: number,
    weightsSize: number,
    from: number,
    frames: number,
    block: number,
  ): number;
}

let reference: ReturnType<typeof makeReference>;
beforeAll(() => void (reference = makeReference()));
afterAll(() => reference?.remove());

const floats = (bytes: Uint8Array) => new Float32Array(bytes.slice().buffer);

describe('an endless channel', () => {
  it.each([
    ['from its start', 'stream-start.f32', 0, 6, 128],
    ['over the end of a chapter, changed on the way', 'stream-chapter.f32', 81 * 48000, 8, 4096],
  ])('is the same samples %s', (_, file, from, seconds, block) => {
    const wasm = instantiate<Probe>(probeOf('stream_probe'));
    const log = reference.read('stream.json');
    const weights = reference.read('stream.weights');
    const frames = seconds * 48000;
    const failed = wasm.stream_render(
      put(wasm, log),
      log.byteLength,
      put(wasm, weights),
      weights.byteLength,
      from,
      frames,
      block,
    );
    if (failed) throw failureFrom(taken(wasm));
    const made = floats(taken(wasm));
    const native = floats(reference.read(file));
    expect(made.length).toBe(2 * frames);
    expect(native.length).toBe(made.length);
    expect(made.reduce((most, x) => Math.max(most, Math.abs(x)), 0)).toBeGreaterThan(0.02);
    let different = 0;
    for (let i = 0; i < made.length; i++) if (made[i] !== native[i]) different++;
    expect(different).toBe(0);
  });
});
