// Mouse, pen and touch on the piano roll: which gesture begins, goes on and ends. Escape calls it off.
// One finger on an empty place moves the view, two pinch it.
import { prefs } from '../lib/prefs';
import type { RollController } from './controller';
import { type Gesture, type Hand, begin, drag, finish } from './gestures';
import { snapDown } from './grid';
import { hitNote } from './hit';
import { gridHeight, keyOfY, regionAt, tickOfX } from './view';

const DRAG_THRESHOLD = 4;
const DOUBLE_MS = 350;

export class RollPointer {
  readonly #roll: RollController;
  readonly #canvas: HTMLCanvasElement;
  readonly #down = new Map<number, { x: number; y: number }>();
  readonly #abort = new AbortController();
  #gesture: Gesture = { kind: 'none' };
  #hand: Hand = {
    origin: { x: 0, y: 0 },
    last: { x: 0, y: 0 },
    shift: false,
    free: false,
    command: false,
    touch: false,
    narrow: null,
  };
  #moved = false;
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
    if (this.#gesture.kind === 'sweep') this.#roll.session.edit.endGesture();
    this.#gesture = { kind: 'none' };
    this.#down.clear();
    this.#clear();
  }

  #clear(): void {
    const { over, scene, session } = this.#roll;
    scene.preview = null;
    scene.loop = session.store.getState().song.loop;
    over.box = null;
    over.draft = null;
    if (scene.pressed >= 0) this.#roll.quiet();
    scene.pressed = -1;
    this.#roll.touch();
  }

  // Once a frame: a drag that has left the grid keeps the view moving.
  frame(): void {
    const { kind } = this.#gesture;
    if (kind !== 'box' && kind !== 'move' && kind !== 'resize' && kind !== 'draw') return;
    if (!this.#moved) return;
    const { layout } = this.#roll.scene;
    const { x, y } = this.#hand.last;
    const beyond = (value: number, low: number, high: number): number =>
      value < low ? Math.max(-24, (value - low) / 4) : value > high ? Math.min(24, (value - high) / 4) : 0;
    const dx = beyond(x, layout.keys, layout.width - 4);
    const dy = kind === 'resize' ? 0 : beyond(y, layout.ruler, layout.ruler + gridHeight(layout));
    if (dx === 0 && dy === 0) return;
    this.#roll.pan(dx, dy);
    this.#gesture = drag(this.#roll, this.#hand, this.#gesture);
  }

  #place(event: MouseEvent): { x: number; y: number } {
    const box = this.#canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || this.#gesture.kind === 'none') return;
    this.cancel();
    event.stopPropagation();
    event.preventDefault();
  }

  #onDown(event: PointerEvent): void {
    const place = this.#place(event);
    this.#down.set(event.pointerId, place);
    this.#canvas.setPointerCapture(event.pointerId);
    if (this.#down.size === 2) return this.#startPinch();
    if (this.#down.size > 2) return undefined;
    this.#moved = false;
    this.#hand = {
      origin: place,
      last: place,
      shift: event.shiftKey,
      free: event.altKey,
      command: event.ctrlKey || event.metaKey,
      touch: event.pointerType === 'touch',
      narrow: null,
    };
    if (event.button === 1) {
      event.preventDefault();
      this.#gesture = { kind: 'pan' };
    } else if (event.button === 2) this.#selectForMenu(place);
    else {
      const region = regionAt(this.#roll.scene.layout, place.x, place.y);
      this.#gesture = begin(this.#roll, this.#hand, region);
      this.#canvas.style.cursor = this.#cursorOf(place);
    }
    return undefined;
  }

  #fingers(): { distX: number; distY: number; x: number; y: number } {
    const [a, b] = [...this.#down.values()] as [{ x: number; y: number }, { x: number; y: number }];
    return {
      distX: Math.max(30, Math.abs(a.x - b.x)),
      distY: Math.max(30, Math.abs(a.y - b.y)),
      x: (a.x + b.x) / 2,
      y: (a.y + b.y) / 2,
    };
  }

  #startPinch(): void {
    this.#clear();
    this.#gesture = { kind: 'pinch', ...this.#fingers() };
    this.#moved = true;
  }

  #pinch(before: Extract<Gesture, { kind: 'pinch' }>): void {
    const now = this.#fingers();
    this.#roll.pan(before.x - now.x, before.y - now.y);
    this.#roll.zoom(now.x, now.y, now.distX / before.distX, now.distY / before.distY);
    this.#gesture = { kind: 'pinch', ...now };
  }

  #onMove(event: PointerEvent): void {
    const place = this.#place(event);
    if (this.#down.size === 0) return this.#hover(place);
    if (!this.#down.has(event.pointerId)) return undefined;
    const before = this.#hand.last;
    this.#down.set(event.pointerId, place);
    this.#hand = { ...this.#hand, last: place, free: event.altKey, shift: event.shiftKey };
    const { origin } = this.#hand;
    if (Math.hypot(place.x - origin.x, place.y - origin.y) >= DRAG_THRESHOLD) this.#moved = true;
    const gesture = this.#gesture;
    if (gesture.kind === 'pinch') {
      if (this.#down.size >= 2) this.#pinch(gesture);
    } else if (gesture.kind === 'pan') {
      if (this.#moved) this.#roll.pan(before.x - place.x, before.y - place.y);
    } else if (this.#moved || gesture.kind === 'keys') {
      this.#gesture = drag(this.#roll, this.#hand, gesture);
    }
    return undefined;
  }

  #hover(place: { x: number; y: number }): void {
    this.#canvas.style.cursor = this.#cursorOf(place);
    const { layout, view } = this.#roll.scene;
    const region = regionAt(layout, place.x, place.y);
    this.#hoverRow(region === 'grid' || region === 'keys' ? keyOfY(layout, view, place.y) : -1);
  }

  #onUp(event: PointerEvent): void {
    const place = this.#place(event);
    this.#down.delete(event.pointerId);
    const gesture = this.#gesture;
    if (gesture.kind === 'pinch') {
      if (this.#down.size === 0) this.#gesture = { kind: 'none' };
      return;
    }
    this.#gesture = { kind: 'none' };
    finish(this.#roll, gesture, this.#moved);
    if (!this.#moved && event.button === 0) this.#tapped(place);
    this.#clear();
  }

  #tapped({ x, y }: { x: number; y: number }): void {
    const { session, scene } = this.#roll;
    const { touch, narrow, shift } = this.#hand;
    const now = performance.now();
    const near = Math.hypot(x - this.#tap.x, y - this.#tap.y) < 14;
    const double = now - this.#tap.time < DOUBLE_MS && near;
    this.#tap = { time: double ? 0 : now, x, y };
    if (regionAt(scene.layout, x, y) !== 'grid') return;
    if (hitNote(scene, x, y, touch ? 8 : 2)) {
      if (narrow !== null && !shift) session.select([narrow]);
    } else if (double && prefs.getState().tool === 'select') {
      const start = snapDown(scene.map, scene.grid, tickOfX(scene.layout, scene.view, x));
      this.#roll.state.setState({
        cursor: { tick: Math.round(start), key: keyOfY(scene.layout, scene.view, y) },
      });
      this.#roll.keyboard.addAtCursor();
    } else if (touch) session.select([]);
  }

  #selectForMenu({ x, y }: { x: number; y: number }): void {
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

  #cursorOf({ x, y }: { x: number; y: number }): string {
    const { scene } = this.#roll;
    switch (regionAt(scene.layout, x, y)) {
      case 'ruler':
        return 'text';
      case 'loop':
        return 'ew-resize';
      case 'keys':
        return 'pointer';
      case 'velocity':
        return 'ns-resize';
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
