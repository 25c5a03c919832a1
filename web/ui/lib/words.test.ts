import { describe, expect, it } from 'vitest';
import {
  ago,
  decibels,
  hertz,
  minus,
  noteName,
  parseNote,
  plainKey,
  plural,
  prefersFlats,
  prettyKey,
  signed,
} from './words';
import { KEY_NAMES, scaleOf, tonicOf } from './scales';

describe('notes and keys', () => {
  it('names keys with real accidentals', () => {
    expect(noteName(60)).toBe('C4');
    expect(noteName(66)).toBe('F♯4');
    expect(noteName(66, true)).toBe('G♭4');
    expect(noteName(0)).toBe('C-1');
    expect(noteName(127)).toBe('G9');
  });

  it('reads back what it writes', () => {
    for (let key = 0; key < 128; ++key) {
      expect(parseNote(noteName(key))).toBe(key);
      expect(parseNote(noteName(key, true))).toBe(key);
    }
    expect(parseNote('h4')).toBeNull();
    expect(parseNote('')).toBeNull();
    expect(parseNote('200')).toBeNull();
  });

  it('writes keys for people and for files', () => {
    expect(prettyKey('F# minor')).toBe('F♯ minor');
    expect(prettyKey('Bb major')).toBe('B♭ major');
    expect(prettyKey('B minor')).toBe('B minor');
    for (const key of KEY_NAMES) expect(plainKey(prettyKey(key))).toBe(key);
  });

  it('spells with flats where the key signature does', () => {
    const flat = KEY_NAMES.filter((key) => prefersFlats(key));
    expect(flat).toEqual([
      'Db major',
      'Eb major',
      'F major',
      'Ab major',
      'Bb major',
      'C minor',
      'D minor',
      'Eb minor',
      'F minor',
      'G minor',
      'Bb minor',
    ]);
  });

  it('knows the seven notes of each key, the tonic among them', () => {
    for (const key of KEY_NAMES) {
      const scale = scaleOf(key)!;
      expect(scale.filter(Boolean)).toHaveLength(7);
      expect(scale[tonicOf(key)]).toBe(true);
    }
    expect(scaleOf('F# minor')!.flatMap((yes, pc) => (yes ? [pc] : []))).toEqual([1, 2, 4, 6, 8, 9, 11]);
    expect(scaleOf('nonsense')).toBeNull();
    expect(tonicOf('')).toBe(-1);
  });
});

describe('numbers', () => {
  it('uses a true minus and units', () => {
    expect(minus(-14.24)).toBe('−14.2');
    expect(minus(-0.04)).toBe('0.0');
    expect(signed(12)).toBe('+12');
    expect(signed(-3.04, 1)).toBe('−3.0');
    expect(signed(-0.01)).toBe('0');
    expect(decibels(-6)).toBe('−6.0 dB');
    expect(decibels(-Infinity, 'LUFS')).toBe('−∞ LUFS');
    expect(decibels(NaN)).toBe('−∞ dB');
    expect(hertz(48000)).toBe('48 kHz');
    expect(hertz(44100)).toBe('44.1 kHz');
    expect(plural(1, 'note')).toBe('1 note');
    expect(plural(10000, 'note')).toBe('10,000 notes');
  });

  it('tells how long ago', () => {
    expect(ago(0)).toBe('just now');
    expect(ago(2000)).toBe('2 s ago');
    expect(ago(61_000)).toBe('1 min ago');
    expect(ago(3 * 3600_000)).toBe('3 h ago');
    expect(ago(30 * 3600_000)).toBe('yesterday');
    expect(ago(72 * 3600_000)).toBe('3 days ago');
  });
});
