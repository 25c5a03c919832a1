// Automation, solo and the pictures of effects, against what the engine itself does.
import { describe, expect, it } from 'vitest';
import { instantiate } from '../worklet/wasm';
import { shaped, thin, valueAt } from './automation';
import { Shelf, type EffectExports } from './shelf';
import { heardStrips } from './solo';
import { moduleOf } from './testing/modules';
import type { PointView, TrackView } from './types';

const point = (at: number, value: number, shape: PointView['shape'] = 'linear', bend = 0): PointView => ({
  id: `${at}`,
  at,
  value,
  shape,
  bend,
});

describe('a lane', () => {
  it('has its points’ values at its points, and holds before and after', () => {
    const points = [point(100, 1), point(200, 3, 'smooth'), point(300, -1, 'hold'), point(400, 5)];
    const at = (tick: number) => valueAt(points, tick, (t) => t / 1000);
    expect([0, 100, 200, 300, 399, 400, 9999].map(at)).toEqual([1, 1, 3, -1, -1, 5, 5]);
    expect(at(150)).toBeCloseTo(2, 12);
    expect(at(250)).toBeCloseTo(1, 12);
    expect(valueAt([], 5, (t) => t)).toBeNull();
  });
  it('is drawn over seconds, so that a change of tempo bends nothing', () => {
    const seconds = (t: number) => (t < 100 ? t : 100 + (t - 100) / 3);
    const half = valueAt([point(0, 0), point(400, 1)], 200, seconds)!;
    expect(half).toBeCloseTo((100 + 100 / 3) / 200, 12);
  });
  it('bends both ways and is straight without a bend', () => {
    for (let t = 0; t <= 1; t += 0.125) {
      expect(shaped({ shape: 'curved', bend: 0 }, t)).toBeCloseTo(t, 9);
      const up = shaped({ shape: 'curved', bend: 0.6 }, t);
      const down = shaped({ shape: 'curved', bend: -0.6 }, 1 - t);
      expect(up + down).toBeCloseTo(1, 9);
      expect(up).toBeLessThanOrEqual(t + 1e-12);
    }
  });
});

describe('thinning', () => {
  it('stays within the error everywhere, keeps the ends and a straight line’s two points', () => {
    const wavy = Array.from({ length: 400 }, (_, i) => ({ at: i * 10, value: Math.sin(i / 25) + i / 200 }));
    for (const error of [0.01, 0.05, 0.3]) {
      const kept = thin(wavy, error);
      expect(kept[0]).toBe(wavy[0]);
      expect(kept.at(-1)).toBe(wavy.at(-1));
      const points = kept.map((p) => point(p.at, p.value));
      const worst = Math.max(...wavy.map((p) => Math.abs(valueAt(points, p.at, (t) => t)! - p.value)));
      expect(worst).toBeLessThanOrEqual(error + 1e-9);
      expect(kept.length).toBeLessThan(wavy.length / 4);
    }
    const line = Array.from({ length: 50 }, (_, i) => ({ at: i, value: 2 * i }));
    expect(thin(line, 1e-9)).toHaveLength(2);
  });
});

describe('solo', () => {
  const strip = (id: string, more: Partial<TrackView> = {}) =>
    ({
      id,
      mute: false,
      solo: false,
      soloSafe: false,
      output: '',
      sends: [],
      ...more,
    }) as unknown as TrackView;
  const send = (to: string) => [{ id: 's', to, gainDb: 0, pre: false, mute: false }];
  it('keeps what a soloed track runs through, what feeds a soloed bus, and what is safe', () => {
    const tracks = [
      strip('a', { output: 'g', sends: send('r') }),
      strip('b', { output: 'g' }),
      strip('c'),
      strip('safe', { soloSafe: true }),
      strip('g'),
      strip('r'),
    ];
    expect([...heardStrips(tracks)]).toEqual(['a', 'b', 'c', 'safe', 'g', 'r']);
    tracks[0] = strip('a', { output: 'g', sends: send('r'), solo: true });
    expect([...heardStrips(tracks)].sort()).toEqual(['a', 'g', 'r', 'safe']);
    tracks[0] = strip('a', { output: 'g' });
    tracks[4] = strip('g', { solo: true });
    expect([...heardStrips(tracks)].sort()).toEqual(['a', 'b', 'g', 'safe']);
  });
});

describe('effects', () => {
  const shelf = new Shelf();
  const list = shelf.take(instantiate<EffectExports>(moduleOf('engine')));
  it('are all told, with ranges that hold their defaults and presets', () => {
    expect(list.length).toBeGreaterThan(30);
    for (const effect of list) {
      for (const p of effect.parameters) {
        expect(p.initial, `${effect.id} ${p.id}`).toBeGreaterThanOrEqual(p.min);
        expect(p.initial, `${effect.id} ${p.id}`).toBeLessThanOrEqual(p.max);
        if (p.scale === 'choice') expect(p.choices.length, `${effect.id} ${p.id}`).toBe(p.max + 1);
      }
      const ids = new Set(effect.parameters.map((p) => p.id));
      for (const preset of effect.presets)
        for (const id of Object.keys(preset.values)) expect(ids, `${effect.id} ${preset.name}`).toContain(id);
    }
  });
  it('are drawn without a gap', () => {
    for (const effect of list) {
      const plot = shelf.plot(effect.id, {});
      if (!plot) continue;
      for (const y of plot.y) expect(y.every(Number.isFinite), `${effect.id}`).toBe(true);
    }
  });
  it('show the bell that an equaliser is set to', () => {
    const plot = shelf.plot('parametric-eq', {
      band2_on: 1,
      band2_type: 0,
      band2_freq: 1000,
      band2_gain: 9,
      band2_q: 2,
    })!;
    const at = (hz: number) => plot.y[0]![plot.x.findIndex((x) => x >= hz)]!;
    expect(Math.max(...plot.y[0]!)).toBeCloseTo(9, 0);
    expect(at(1000)).toBeGreaterThan(8.8);
    expect(Math.abs(at(60))).toBeLessThan(0.3);
  });
  it('show the static curve that a compressor is set to', () => {
    const plot = shelf.plot('compressor', { threshold: -20, ratio: 4, knee: 0 })!;
    const gain = plot.y[0]!.map((y, i) => y - plot.x[i]!);
    const still = gain[5]!; // make-up, if any
    const top = gain.at(-1)! - still;
    expect(top).toBeGreaterThan(-16);
    expect(top).toBeLessThan(-14);
  });
});
