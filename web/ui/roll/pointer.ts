// Mouse, pen and touch on the piano roll. A drag shows a preview and becomes one edit when it is let
// go; Escape calls it off. One finger on an empty place moves the view, two pinch it.
import { prefs } from '../lib/prefs';
import type { RollController } from './controller';
import { moveBy, resizeBy } from './drag';
import { snapDown } from './grid';
import { type NoteHit, hitNote, hitVelocity, notesInBox } from './hit';
import { type Extent, extentOf } from './notes';
import {
  type Region,
  gridHeight,
  keyOfY,
  regionAt,
  tickOfX,
  velocityOfY,
  velocityTop,
  xOfTick,
} from './view';

type Mode =
  | { kind: 'none' }
  | { kind: 'pan' }
  | { kind: 'pinch'; distX: number; distY: number; x: number; y: number }
  | { kind: 'box'; tick: number; key: number; base: ReadonlySet<string> }
  | { kind: 'move'; hit: NoteHit; extent: Extent; tick: number; key: number; copy: boolean }
  | { kind: 'resize'; hit: NoteHit; edge: 'start' | 'end'; tick: number }
  | { kind: 'draw'; start: number; key: number }
  | { kind: 'seek' }
  | { kind: 'loop'; edge: 'new' | 'start' | 'end' | 'move'; from: number; start: number; end: number }
  | { kind: 'keys' }
  | { kind: 'stem'; hit: number; velocity: number }
  | { kind: 'sweep'; x: number; y: number };

const DRAG_THRESHOLD = 4;
const DOUBLE_MS = 350;

export class RollPointer {
  readonly #roll: RollController;
  readonly #canvas: HTMLCanvasElement;
  readonly #down = new Map<number, { x: number; y: number }>();
  readonly #abort = new AbortController();
  #mode: Mode = { kind: 'none' };
  #origin = { x: 0, y: 0 };
  #last = { x: 0, y: 0 };
  #shift = false;
  #free = false; // Alt: off the grid
  #moved = false;
  #narrow: string | null = null; // a click without a drag leaves only this note selected
  #tap = { time: 0, x: 0, y: 0 };

  constructor(roll: RollController, canvas: HTMLCanvasElement) {
    this.#roll = roll;
    this.#canvas = canvas;
    const { signal } = this.#abort;
    canvas.addEventListener('pointerdown', (e) => this.#onDown(e), { signal });
    canvas.addEventListener('pointermove', (e) => this.#onMove(e), { signal });
    canvas.addEventListener('pointerup', (e) => this.#onUp(e), { signal });
    canvas.addEventListener('pointercancel', () => this.cancel(), { signal });
    canvas.addEventListener('pointerleave', () => this.#hoverRow(-1), { signal });
    canvas.addEventListener('wheel', (e) => this.#onWheel(e), { signal, passive: false });
    window.addEventListener('keydown', (e) => this.#onKey(e), { signal, capture: true });
  }

  release(): void {
    this.cancel();
    this.#abort.abort();
  }

  // Calls off whatever is under way.
  cancel(): void {
    const { over, scene, session } = this.#roll;
    if (this.#mode.kind === 'sweep') session.edit.endGesture();
    this.#mode = { kind: 'none' };
    this.#down.clear();
    scene.preview = null;
    scene.pressed = -1;
    over.box = null;
    over.draft = null;
    this.#roll.quiet();
    this.#roll.touch();
  }

  // Once a frame: a drag that has left the grid keeps the view moving.
  frame(): void {
    const { kind } = this.#mode;
    if (kind !== 'box' && kind !== 'move' && kind !== 'resize' && kind !== 'draw') return;
    if (!this.#moved) return;
    const { layout } = this.#roll.scene;
    const { x, y } = this.#last;
    const over = (value: number, low: number, high: number): number =>
      value < low ? Math.max(-24, (value - low) / 4) : value > high ? Math.min(24, (value - high) / 4) : 0;
    const dx = over(x, layout.keys, layout.width - 4);
    const dy = kind === 'resize' ? 0 : over(y, layout.ruler, layout.ruler + gridHeight(layout));
    if (dx === 0 && dy === 0) return;
    this.#roll.pan(dx, dy);
    this.#drag();
  }

  #place(event: MouseEvent): { x: number; y: number } {
    const box = this.#canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key === 'Escape' && this.#mode.kind !== 'none') {
      this.cancel();
      event.stopPropagation();
      event.preventDefault();
    }
  }

  #onDown(event: PointerEvent): void {
    const { x, y } = this.#place(event);
    this.#down.set(event.pointerId, { x, y });
    this.#canvas.setPointerCapture(event.pointerId);
    this.#shift = event.shiftKey;
    this.#free = event.altKey;
    if (this.#down.size === 2) {
      this.#startPinch();
      return;
    }
    if (this.#down.size > 2) return;
    this.#origin = this.#last = { x, y };
    this.#moved = false;
    this.#narrow = null;
    if (event.button === 1) {
      event.preventDefault();
      this.#mode = { kind: 'pan' };
      return;
    }
    if (event.button === 2) {
      this.#selectForMenu(x, y);
      return;
    }
    this.#mode = this.#begin(regionAt(this.#roll.scene.layout, x, y), event);
    this.#canvas.style.cursor = this.#cursorOf(x, y);
  }

  #begin(region: Region, event: PointerEvent): Mode {
    const { x, y } = this.#origin;
    const { scene, session } = this.#roll;
    const tick = tickOfX(scene.layout, scene.view, x);
    switch (region) {
      case 'grid':
        return this.#beginGrid(event);
      case 'ruler':
        session.playback.seek(Math.round(Math.max(0, this.#snap(tick))));
        return { kind: 'seek' };
      case 'loop':
        return this.#beginLoop(x, tick);
      case 'keys':
        this.#press(keyOfY(scene.layout, scene.view, y));
        return { kind: 'keys' };
      case 'velocity':
        return this.#beginVelocity(x, y);
      default:
        return { kind: 'none' };
    }
  }

  #beginGrid(event: PointerEvent): Mode {
    const { x, y } = this.#origin;
    const { scene, session } = this.#roll;
    const { notes } = scene.index;
    const state = session.store.getState();
    const tick = tickOfX(scene.layout, scene.view, x);
    const key = keyOfY(scene.layout, scene.view, y);
    const touch = event.pointerType === 'touch';
    const hit = hitNote(scene, x, y, touch ? 8 : 2);
    const command = event.ctrlKey || event.metaKey;
    if (hit) {
      const id = notes.id(hit.place);
      this.#roll.state.setState({ focus: id, cursor: { tick: notes.start[hit.place]!, key } });
      if (event.shiftKey) {
        session.select([id], 'toggle');
        if (!session.store.getState().selection.has(id)) return { kind: 'none' };
      } else if (!state.selection.has(id)) {
        session.select([id], command ? 'add' : 'replace');
      } else {
        this.#narrow = id;
      }
      this.#roll.auditionEdit(key, notes.velocity[hit.place]);
      if (hit.part !== 'body' && !command && !(touch && hit.part === 'start')) {
        return { kind: 'resize', hit, edge: hit.part, tick };
      }
      const chosen = [...scene.selected.keys()].filter((i) => scene.selected[i]);
      const extent = extentOf(notes, chosen.length > 0 ? chosen : [hit.place])!;
      return { kind: 'move', hit, extent, tick, key, copy: command };
    }
    const start = this.#free ? tick : snapDown(scene.map, scene.grid, tick);
    this.#roll.state.setState({ cursor: { tick: Math.round(start), key }, focus: null });
    if (prefs.getState().tool === 'pencil') return this.#beginDraw(start, key);
    if (touch) return { kind: 'pan' };
    if (!event.shiftKey && !command) session.select([]);
    return { kind: 'box', tick, key, base: session.store.getState().selection };
  }

  #beginDraw(start: number, key: number): Mode {
    const { over, scene } = this.#roll;
    over.draft = { start, duration: scene.grid || 3840, key };
    this.#roll.auditionEdit(key);
    this.#roll.touchOverlay();
    return { kind: 'draw', start, key };
  }

  #beginLoop(x: number, tick: number): Mode {
    const { scene } = this.#roll;
    const { start, end } = scene.loop;
    const near = (at: number): boolean => Math.abs(xOfTick(scene.layout, scene.view, at) - x) < 7;
    if (end > start) {
      if (near(end)) return { kind: 'loop', edge: 'end', from: tick, start, end };
      if (near(start)) return { kind: 'loop', edge: 'start', from: tick, start, end };
      if (tick > start && tick < end) return { kind: 'loop', edge: 'move', from: tick, start, end };
    }
    return { kind: 'loop', edge: 'new', from: tick, start: tick, end: tick };
  }

  #beginVelocity(x: number, y: number): Mode {
    const { scene, session } = this.#roll;
    const hit = hitVelocity(scene, x, y);
    if (hit >= 0) {
      const id = scene.index.notes.id(hit);
      const { selection } = session.store.getState();
      if (!selection.has(id)) session.select([id], this.#shift ? 'add' : 'replace');
      this.#roll.state.setState({ focus: id });
      return { kind: 'stem', hit, velocity: scene.index.notes.velocity[hit]! };
    }
    session.edit.beginGesture('Draw velocities');
    return { kind: 'sweep', x, y };
  }

  #startPinch(): void {
    const [a, b] = [...this.#down.values()] as [{ x: number; y: number }, { x: number; y: number }];
    const { scene, over } = this.#roll;
    scene.preview = null;
    over.box = null;
    over.draft = null;
    this.#mode = {
      kind: 'pinch',
      distX: Math.max(30, Math.abs(a.x - b.x)),
      distY: Math.max(30, Math.abs(a.y - b.y)),
      x: (a.x + b.x) / 2,
      y: (a.y + b.y) / 2,
    };
    this.#moved = true;
  }

  #onMove(event: PointerEvent): void {
    const { x, y } = this.#place(event);
    if (this.#down.size === 0) {
      this.#canvas.style.cursor = this.#cursorOf(x, y);
      const { layout, view } = this.#roll.scene;
      const region = regionAt(layout, x, y);
      this.#hoverRow(region === 'grid' || region === 'keys' ? keyOfY(layout, view, y) : -1);
      return;
    }
    if (!this.#down.has(event.pointerId)) return;
    const before = this.#last;
    this.#down.set(event.pointerId, { x, y });
    this.#last = { x, y };
    this.#free = event.altKey;
    this.#shift = event.shiftKey;
    if (!this.#moved && Math.hypot(x - this.#origin.x, y - this.#origin.y) >= DRAG_THRESHOLD)
      this.#moved = true;
    if (this.#mode.kind === 'pinch') this.#pinch();
    else if (this.#mode.kind === 'pan') {
      if (this.#moved) this.#roll.pan(before.x - x, before.y - y);
    } else if (this.#moved || this.#mode.kind === 'keys' || this.#mode.kind === 'seek') this.#drag();
  }

  #pinch(): void {
    if (this.#mode.kind !== 'pinch' || this.#down.size < 2) return;
    const [a, b] = [...this.#down.values()] as [{ x: number; y: number }, { x: number; y: number }];
    const distX = Math.max(30, Math.abs(a.x - b.x));
    const distY = Math.max(30, Math.abs(a.y - b.y));
    const x = (a.x + b.x) / 2;
    const y = (a.y + b.y) / 2;
    this.#roll.pan(this.#mode.x - x, this.#mode.y - y);
    this.#roll.zoom(x, y, distX / this.#mode.distX, distY / this.#mode.distY);
    this.#mode = { kind: 'pinch', distX, distY, x, y };
  }

  #snap(tick: number): number {
    return this.#free ? tick : this.#roll.snapTick(tick);
  }

  // Carries the drag on to where the pointer is now; also called while the view moves under it.
  #drag(): void {
    const { scene, over, session } = this.#roll;
    const { layout, view, map, index } = scene;
    const mode = this.#mode;
    const { x, y } = this.#last;
    const tick = tickOfX(layout, view, x);
    const key = keyOfY(
      layout,
      view,
      Math.min(layout.ruler + gridHeight(layout) - 1, Math.max(layout.ruler, y)),
    );
    const grid = this.#free ? 0 : scene.grid;
    switch (mode.kind) {
      case 'box': {
        const found = notesInBox(scene, mode.tick, tick, mode.key, key).map((i) => index.notes.id(i));
        session.select([...mode.base, ...found]);
        over.box = {
          ax: xOfTick(layout, view, mode.tick),
          ay: layout.ruler + (view.top - mode.key - 0.5) * view.row,
          bx: x,
          by: y,
        };
        break;
      }
      case 'move': {
        let ticks = tick - mode.tick;
        let keys = key - mode.key;
        if (this.#shift) {
          if (Math.abs(x - this.#origin.x) >= Math.abs(y - this.#origin.y)) keys = 0;
          else ticks = 0;
        }
        const held = { start: index.notes.start[mode.hit.place]!, key: index.notes.key[mode.hit.place]! };
        const by = moveBy(map, ticks === 0 ? 0 : grid, held, mode.extent, ticks, keys);
        const before = scene.preview?.kind === 'move' ? scene.preview.keys : 0;
        scene.preview = { kind: 'move', ...by, copy: mode.copy };
        if (by.keys !== before) this.#roll.auditionEdit(held.key + by.keys);
        this.#roll.touch();
        break;
      }
      case 'resize': {
        const { place } = mode.hit;
        const held = { start: index.notes.start[place]!, duration: index.notes.duration[place]! };
        scene.preview = {
          kind: 'resize',
          edge: mode.edge,
          ticks: resizeBy(map, grid, held, mode.edge, tick - mode.tick),
        };
        this.#roll.touch();
        break;
      }
      case 'draw': {
        const end = Math.max(mode.start + (grid || 960), this.#snap(tick));
        if (over.draft && over.draft.key !== key) this.#roll.auditionEdit(key);
        over.draft = { start: mode.start, duration: end - mode.start, key };
        this.#mode = { ...mode, key };
        break;
      }
      case 'seek':
        session.playback.seek(Math.round(Math.max(0, this.#snap(tick))));
        break;
      case 'loop':
        this.#dragLoop(mode, tick);
        break;
      case 'keys':
        this.#press(keyOfY(layout, view, y));
        break;
      case 'stem':
        scene.preview = { kind: 'velocity', by: velocityOfY(layout, y) - mode.velocity };
        this.#roll.touch();
        break;
      case 'sweep':
        this.#sweep(mode, x, y);
        break;
      default:
        break;
    }
    this.#roll.touchOverlay();
  }

  #dragLoop(mode: Extract<Mode, { kind: 'loop' }>, tick: number): void {
    const { scene } = this.#roll;
    const least = scene.grid || 3840;
    let { start, end } = mode;
    if (mode.edge === 'new') {
      start = this.#snap(Math.min(mode.from, tick));
      end = Math.max(start + least, this.#snap(Math.max(mode.from, tick)));
    } else if (mode.edge === 'start') start = Math.min(end - least, this.#snap(tick));
    else if (mode.edge === 'end') end = Math.max(start + least, this.#snap(tick));
    else {
      const by = Math.max(-start, this.#snap(start + tick - mode.from) - start);
      start += by;
      end += by;
    }
    scene.loop = { on: mode.edge === 'new' ? true : scene.loop.on, start: Math.max(0, start), end };
    this.#roll.touch();
  }

  // Drags a line over the stems: each note passed gets the height of the pointer there.
  #sweep(mode: Extract<Mode, { kind: 'sweep' }>, x: number, y: number): void {
    const { scene, session } = this.#roll;
    const { layout, view, index } = scene;
    const from = Math.min(mode.x, x) - 2;
    const to = Math.max(mode.x, x) + 2;
    const last = tickOfX(layout, view, to);
    for (let i = index.firstFrom(tickOfX(layout, view, from)); i < index.notes.length; ++i) {
      const start = index.notes.start[i]!;
      if (start > last) break;
      if (index.notes.track[i] !== scene.track) continue;
      const along = x === mode.x ? 1 : (xOfTick(layout, view, start) - mode.x) / (x - mode.x);
      const height = mode.y + (y - mode.y) * Math.min(1, Math.max(0, along));
      session.edit.setVelocity([index.notes.id(i)], velocityOfY(layout, height));
    }
    this.#mode = { kind: 'sweep', x, y };
  }

  #press(key: number): void {
    const { scene } = this.#roll;
    if (scene.pressed === key) return;
    scene.pressed = key;
    this.#roll.audition(key, 100, 0);
    this.#roll.touch();
  }

  #onUp(event: PointerEvent): void {
    const place = this.#place(event);
    this.#down.delete(event.pointerId);
    if (this.#mode.kind === 'pinch') {
      if (this.#down.size === 0) this.#mode = { kind: 'none' };
      return;
    }
    const mode = this.#mode;
    this.#mode = { kind: 'none' };
    this.#finish(mode);
    if (!this.#moved && event.button === 0) this.#tapped(place, event.pointerType === 'touch');
    const { over, scene } = this.#roll;
    scene.preview = null;
    over.box = null;
    over.draft = null;
    if (scene.pressed >= 0) this.#roll.quiet();
    scene.pressed = -1;
    this.#roll.touch();
  }

  #finish(mode: Mode): void {
    const { scene, over, session } = this.#roll;
    const { preview } = scene;
    const { selection } = session.store.getState();
    if (mode.kind === 'draw' && over.draft) {
      const { start, duration, key } = over.draft;
      const id = session.edit.addNote({ start: Math.round(start), duration: Math.round(duration), key });
      session.select([id]);
      this.#roll.state.setState({ focus: id });
    } else if (mode.kind === 'sweep') session.edit.endGesture();
    else if (!this.#moved) return;
    else if (mode.kind === 'loop') session.edit.setLoop({ ...scene.loop });
    else if (preview?.kind === 'move') {
      if (preview.copy) this.#copy(preview.ticks, preview.keys);
      else session.edit.move(selection, preview.ticks, preview.keys);
    } else if (preview?.kind === 'resize') session.edit.resize(selection, preview.edge, preview.ticks);
    else if (preview?.kind === 'velocity') session.edit.changeVelocity(selection, preview.by);
  }

  #copy(ticks: number, keys: number): void {
    const { session, scene } = this.#roll;
    const { notes } = scene.index;
    if (ticks === 0 && keys === 0) return;
    const ids = session.edit.group('Copy notes', () =>
      [...scene.selected.keys()]
        .filter((i) => scene.selected[i])
        .map((i) =>
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

  #tapped({ x, y }: { x: number; y: number }, touch: boolean): void {
    const { session, scene } = this.#roll;
    const now = performance.now();
    const near = Math.hypot(x - this.#tap.x, y - this.#tap.y) < 14;
    const double = now - this.#tap.time < DOUBLE_MS && near;
    this.#tap = { time: double ? 0 : now, x, y };
    if (regionAt(scene.layout, x, y) !== 'grid') return;
    const hit = hitNote(scene, x, y, touch ? 8 : 2);
    if (hit) {
      if (this.#narrow !== null && !this.#shift) session.select([this.#narrow]);
      return;
    }
    if (double && prefs.getState().tool === 'select') {
      const start = snapDown(scene.map, scene.grid, tickOfX(scene.layout, scene.view, x));
      const key = keyOfY(scene.layout, scene.view, y);
      this.#roll.setCursor(Math.round(start), key);
      this.#roll.addAtCursor();
    } else if (touch) session.select([]);
  }

  #selectForMenu(x: number, y: number): void {
    const { scene, session } = this.#roll;
    if (regionAt(scene.layout, x, y) !== 'grid') return;
    const hit = hitNote(scene, x, y);
    const id = hit && scene.index.notes.id(hit.place);
    if (id && !session.store.getState().selection.has(id)) session.select([id]);
  }

  #hoverRow(key: number): void {
    const { over, state } = this.#roll;
    if (over.hoverKey === key) return;
    over.hoverKey = key;
    state.setState({ pointerKey: key });
    this.#roll.touchOverlay();
  }

  #cursorOf(x: number, y: number): string {
    const { scene } = this.#roll;
    switch (regionAt(scene.layout, x, y)) {
      case 'ruler':
        return 'text';
      case 'loop':
        return 'ew-resize';
      case 'keys':
        return 'pointer';
      case 'velocity':
        return y > velocityTop(scene.layout) + 3 ? 'ns-resize' : 'default';
      case 'grid': {
        const hit = hitNote(scene, x, y);
        if (hit) return hit.part === 'body' ? 'grab' : 'ew-resize';
        return prefs.getState().tool === 'pencil' ? 'crosshair' : 'default';
      }
      default:
        return 'default';
    }
  }

  #onWheel(event: WheelEvent): void {
    event.preventDefault();
    const { x, y } = this.#place(event);
    const unit = event.deltaMode === 1 ? 24 : event.deltaMode === 2 ? 240 : 1;
    const dx = event.deltaX * unit;
    const dy = event.deltaY * unit;
    if (event.ctrlKey || event.metaKey) {
      const factor = Math.exp(-dy * 0.0022);
      if (event.shiftKey || event.altKey) this.#roll.zoom(x, y, 1, factor);
      else this.#roll.zoom(x, y, factor, 1);
    } else if (event.shiftKey && dx === 0) this.#roll.pan(dy, 0);
    else this.#roll.pan(dx, dy);
  }
}
