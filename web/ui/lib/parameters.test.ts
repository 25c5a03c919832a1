import { describe, expect, it } from 'vitest';
import type { ParameterInfo } from '../../core';
import { fromTravel, grouped, parameterText, parseParameter, shortName, toTravel } from './parameters';

const make = (p: Partial<ParameterInfo>): ParameterInfo => ({
  id: 'x',
  name: 'X',
  unit: '',
  min: 0,
  max: 1,
  initial: 0,
  scale: 'linear',
  choices: [],
  structural: false,
  ...p,
});
const freq = make({ unit: 'Hz', min: 20, max: 20000, initial: 1000, scale: 'logarithmic' });
const gain = make({ unit: 'dB', min: -24, max: 24 });
const time = make({ unit: 'ms', min: 1, max: 5000 });
const share = make({});
const kind = make({ scale: 'choice', max: 2, choices: ['Bell', 'Low shelf', 'Notch'] });

describe('travel', () => {
  it('goes there and back', () => {
    for (const p of [freq, gain, time, share, kind]) {
      for (let t = 0; t <= 1; t += 0.05) {
        const v = fromTravel(p, t);
        expect(fromTravel(p, toTravel(p, v))).toBeCloseTo(v, 9);
        expect(v).toBeGreaterThanOrEqual(p.min);
        expect(v).toBeLessThanOrEqual(p.max);
      }
    }
  });
  it('has the geometric middle of a logarithmic range at its half', () => {
    expect(fromTravel(freq, 0.5)).toBeCloseTo(Math.sqrt(20 * 20000), 6);
  });
});

describe('words of a value', () => {
  it('carry the unit a musician expects', () => {
    expect(parameterText(freq, 1250)).toBe('1.25 kHz');
    expect(parameterText(freq, 440)).toBe('440 Hz');
    expect(parameterText(gain, -6)).toBe('−6.0 dB');
    expect(parameterText(time, 1500)).toBe('1.5 s');
    expect(parameterText(share, 0.25)).toBe('25 %');
    expect(parameterText(kind, 1)).toBe('Low shelf');
  });
  it('are read back from what is typed', () => {
    expect(parseParameter(freq, '2k')).toBe(2000);
    expect(parseParameter(freq, '1,5 kHz')).toBe(1500);
    expect(parseParameter(gain, '−6 dB')).toBe(-6);
    expect(parseParameter(gain, '99')).toBe(24);
    expect(parseParameter(time, '0.5 s')).toBe(500);
    expect(parseParameter(share, '25 %')).toBe(0.25);
    expect(parseParameter(share, '25')).toBe(0.25);
    expect(parseParameter(kind, 'notch')).toBe(2);
    expect(parseParameter(freq, 'loud')).toBeNull();
  });
  it('read back to what was shown', () => {
    for (const p of [freq, gain, time, share]) {
      for (let t = 0; t <= 1; t += 0.1) {
        const shown = parameterText(p, fromTravel(p, t));
        expect(parameterText(p, parseParameter(p, shown)!)).toBe(shown);
      }
    }
  });
});

describe('groups', () => {
  it('gather the bands of an equaliser and leave the rest', () => {
    const band = (n: number, what: string) => make({ id: `band${n}_${what}`, name: `Band ${n} ${what}` });
    const all = [band(1, 'freq'), band(1, 'gain'), band(2, 'freq'), band(2, 'gain'), make({ id: 'output' })];
    const { common, groups } = grouped(all);
    expect(common.map((p) => p.id)).toEqual(['output']);
    expect(groups.map((g) => [g.name, g.parameters.length])).toEqual([
      ['Band 1', 2],
      ['Band 2', 2],
    ]);
    expect(shortName(all[0]!, 'Band 1')).toBe('Freq');
  });
  it('leave an effect alone that has no like parts', () => {
    expect(grouped([freq, gain]).groups).toEqual([]);
  });
});
