import { describe, expect, it } from 'vitest';
import { faderDb, faderPlace, meterPlace, parseDb } from './levels';
import { tempoOf } from './tap';
import { readPrefs } from './prefs';
import { resolveTheme } from './theme';

describe('faders and meters', () => {
  it('go there and back', () => {
    for (let db = -59.5; db <= 6; db += 0.5) expect(faderDb(faderPlace(db))).toBeCloseTo(db, 9);
    expect(faderPlace(-Infinity)).toBe(0);
    expect(faderPlace(20)).toBe(1);
    expect(faderDb(0)).toBe(-60);
  });

  it('rise with the level and stay on the scale', () => {
    let last = -1;
    for (let db = -70; db <= 3; db += 0.25) {
      const place = meterPlace(db);
      expect(place).toBeGreaterThanOrEqual(last);
      expect(place).toBeLessThanOrEqual(1);
      last = place;
    }
    expect(meterPlace(NaN)).toBe(0);
    expect(meterPlace(-20)).toBeCloseTo(0.4, 9);
  });

  it('read what people type', () => {
    expect(parseDb('-6')).toBe(-6);
    expect(parseDb('−6,5 dB')).toBe(-6.5);
    expect(parseDb('-inf')).toBe(-60);
    expect(parseDb('loud')).toBeNull();
    expect(parseDb('')).toBeNull();
  });
});

describe('tapped tempo', () => {
  it('is the median of the gaps', () => {
    expect(tempoOf([0, 500])).toBeNull();
    expect(tempoOf([0, 500, 1000, 1500])).toBe(120);
    expect(tempoOf([0, 500, 1000, 1800, 2300])).toBe(120);
    expect(tempoOf([0, 10, 20])).toBe(300);
  });
});

describe('preferences', () => {
  it('take what has the right type and forget the rest', () => {
    const read = readPrefs('{"grid":"16","strength":"much","unknown":1}');
    expect(read.grid).toBe('16');
    expect(read.strength).toBe(1);
    expect(read).not.toHaveProperty('unknown');
    expect(readPrefs('not json')).toEqual(readPrefs(null));
    expect(readPrefs('null')).toEqual(readPrefs(null));
  });

  it('follow the system only when asked to', () => {
    expect(resolveTheme('system', true, false)).toBe('light');
    expect(resolveTheme('system', true, true)).toBe('contrast');
    expect(resolveTheme('system', false, false)).toBe('dark');
    expect(resolveTheme('dark', true, true)).toBe('dark');
  });
});
