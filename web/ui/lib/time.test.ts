import { describe, expect, it } from 'vitest';
import {
  TICKS_PER_QUARTER as Q,
  TimeMap,
  formatPosition,
  formatSeconds,
  spokenBeats,
  spokenPosition,
} from './time';

const plain = new TimeMap([{ at: 0, bpm: 120 }], [{ at: 0, numerator: 4, denominator: 4 }]);
const changing = new TimeMap(
  [
    { at: 0, bpm: 120 },
    { at: 8 * Q, bpm: 60 },
  ],
  [
    { at: 0, numerator: 4, denominator: 4 },
    { at: 8 * Q, numerator: 6, denominator: 8 },
    { at: 14 * Q, numerator: 3, denominator: 4 },
  ],
);

describe('TimeMap', () => {
  it('turns ticks into seconds through tempo changes', () => {
    expect(plain.seconds(Q)).toBeCloseTo(0.5, 12);
    expect(changing.seconds(8 * Q)).toBeCloseTo(4, 12);
    expect(changing.seconds(10 * Q)).toBeCloseTo(6, 12);
  });

  it('comes back to the same tick', () => {
    for (let tick = 0; tick < 20 * Q; tick += 777) {
      expect(changing.ticks(changing.seconds(tick))).toBeCloseTo(tick, 6);
    }
  });

  it('counts bars and beats through metre changes', () => {
    expect(changing.position(0)).toEqual({ bar: 1, beat: 1, tick: 0 });
    expect(changing.position(8 * Q)).toEqual({ bar: 3, beat: 1, tick: 0 });
    expect(changing.position(8 * Q + Q / 2)).toEqual({ bar: 3, beat: 2, tick: 0 });
    expect(changing.position(11 * Q)).toEqual({ bar: 4, beat: 1, tick: 0 });
    expect(changing.position(14 * Q)).toEqual({ bar: 5, beat: 1, tick: 0 });
    expect(changing.position(-5)).toEqual({ bar: 1, beat: 1, tick: 0 });
  });

  it('lists bar lines whose positions are the first beats of those bars', () => {
    const lines = changing.bars(0, 24 * Q);
    expect(lines.map((line) => line.bar)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    for (const { tick, bar } of lines) expect(changing.position(tick)).toEqual({ bar, beat: 1, tick: 0 });
  });

  it('skips bars rather than give more lines than asked for', () => {
    const lines = plain.bars(0, 4000 * Q, 100);
    expect(lines.length).toBeLessThanOrEqual(100);
    expect(lines[1]!.bar - lines[0]!.bar).toBe(16);
    expect(lines[0]!.bar).toBe(1);
  });

  it('starts bars where a change of metre starts them', () => {
    expect(changing.barStart(10 * Q)).toBe(8 * Q);
    expect(changing.barStart(11 * Q)).toBe(11 * Q);
    expect(changing.barStart(13.9 * Q)).toBe(11 * Q);
  });
});

describe('writing of places', () => {
  it('writes bar, beat and tick of 960', () => {
    expect(formatPosition(plain, 0)).toBe('1.1.000');
    expect(formatPosition(plain, 64 * Q + 2 * Q + Q / 4)).toBe('17.3.240');
    expect(formatPosition(plain, Q - 1)).toBe('1.1.959');
  });

  it('writes minutes and seconds', () => {
    expect(formatSeconds(8.44, true)).toBe('0:08.4');
    expect(formatSeconds(59.99, true)).toBe('0:59.9');
    expect(formatSeconds(222)).toBe('3:42');
    expect(formatSeconds(-3)).toBe('0:00');
  });

  it('says them as a musician does', () => {
    expect(spokenPosition(plain, 6 * Q)).toBe('bar 2 beat 3');
    expect(spokenPosition(plain, 6 * Q + Q / 2)).toBe('bar 2 beat 3 and half a beat');
    expect(spokenBeats(0.5)).toBe('half a beat');
    expect(spokenBeats(1)).toBe('1 beat');
    expect(spokenBeats(2)).toBe('2 beats');
    expect(spokenBeats(1.5)).toBe('1½ beats');
    expect(spokenBeats(1 / 3)).toBe('a third of a beat');
    expect(spokenBeats(0.71)).toBe('0.71 of a beat');
  });
});
