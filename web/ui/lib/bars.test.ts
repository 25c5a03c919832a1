import { describe, expect, it } from 'vitest';
import { barFrom, barsText, clock, lastBefore, lengthOf, placeAt } from './bars';

const beats = Array.from({ length: 16 }, (_, i) => 1 + i * 0.5);
const song = { beats, downbeats: beats.filter((_, i) => i % 4 === 0), beatsPerBar: 4 };

describe('bars of a song whose beats were heard', () => {
  it('finds the bar and beat of a moment', () => {
    expect(placeAt(song, 0.5)).toEqual({ bar: 0, beat: 0 });
    expect(placeAt(song, 1)).toEqual({ bar: 1, beat: 1 });
    expect(placeAt(song, 2.49)).toEqual({ bar: 1, beat: 4 });
    expect(placeAt(song, 2.4999)).toEqual({ bar: 1, beat: 4 });
    expect(placeAt(song, 2.995)).toEqual({ bar: 2, beat: 1 });
    expect(placeAt(song, 100)).toEqual({ bar: 4, beat: 4 });
    expect(placeAt(null, 3)).toEqual({ bar: 0, beat: 0 });
  });

  it('goes from bar to bar, back to the start of this one first', () => {
    expect(barFrom(song, 3.1, 1)).toBe(5);
    expect(barFrom(song, 4, -1)).toBe(3);
    expect(barFrom(song, 3.05, -1)).toBe(1);
    expect(barFrom(song, 0, -1)).toBe(1);
    expect(barFrom(song, 99, 1)).toBe(7);
    expect(barFrom({ beats: [], downbeats: [], beatsPerBar: 4 }, 1, 1)).toBeNull();
  });

  it('searches as a plain scan does', () => {
    for (let at = 0; at < 10; at += 0.13) {
      let plain = -1;
      beats.forEach((beat, i) => {
        if (beat <= at) plain = i;
      });
      expect(lastBefore(beats, at)).toBe(plain);
    }
    expect(lastBefore([], 1)).toBe(-1);
  });

  it('writes times and bars as musicians do', () => {
    expect(clock(222.96)).toBe('3:42');
    expect(clock(222.96, true)).toBe('3:42.9');
    expect(clock(3725)).toBe('1:02:05');
    expect(clock(-1)).toBe('0:00');
    expect(lengthOf(40.4)).toBe('40 s');
    expect(lengthOf(725)).toBe('12 min');
    expect(lengthOf(4800)).toBe('1 h 20 min');
    expect(barsText(33, 36)).toBe('bars 33–36');
    expect(barsText(4, 4)).toBe('bar 4');
  });
});
