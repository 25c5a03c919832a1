// The line under noisy points against clocks that are known.
import { describe, expect, it } from 'vitest';
import { LowerEnvelope } from './stream_clock';
import { randomOf } from './testing/network';

describe('the line under the points', () => {
  it('finds offset and skew through delays that only add', () => {
    for (const ppm of [-80, 0, 35]) {
      const random = randomOf(5);
      const line = new LowerEnvelope();
      for (let t = 0; t < 900; t += 0.1) line.add(t, 3 + ppm * 1e-6 * t + random() ** 2 * 0.05);
      expect(Math.abs(line.slope() * 1e6 - ppm)).toBeLessThan(0.2);
      expect(Math.abs(line.at(900) - (3 + ppm * 1e-6 * 900))).toBeLessThan(1e-4);
    }
  });

  it('is never above a point of its window', () => {
    const random = randomOf(9);
    const line = new LowerEnvelope();
    const points: [number, number][] = [];
    for (let t = 0; t < 300; t += 0.05) {
      const v = Math.sin(t / 40) * 0.01 + random() * 0.2;
      points.push([t, v]);
      line.add(t, v);
      // Within the newest bin only the lowest along the line counts.
      if (points.length % 500 === 0) {
        expect(Math.max(...points.map(([x, y]) => line.at(x) - y))).toBeLessThan(1e-4);
      }
    }
  });

  it('does not take the noise of a few seconds for skew', () => {
    const random = randomOf(2);
    const line = new LowerEnvelope();
    let most = 0;
    for (let t = 0; t < 30; t += 0.1) {
      line.add(t, random() * 0.2);
      most = Math.max(most, Math.abs(line.slope()));
    }
    expect(most).toBeLessThan(25e-6);
  });

  it('keeps the skew over a restart, and finds the new offset', () => {
    const line = new LowerEnvelope();
    for (let t = 0; t < 300; t += 0.1) line.add(t, 1 + 50e-6 * t);
    line.restart();
    line.add(301, 7 + 50e-6 * 301);
    expect(line.slope() * 1e6).toBeCloseTo(50, 0);
    expect(line.at(310)).toBeCloseTo(7 + 50e-6 * 310, 5);
  });
});
