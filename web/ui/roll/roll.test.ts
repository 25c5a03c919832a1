// The piano roll's pure parts: where things lie, what is under the pointer, what a drag would do.
import { describe, expect, it } from 'vitest';
import type { NotesView } from '../../core';
import { TICKS_PER_QUARTER as Q, TimeMap } from '../lib/time';
import { describeNote, describeSelection, summarise } from './describe';
import { applyPreview, moveBy, resizeBy } from './drag';
import { GRIDS, gridLines, snap, snapDown, step } from './grid';
import { type HitScene, hitNote, hitVelocity, notesInBox, partAt } from './hit';
import { NoteIndex, extentOf, selectionMask } from './notes';
import * as view from './view';

const map = new TimeMap([{ at: 0, bpm: 120 }], [{ at: 0, numerator: 4, denominator: 4 }]);
const layout = view.layoutFor(1000, 600, false);
const look: view.View = { left: 0, top: 84, scale: 40 / Q, row: 20 };

type Made = readonly [start: number, duration: number, key: number, velocity?: number, track?: number];
function notesOf(list: readonly Made[]): NotesView {
  const sorted = [...list].sort((a, b) => a[0] - b[0] || a[2] - b[2]);
  return {
    length: sorted.length,
    start: Float64Array.from(sorted, (n) => n[0]),
    duration: Float64Array.from(sorted, (n) => n[1]),
    key: Uint8Array.from(sorted, (n) => n[2]),
    velocity: Uint8Array.from(sorted, (n) => n[3] ?? 100),
    confidence: Float32Array.from(sorted, () => 1),
    track: Uint16Array.from(sorted, (n) => n[4] ?? 0),
    id: (i) => `n${i}`,
    indexOf: (id) => Number(id.slice(1)),
  };
}

function randomNotes(count: number): Made[] {
  let seed = 11;
  const random = (): number => (seed = (seed * 16807) % 2147483647) / 2147483647;
  return Array.from({ length: count }, () => [
    Math.floor(random() * 400 * Q),
    1 + Math.floor(random() ** 3 * 60 * Q),
    Math.floor(random() * 128),
  ]);
}

function sceneOf(notes: NotesView, selected: string[] = []): HitScene {
  return {
    index: new NoteIndex(notes),
    layout,
    view: look,
    selected: selectionMask(notes, new Set(selected)),
    track: 0,
  };
}

describe('layout', () => {
  it('goes from ticks and keys to pixels and back', () => {
    for (const tick of [0, 1, Q, 17 * Q + 5]) {
      expect(view.tickOfX(layout, look, view.xOfTick(layout, look, tick))).toBeCloseTo(tick, 6);
    }
    for (let key = 60; key < 84; ++key) {
      const y = view.yOfKey(layout, look, key);
      expect(view.keyOfY(layout, look, y + 0.01)).toBe(key);
      expect(view.keyOfY(layout, look, y + look.row - 0.01)).toBe(key);
    }
    for (let velocity = 1; velocity <= 127; ++velocity) {
      expect(view.velocityOfY(layout, view.yOfVelocity(layout, velocity))).toBe(velocity);
    }
  });

  it('keeps what is under the pointer where it is while zooming', () => {
    const started = { ...look, left: 100 * Q };
    for (const [fx, fy] of [
      [1.3, 1],
      [0.5, 1],
      [1, 1.4],
      [2, 0.8],
    ] as const) {
      const x = 411;
      const y = 233;
      const after = view.zoomAt(layout, started, x, y, fx, fy);
      expect(view.tickOfX(layout, after, x)).toBeCloseTo(view.tickOfX(layout, started, x), 3);
      const keyBefore = started.top - (y - layout.ruler) / started.row;
      expect(after.top - (y - layout.ruler) / after.row).toBeCloseTo(keyBefore, 6);
    }
  });

  it('never leaves the keys or goes before the start', () => {
    for (const dx of [-1e6, 1e6]) {
      for (const dy of [-1e6, 1e6]) {
        const moved = view.panBy(layout, look, dx, dy);
        expect(moved.left).toBeGreaterThanOrEqual(0);
        expect(moved.top).toBeLessThanOrEqual(128);
        expect(moved.top - view.gridHeight(layout) / moved.row).toBeGreaterThanOrEqual(-1e-9);
      }
    }
  });

  it('shows all of what it is told to fit', () => {
    const span = { start: 8 * Q, end: 300 * Q, low: 40, high: 90 };
    const fitted = view.fitView(layout, span);
    expect(view.xOfTick(layout, fitted, span.start)).toBeGreaterThanOrEqual(layout.keys);
    expect(view.xOfTick(layout, fitted, span.end)).toBeLessThanOrEqual(layout.width);
    expect(view.yOfKey(layout, fitted, span.high)).toBeGreaterThanOrEqual(layout.ruler);
    expect(view.yOfKey(layout, fitted, span.low) + fitted.row).toBeLessThanOrEqual(view.velocityTop(layout));
  });

  it('reveals a place and otherwise stays', () => {
    expect(view.reveal(layout, look, 3 * Q, 70)).toBe(look);
    const far = view.reveal(layout, look, 500 * Q, 20);
    expect(view.xOfTick(layout, far, 500 * Q)).toBeLessThan(layout.width);
    expect(view.keyOfY(layout, far, view.velocityTop(layout) - 1)).toBeLessThanOrEqual(20);
  });

  it('tells the regions apart', () => {
    expect(view.regionAt(layout, 10, 5)).toBe('corner');
    expect(view.regionAt(layout, 300, 5)).toBe('loop');
    expect(view.regionAt(layout, 300, 20)).toBe('ruler');
    expect(view.regionAt(layout, 10, 200)).toBe('keys');
    expect(view.regionAt(layout, 300, 200)).toBe('grid');
    expect(view.regionAt(layout, 300, 590)).toBe('velocity');
    expect(view.regionAt(layout, 10, 590)).toBe('velocityLabel');
  });
});

describe('grid', () => {
  it('divides the quarter note exactly, triplets too', () => {
    for (const grid of GRIDS) expect(Number.isInteger(grid.ticks)).toBe(true);
    expect(GRIDS.find((g) => g.id === '8t')!.ticks * 3).toBe(Q);
  });

  it('snaps to the nearest line, and to bar lines the grid does not meet', () => {
    expect(snap(map, Q / 2, 0.3 * Q)).toBe(Q / 2);
    expect(snap(map, Q / 2, 0.2 * Q)).toBe(0);
    expect(snap(map, 0, 123.4)).toBe(123);
    const five = new TimeMap([], [{ at: 0, numerator: 5, denominator: 8 }]);
    expect(snap(five, Q, 2.45 * Q)).toBe(2.5 * Q); // the bar line at 2½ beats
    expect(snapDown(map, Q, 1.99 * Q)).toBe(Q);
  });

  it('steps to the next line and back, never before the start', () => {
    expect(step(map, Q, 0, 1)).toBe(Q);
    expect(step(map, Q, 1.2 * Q, 1)).toBe(2 * Q);
    expect(step(map, Q, 1.2 * Q, -1)).toBe(Q);
    expect(step(map, Q, Q, -1)).toBe(0);
    expect(step(map, Q, 0, -1)).toBe(0);
    for (const grid of GRIDS.filter((g) => g.ticks > 0)) {
      let tick = 0;
      for (let i = 0; i < 12; ++i) tick = step(map, grid.ticks, tick, 1);
      for (let i = 0; i < 12; ++i) tick = step(map, grid.ticks, tick, -1);
      expect(tick, grid.id).toBe(0);
    }
  });

  it('draws no lines closer than asked, at any zoom', () => {
    for (const perQuarter of [0.5, 2, 5, 10, 40, 200]) {
      const lines = gridLines(map, Q / 4, 0, 200 * Q, perQuarter / Q, 7).sort((a, b) => a.tick - b.tick);
      for (let i = 1; i < lines.length; ++i) {
        expect(((lines[i]!.tick - lines[i - 1]!.tick) * perQuarter) / Q).toBeGreaterThanOrEqual(7 - 1e-9);
      }
      expect(new Set(lines.map((line) => line.tick)).size).toBe(lines.length);
    }
  });
});

describe('index of notes', () => {
  it('finds exactly the notes that sound in a span, each once', () => {
    const notes = notesOf(randomNotes(800));
    const index = new NoteIndex(notes);
    for (const [from, to, low, high] of [
      [0, Q, 0, 127],
      [37 * Q, 41 * Q, 30, 90],
      [100 * Q, 103 * Q + 7, 0, 60],
      [0, 500 * Q, 0, 127],
      [399 * Q, 600 * Q, 0, 127],
    ] as const) {
      const expected: number[] = [];
      for (let i = 0; i < notes.length; ++i) {
        const end = notes.start[i]! + notes.duration[i]!;
        if (notes.start[i]! < to && end > from && notes.key[i]! >= low && notes.key[i]! <= high)
          expected.push(i);
      }
      expect(index.within(from, to, low, high).sort((a, b) => a - b)).toEqual(expected);
    }
  });

  it('finds the first note from a tick, and neighbours of one track', () => {
    const notes = notesOf([
      [0, Q, 60, 100, 0],
      [Q, Q, 62, 100, 1],
      [2 * Q, Q, 64, 100, 0],
    ]);
    const index = new NoteIndex(notes);
    expect(index.firstFrom(1)).toBe(1);
    expect(index.firstFrom(9 * Q)).toBe(3);
    expect(index.neighbour(0, 1, 0)).toBe(2);
    expect(index.neighbour(2, -1, 0)).toBe(0);
    expect(index.neighbour(-1, 1, 1)).toBe(1);
    expect(index.neighbour(-1, -1, 0)).toBe(2);
    expect(index.neighbour(2, 1, 0)).toBe(-1);
  });

  it('is at peace with no notes', () => {
    const index = new NoteIndex(notesOf([]));
    expect(index.within(0, 100 * Q)).toEqual([]);
    expect(index.end).toBe(0);
    expect(extentOf(index.notes, [])).toBeNull();
  });
});

describe('what is under the pointer', () => {
  const at = (tick: number, key: number): [number, number] => [
    view.xOfTick(layout, look, tick),
    view.yOfKey(layout, look, key) + 10,
  ];

  it('is the note, and its end or its start near the edges', () => {
    const scene = sceneOf(
      notesOf([
        [0, 4 * Q, 60],
        [8 * Q, Q, 62],
      ]),
    );
    expect(hitNote(scene, ...at(2 * Q, 60))).toEqual({ place: 0, part: 'body' });
    expect(hitNote(scene, ...at(3.95 * Q, 60))).toEqual({ place: 0, part: 'end' });
    expect(hitNote(scene, ...at(0.05 * Q, 60))).toEqual({ place: 0, part: 'start' });
    expect(hitNote(scene, ...at(2 * Q, 61))).toBeNull();
    expect(hitNote(scene, ...at(6 * Q, 60))).toBeNull();
  });

  it('is the selected one of several, else the last to start', () => {
    const notes = notesOf([
      [0, 4 * Q, 60],
      [Q, 4 * Q, 60],
    ]);
    expect(hitNote(sceneOf(notes), ...at(2 * Q, 60))!.place).toBe(1);
    expect(hitNote(sceneOf(notes, ['n0']), ...at(2 * Q, 60))!.place).toBe(0);
  });

  it('is never a note of another track', () => {
    expect(hitNote(sceneOf(notesOf([[0, Q, 60, 100, 1]])), ...at(Q / 2, 60))).toBeNull();
  });

  it('leaves a short note a middle to hold it by', () => {
    expect(partAt(103, 100, 106)).toBe('body');
    expect(partAt(101, 100, 106)).toBe('start');
    expect(partAt(105, 100, 106)).toBe('end');
  });

  it('takes what a box touches, drawn in any direction', () => {
    const scene = sceneOf(
      notesOf([
        [0, Q, 60],
        [2 * Q, Q, 64],
        [4 * Q, Q, 70],
      ]),
    );
    expect(notesInBox(scene, 0.5 * Q, 2.1 * Q, 60, 64)).toEqual([0, 1]);
    expect(notesInBox(scene, 2.1 * Q, 0.5 * Q, 64, 60)).toEqual([0, 1]);
    expect(notesInBox(scene, 1.2 * Q, 1.8 * Q, 0, 127)).toEqual([]);
  });

  it('is the stem whose head is nearest among notes that start together', () => {
    const scene = sceneOf(
      notesOf([
        [Q, Q, 60, 30],
        [Q, Q, 64, 110],
      ]),
    );
    const x = view.xOfTick(layout, look, Q) + 2;
    expect(hitVelocity(scene, x, view.yOfVelocity(layout, 105))).toBe(1);
    expect(hitVelocity(scene, x, view.yOfVelocity(layout, 35))).toBe(0);
    expect(hitVelocity(scene, x + 60, 550)).toBe(-1);
  });
});

describe('drags', () => {
  const extent = { start: Q, end: 6 * Q, low: 3, high: 120 };

  it('stop at the start and at the ends of the keyboard, together', () => {
    expect(moveBy(map, 0, { start: Q, key: 60 }, extent, -9 * Q, -50)).toEqual({ ticks: -Q, keys: -3 });
    expect(moveBy(map, 0, { start: Q, key: 60 }, extent, 0, 50)).toEqual({ ticks: 0, keys: 7 });
  });

  it('put the held note on the grid, or keep its own offset from it', () => {
    expect(moveBy(map, Q, { start: Q, key: 60 }, extent, 1.4 * Q, 0).ticks).toBe(Q);
    const late = { start: Q + 1000, key: 60 };
    expect(moveBy(map, Q, late, { ...extent, start: late.start }, Q + 10, 0).ticks).toBe(Q);
    expect(moveBy(map, Q, late, { ...extent, start: late.start }, Q - 990, 0).ticks).toBe(Q - 1000);
  });

  it('stretch to the grid and leave a note of some length', () => {
    const held = { start: Q, duration: Q };
    expect(resizeBy(map, Q / 2, held, 'end', 0.6 * Q)).toBe(Q / 2);
    expect(resizeBy(map, Q / 2, held, 'end', -9 * Q)).toBeGreaterThan(-Q);
    expect(resizeBy(map, Q / 2, held, 'start', 9 * Q)).toBeLessThan(Q);
    expect(resizeBy(map, Q / 2, held, 'start', -9 * Q)).toBe(-Q);
  });

  it('show what they will do', () => {
    const note = () => ({ start: Q, duration: Q, key: 60, velocity: 100 });
    expect(applyPreview({ kind: 'move', ticks: Q, keys: 2, copy: false }, note())).toMatchObject({
      start: 2 * Q,
      key: 62,
    });
    expect(applyPreview({ kind: 'resize', edge: 'end', ticks: Q }, note())).toMatchObject({
      start: Q,
      duration: 2 * Q,
    });
    expect(applyPreview({ kind: 'resize', edge: 'start', ticks: Q / 2 }, note())).toMatchObject({
      start: 1.5 * Q,
      duration: Q / 2,
    });
    expect(applyPreview({ kind: 'velocity', by: 90 }, note())).toMatchObject({ velocity: 127 });
    expect(applyPreview(null, note())).toEqual(note());
  });
});

describe('in words', () => {
  const notes = notesOf([
    [6 * Q, Q / 2, 66, 90],
    [8 * Q, Q, 70, 64],
  ]);

  it('says a note for a screen reader', () => {
    expect(describeNote(notes, 0, map)).toBe('F♯4, bar 2 beat 3, half a beat, velocity 90, sure');
    expect(describeNote(notes, 1, map, true)).toBe('B♭4, bar 3 beat 1, 1 beat, velocity 64, sure');
  });

  it('says a selection in the toolbar', () => {
    expect(describeSelection(notes, [0], map, false)).toBe('F♯4 · 2.3 · 250 ms · velocity 90');
    expect(describeSelection(notes, [0, 1], map, false)).toBe('2 notes selected · F♯4–A♯4');
    expect(describeSelection(notes, [], map, false)).toBe('');
  });

  it('counts notes and the bars they take', () => {
    expect(summarise(notes, 0, map)).toEqual({ notes: 2, bars: 2, confidence: 1 });
    expect(summarise(notes, 1, map)).toEqual({ notes: 0, bars: 0, confidence: 1 });
  });
});
