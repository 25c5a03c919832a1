// The interpolation as physics: how flat, how clean, and a copy at whole positions.
import { describe, expect, it } from 'vitest';
import { makeKernel, readBetween } from './stream_resample';

const RATE = 48000;
const table = makeKernel();

// A tone played at `ratio`; its level, and what is left when the tone is taken away.
function resampled(hz: number, ratio: number) {
  const size = 1 << 16;
  const ring = Float32Array.from({ length: size }, (_, i) => Math.sin((2 * Math.PI * hz * i) / RATE));
  const out = new Float32Array(2);
  const count = 48000;
  const heard = new Float64Array(count);
  let at = 100;
  for (let i = 0; i < count; i++) {
    const whole = Math.floor(at);
    readBetween(table, ring, ring, whole, at - whole, out);
    heard[i] = out[0]!;
    at += ratio;
  }
  // The tone that is in it, by least squares on sine and cosine.
  const turn = (2 * Math.PI * hz * ratio) / RATE;
  let [ss, sc, cc, xs, xc] = [0, 0, 0, 0, 0];
  for (let i = 0; i < count; i++) {
    const [s, c] = [Math.sin(turn * i), Math.cos(turn * i)];
    ss += s * s;
    sc += s * c;
    cc += c * c;
    xs += heard[i]! * s;
    xc += heard[i]! * c;
  }
  const det = ss * cc - sc * sc;
  const a = (xs * cc - xc * sc) / det;
  const b = (xc * ss - xs * sc) / det;
  let left = 0;
  for (let i = 0; i < count; i++) left += (heard[i]! - a * Math.sin(turn * i) - b * Math.cos(turn * i)) ** 2;
  const level = Math.hypot(a, b);
  return { levelDb: 20 * Math.log10(level), snrDb: 10 * Math.log10((level * level) / 2 / (left / count)) };
}

describe('reading between samples', () => {
  it('hands on the sample itself at a whole position', () => {
    const ring = Float32Array.from({ length: 256 }, (_, i) => Math.fround(Math.sin(i * i)));
    const out = new Float32Array(2);
    for (let i = 0; i < 256; i++) {
      readBetween(table, ring, ring, i, 0, out);
      expect(out[0]).toBe(ring[i]);
    }
  });

  for (const ratio of [1.005, 0.995, 1.0001]) {
    it(`is flat and clean at ratio ${ratio}`, () => {
      const figures = [50, 440, 997, 5000, 10000, 15000].map((hz) => ({ hz, ...resampled(hz, ratio) }));
      for (const { levelDb, snrDb, hz } of figures) {
        expect(Math.abs(levelDb), `${hz} Hz`).toBeLessThan(0.01);
        expect(snrDb, `${hz} Hz`).toBeGreaterThan(90);
      }
      const edge = resampled(20000, ratio);
      expect(Math.abs(edge.levelDb)).toBeLessThan(0.1);
      expect(edge.snrDb).toBeGreaterThan(60);
    });
  }
});
