// What a press, a drag and a release mean in each part of the piano roll. RollPointer tells where the
// pointer is; here it becomes a preview, and one edit when it is let go.
import { prefs } from '../lib/prefs';
import type { RollController } from './controller';
import { moveBy, resizeBy } from './drag';
import { snapDown } from './grid';
import { type NoteHit, hitNote, hitVelocity, notesInBox } from './hit';
import { type Extent, extentOf } from './notes';
import { type Region, gridHeight, keyOfY, tickOfX, velocityOfY, xOfTick } from './view';

interface Held {
  readonly start: number;
  readonly duration: number;
  readonly key: number;
}

export type Gesture =
  | { kind: 'none' }
  | { kind: 'pan' }
  | { kind: 'pinch'; distX: number; distY: number; x: number; y: number }
  | { kind: 'box'; tick: number; key: number; base: ReadonlySet<string> }
  | { kind: 'move'; held: Held; extent: Extent; tick: number; key: number; copy: boolean }
  | { kind: 'resize'; held: Held; edge: 'start' | 'end'; tick: number }
  | { kind: 'draw'; start: number }
  | { kind: 'seek' }
  | { kind: 'loop'; edge: 'new' | 'start' | 'end' | 'move'; from: number; start: number; end: number }
  | { kind: 'keys' }
  | { kind: 'stem'; velocity: number }
  | { kind: 'sweep'; x: number; y: number };

// Where the pointer is and what is held with it.
export interface Hand {
  readonly origin: { readonly x: number; readonly y: number };
  readonly last: { readonly x: number; readonly y: number };
  readonly shift: boolean;
  readonly free: boolean; // Alt: off the grid
  readonly command: boolean; // Ctrl or ⌘
  readonly touch: boolean;
  narrow: string | null; // a press without a drag leaves only this note selected
}

export function begin(roll: RollController, hand: Hand, region: Region): Gesture {
  const { x, y } = hand.origin;
  const { scene, session } = roll;
  const tick = tickOfX(scene.layout, scene.view, x);
  switch (region) {
    case 'grid':
      return beginGrid(roll, hand, tick);
    case 'ruler':
      session.playback.seek(Math.round(Math.max(0, snapped(roll, hand, tick))));
      return { kind: 'seek' };
    case 'loop':
      return beginLoop(roll, x, tick);
    case 'keys':
      press(roll, keyOfY(scene.layout, scene.view, y));
      return { kind: 'keys' };
    case 'velocity':
      return beginVelocity(roll, hand);
    default:
      return { kind: 'none' };
  }
}

const snapped = (roll: RollController, hand: Hand, tick: number): number =>
  hand.free ? tick : roll.snapTick(tick);

function beginGrid(roll: RollController, hand: Hand, tick: number): Gesture {
  const { x, y } = hand.origin;
  const { scene, session } = roll;
  const key = keyOfY(scene.layout, scene.view, y);
  const hit = hitNote(scene, x, y, hand.touch ? 8 : 2);
  if (hit) return beginNote(roll, hand, hit, tick, key);
  const start = hand.free ? tick : snapDown(scene.map, scene.grid, tick);
  roll.state.setState({ cursor: { tick: Math.round(start), key }, focus: null });
  if (prefs.getState().tool === 'pencil') {
    roll.over.draft = { start, duration: scene.grid || 3840, key };
    roll.auditionEdit(key);
    roll.touchOverlay();
    return { kind: 'draw', start };
  }
  if (hand.touch) return { kind: 'pan' };
  if (!hand.shift && !hand.command) session.select([]);
  return { kind: 'box', tick, key, base: session.store.getState().selection };
}

function beginNote(roll: RollController, hand: Hand, hit: NoteHit, tick: number, key: number): Gesture {
  const { scene, session } = roll;
  const { notes } = scene.index;
  const id = notes.id(hit.place);
  const held: Held = {
    start: notes.start[hit.place]!,
    duration: notes.duration[hit.place]!,
    key: notes.key[hit.place]!,
  };
  const velocity = notes.velocity[hit.place]!;
  roll.state.setState({ focus: id, cursor: { tick: held.start, key } });
  const selected = session.store.getState().selection.has(id);
  if (hand.shift) {
    session.select([id], 'toggle');
    if (selected) return { kind: 'none' };
  } else if (!selected) session.select([id], hand.command ? 'add' : 'replace');
  else hand.narrow = id;
  roll.auditionEdit(key, velocity);
  if (hit.part !== 'body' && !hand.command && !(hand.touch && hit.part === 'start')) {
    return { kind: 'resize', held, edge: hit.part, tick };
  }
  const chosen = [...scene.selected.keys()].filter((i) => scene.selected[i]);
  const extent = extentOf(scene.index.notes, chosen) ?? {
    start: held.start,
    end: held.start + held.duration,
    low: held.key,
    high: held.key,
  };
  return { kind: 'move', held, extent, tick, key, copy: hand.command };
}

function beginLoop(roll: RollController, x: number, tick: number): Gesture {
  const { scene } = roll;
  const { start, end } = scene.loop;
  const near = (at: number): boolean => Math.abs(xOfTick(scene.layout, scene.view, at) - x) < 7;
  if (end > start) {
    if (near(end)) return { kind: 'loop', edge: 'end', from: tick, start, end };
    if (near(start)) return { kind: 'loop', edge: 'start', from: tick, start, end };
    if (tick > start && tick < end) return { kind: 'loop', edge: 'move', from: tick, start, end };
  }
  return { kind: 'loop', edge: 'new', from: tick, start: tick, end: tick };
}

function beginVelocity(roll: RollController, hand: Hand): Gesture {
  const { scene, session } = roll;
  const { x, y } = hand.origin;
  const hit = hitVelocity(scene, x, y);
  if (hit >= 0) {
    const id = scene.index.notes.id(hit);
    const velocity = scene.index.notes.velocity[hit]!;
    if (!session.store.getState().selection.has(id)) session.select([id], hand.shift ? 'add' : 'replace');
    roll.state.setState({ focus: id });
    return { kind: 'stem', velocity };
  }
  session.edit.beginGesture('Draw velocities');
  return { kind: 'sweep', x, y };
}

export function press(roll: RollController, key: number): void {
  const { scene } = roll;
  if (scene.pressed === key) return;
  scene.pressed = key;
  roll.audition(key, 100, 0);
  roll.touch();
}

// Carries the drag on to where the pointer is now; also called while the view moves under it.
export function drag(roll: RollController, hand: Hand, gesture: Gesture): Gesture {
  const { scene, over, session } = roll;
  const { layout, view, map, index } = scene;
  const { x, y } = hand.last;
  const tick = tickOfX(layout, view, x);
  const inside = Math.min(layout.ruler + gridHeight(layout) - 1, Math.max(layout.ruler, y));
  const key = keyOfY(layout, view, inside);
  const grid = hand.free ? 0 : scene.grid;
  roll.touchOverlay();
  switch (gesture.kind) {
    case 'box': {
      const found = notesInBox(scene, gesture.tick, tick, gesture.key, key);
      session.select([...gesture.base, ...found.map((i) => index.notes.id(i))]);
      over.box = {
        ax: xOfTick(layout, view, gesture.tick),
        ay: layout.ruler + (view.top - gesture.key - 0.5) * view.row,
        bx: x,
        by: y,
      };
      return gesture;
    }
    case 'move': {
      const sideways = Math.abs(x - hand.origin.x) >= Math.abs(y - hand.origin.y);
      const ticks = hand.shift && !sideways ? 0 : tick - gesture.tick;
      const keys = hand.shift && sideways ? 0 : key - gesture.key;
      const by = moveBy(map, ticks === 0 ? 0 : grid, gesture.held, gesture.extent, ticks, keys);
      const before = scene.preview?.kind === 'move' ? scene.preview.keys : 0;
      scene.preview = { kind: 'move', ...by, copy: gesture.copy };
      if (by.keys !== before) roll.auditionEdit(gesture.held.key + by.keys);
      roll.touch();
      return gesture;
    }
    case 'resize': {
      const ticks = resizeBy(map, grid, gesture.held, gesture.edge, tick - gesture.tick);
      scene.preview = { kind: 'resize', edge: gesture.edge, ticks };
      roll.touch();
      return gesture;
    }
    case 'draw': {
      const end = Math.max(gesture.start + (grid || 960), snapped(roll, hand, tick));
      if (over.draft && over.draft.key !== key) roll.auditionEdit(key);
      over.draft = { start: gesture.start, duration: end - gesture.start, key };
      return gesture;
    }
    case 'seek':
      session.playback.seek(Math.round(Math.max(0, snapped(roll, hand, tick))));
      return gesture;
    case 'loop':
      dragLoop(roll, hand, gesture, tick);
      return gesture;
    case 'keys':
      press(roll, keyOfY(layout, view, y));
      return gesture;
    case 'stem':
      scene.preview = { kind: 'velocity', by: velocityOfY(layout, y) - gesture.velocity };
      roll.touch();
      return gesture;
    case 'sweep':
      return sweep(roll, gesture, x, y);
    default:
      return gesture;
  }
}

function dragLoop(
  roll: RollController,
  hand: Hand,
  gesture: Extract<Gesture, { kind: 'loop' }>,
  tick: number,
): void {
  const { scene } = roll;
  const least = scene.grid || 3840;
  const at = (place: number): number => snapped(roll, hand, place);
  let { start, end } = gesture;
  if (gesture.edge === 'new') {
    start = at(Math.min(gesture.from, tick));
    end = Math.max(start + least, at(Math.max(gesture.from, tick)));
  } else if (gesture.edge === 'start') start = Math.min(end - least, at(tick));
  else if (gesture.edge === 'end') end = Math.max(start + least, at(tick));
  else {
    const by = Math.max(-start, at(start + tick - gesture.from) - start);
    start += by;
    end += by;
  }
  scene.loop = { on: gesture.edge === 'new' ? true : scene.loop.on, start: Math.max(0, start), end };
  roll.touch();
}

// A line drawn over the stems: each note passed gets the height of the pointer there.
function sweep(
  roll: RollController,
  gesture: Extract<Gesture, { kind: 'sweep' }>,
  x: number,
  y: number,
): Gesture {
  const { scene, session } = roll;
  const { layout, view, index } = scene;
  const { notes } = index;
  const last = tickOfX(layout, view, Math.max(gesture.x, x) + 2);
  let i = index.firstFrom(tickOfX(layout, view, Math.min(gesture.x, x) - 2));
  const changes: [string, number][] = [];
  for (; i < notes.length && notes.start[i]! <= last; ++i) {
    if (notes.track[i] !== scene.track) continue;
    const along =
      x === gesture.x ? 1 : (xOfTick(layout, view, notes.start[i]!) - gesture.x) / (x - gesture.x);
    const height = gesture.y + (y - gesture.y) * Math.min(1, Math.max(0, along));
    changes.push([notes.id(i), velocityOfY(layout, height)]);
  }
  for (const [id, velocity] of changes) session.edit.setVelocity([id], velocity);
  return { kind: 'sweep', x, y };
}

// The release: what the preview showed becomes an edit.
export function finish(roll: RollController, gesture: Gesture, moved: boolean): void {
  const { scene, over, session } = roll;
  const { preview } = scene;
  const { selection } = session.store.getState();
  if (gesture.kind === 'draw' && over.draft) {
    const { start, duration, key } = over.draft;
    const id = session.edit.addNote({ start: Math.round(start), duration: Math.round(duration), key });
    session.select([id]);
    roll.state.setState({ focus: id });
  } else if (gesture.kind === 'sweep') session.edit.endGesture();
  else if (!moved) {
    // A click on the loop's bar turns it on or off.
    if (gesture.kind === 'loop' && gesture.edge !== 'new') session.edit.setLoop({ on: !scene.loop.on });
  } else if (gesture.kind === 'loop') session.edit.setLoop({ ...scene.loop });
  else if (preview?.kind === 'move') {
    if (preview.copy) copyNotes(roll, preview.ticks, preview.keys);
    else session.edit.move(selection, preview.ticks, preview.keys);
  } else if (preview?.kind === 'resize') session.edit.resize(selection, preview.edge, preview.ticks);
  else if (preview?.kind === 'velocity') session.edit.changeVelocity(selection, preview.by);
}

function copyNotes(roll: RollController, ticks: number, keys: number): void {
  const { session, scene } = roll;
  const { notes } = scene.index;
  if (ticks === 0 && keys === 0) return;
  const chosen = [...scene.selected.keys()].filter((i) => scene.selected[i]);
  const ids = session.edit.group('Copy notes', () =>
    chosen.map((i) =>
      session.edit.addNote({
        start: notes.start[i]! + ticks,
        duration: notes.duration[i]!,
        key: notes.key[i]! + keys,
        velocity: notes.velocity[i]!,
      }),
    ),
  );
  session.select(ids);
}
