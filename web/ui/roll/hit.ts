// What lies under the pointer in the piano roll. Only the notes of the track being edited can be hit.
import type { NoteIndex } from './notes';
import { type Layout, type View, keyOfY, tickOfX, xOfTick, yOfVelocity } from './view';

export type NotePart = 'body' | 'start' | 'end';

export interface NoteHit {
  readonly place: number; // in the note arrays
  readonly part: NotePart;
}

export interface HitScene {
  readonly index: NoteIndex;
  readonly layout: Layout;
  readonly view: View;
  readonly selected: Uint8Array;
  readonly track: number;
}

// The handle at each end is `reach` pixels, at most a third of the note, so that a short note can
// still be moved.
export function partAt(x: number, left: number, right: number, reach = 7): NotePart {
  const handle = Math.min(reach, (right - left) / 3);
  if (x < left + handle) return 'start';
  return x >= right - handle ? 'end' : 'body';
}

// The note under (x, y); of several a selected one, then the one that starts last (drawn on top).
export function hitNote(scene: HitScene, x: number, y: number, slack = 2): NoteHit | null {
  const { index, layout, view, selected, track } = scene;
  const { notes } = index;
  const key = keyOfY(layout, view, y);
  const from = Math.floor(tickOfX(layout, view, x - slack));
  const to = Math.ceil(tickOfX(layout, view, x + slack)) + 1;
  let best = -1;
  index.visit(from, to, key, key, (i) => {
    if (notes.track[i] !== track) return;
    if (best < 0 || selected[i]! > selected[best]!) best = i;
    else if (selected[i] === selected[best] && notes.start[i]! >= notes.start[best]!) best = i;
  });
  if (best < 0) return null;
  const left = xOfTick(layout, view, notes.start[best]!);
  const right = xOfTick(layout, view, notes.start[best]! + notes.duration[best]!);
  return { place: best, part: partAt(x, left, right) };
}

// The track's notes that touch a box given by two corners in ticks and keys.
export function notesInBox(
  scene: HitScene,
  tickA: number,
  tickB: number,
  keyA: number,
  keyB: number,
): number[] {
  const { index, track } = scene;
  return index
    .within(
      Math.floor(Math.min(tickA, tickB)),
      Math.ceil(Math.max(tickA, tickB)) + 1,
      Math.min(keyA, keyB),
      Math.max(keyA, keyB),
    )
    .filter((i) => index.notes.track[i] === track);
}

// The note whose velocity stem is nearest to x; among stems at one place its head's height decides.
export function hitVelocity(scene: HitScene, x: number, y: number, reach = 8): number {
  const { index, layout, view, selected, track } = scene;
  const { notes } = index;
  const from = tickOfX(layout, view, x - reach);
  const to = tickOfX(layout, view, x + reach);
  let best = -1;
  let bestCost = Infinity;
  for (let i = index.firstFrom(from); i < notes.length && notes.start[i]! <= to; ++i) {
    if (notes.track[i] !== track) continue;
    const dx = Math.abs(xOfTick(layout, view, notes.start[i]!) + 3 - x);
    const dy = Math.abs(yOfVelocity(layout, notes.velocity[i]!) - y);
    const cost = dx + dy * 0.2 + (selected[i] ? 0 : 4);
    if (cost < bestCost) {
      best = i;
      bestCost = cost;
    }
  }
  return best;
}
