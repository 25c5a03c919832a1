import { describe, expect, it } from 'vitest';
import { barStep, followed, gripAt, held, snapped, timeOf, xOf, zoomed } from './view';

const loop = (id: string, start: number, end: number) => ({
  id,
  start,
  end,
  name: id,
  passes: 0,
  clean: 0,
  bestSpeed: 0,
});

describe('the view of a song', () => {
  it('is held within the song', () => {
    expect(held(-5, 20, 100, 800)).toEqual({ from: 0, seconds: 20, width: 800 });
    expect(held(95, 20, 100, 800).from).toBe(80);
    expect(held(7, 0, 100, 800)).toEqual({ from: 0, seconds: 100, width: 800 });
  });

  it('zooms around what lies under the pointer', () => {
    const view = held(20, 40, 200, 1000);
    for (const x of [100, 500, 900]) {
      const near = zoomed(view, 2, x, 200);
      expect(near.seconds).toBe(20);
      expect(timeOf(near, x)).toBeCloseTo(timeOf(view, x), 9);
      expect(xOf(near, timeOf(view, x))).toBeCloseTo(x, 6);
    }
    expect(zoomed(view, 0.01, 500, 200)).toEqual({ from: 0, seconds: 200, width: 1000 });
  });

  it('follows the playhead by pages, and rests otherwise', () => {
    const view = held(20, 10, 100, 1000);
    expect(followed(view, 25, 100)).toBe(view);
    expect(followed(view, 29.5, 100).from).toBeCloseTo(28.7);
    expect(followed(view, 3, 100).from).toBeCloseTo(2.2);
    const whole = held(0, 0, 100, 1000);
    expect(followed(whole, 99, 100)).toBe(whole);
  });

  it('grips the ends of loops before their bodies, and the one that is on first', () => {
    const view = held(0, 100, 100, 1000);
    const loops = [loop('a', 10, 30), loop('b', 20, 60)];
    expect(gripAt(view, 102, loops, '')).toEqual({ loop: 'a', edge: 'start' });
    expect(gripAt(view, 150, loops, '')).toEqual({ loop: 'a', edge: 'body' });
    expect(gripAt(view, 250, loops, '')).toEqual({ loop: 'a', edge: 'body' });
    expect(gripAt(view, 250, loops, 'b')).toEqual({ loop: 'b', edge: 'body' });
    expect(gripAt(view, 598, loops, '')).toEqual({ loop: 'b', edge: 'end' });
    expect(gripAt(view, 700, loops, '')).toBeNull();
  });

  it('snaps to a beat that is near', () => {
    expect(snapped(1.96, [1, 1.5, 2], 0.1)).toBe(2);
    expect(snapped(1.8, [1, 1.5, 2], 0.1)).toBe(1.8);
  });

  it('thins out bar lines', () => {
    expect(barStep(50, 30)).toBe(1);
    expect(barStep(9, 30)).toBe(4);
    expect(barStep(0.01, 30)).toBe(256);
  });
});
