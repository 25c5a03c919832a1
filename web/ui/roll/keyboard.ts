// Where the keyboard is in the piano roll: a cursor in time and key, or a note; and the steps from there.
import type { Id } from '../../core';
import type { RollController } from './controller';
import { step } from './grid';

export class RollKeyboard {
  readonly #roll: RollController;

  constructor(roll: RollController) {
    this.#roll = roll;
  }

  setCursor(tick: number, key: number): void {
    const cursor = { tick: Math.max(0, tick), key: Math.min(127, Math.max(0, key)) };
    this.#roll.state.setState({ cursor, focus: null });
    this.#roll.showTick(cursor.tick, cursor.key);
  }

  stepCursor(time: -1 | 0 | 1, keys: number): void {
    const { cursor } = this.#roll.state.getState();
    const tick =
      time === 0 ? cursor.tick : step(this.#roll.scene.map, this.#roll.scene.grid, cursor.tick, time);
    this.setCursor(tick, cursor.key + keys);
    if (keys !== 0) this.#roll.auditionEdit(cursor.key + keys);
  }

  stepBar(direction: 1 | -1): void {
    const { cursor } = this.#roll.state.getState();
    const { map } = this.#roll.scene;
    const start = map.barStart(cursor.tick);
    const next = map.bars(start + 1, start + 15360 * 64, 400)[0]?.tick ?? start;
    const before = start < cursor.tick ? start : map.barStart(Math.max(0, start - 1));
    this.setCursor(direction > 0 ? next : before, cursor.key);
  }

  // Place of the next or previous note from where the keyboard is; -1 when there is none.
  nextPlace(direction: 1 | -1): number {
    const { index, track } = this.#roll.scene;
    const { focus, cursor } = this.#roll.state.getState();
    const at = focus === null ? -1 : index.notes.indexOf(focus);
    if (at >= 0) return index.neighbour(at, direction, track);
    if (direction > 0) return index.neighbour(index.firstFrom(cursor.tick) - 1, 1, track);
    return index.neighbour(index.firstFrom(cursor.tick + 1), -1, track);
  }

  // Goes there and selects it (or adds it to the selection).
  stepNote(direction: 1 | -1, extend = false): boolean {
    const { index } = this.#roll.scene;
    const next = this.nextPlace(direction);
    if (next < 0) return false;
    this.focusNote(index.notes.id(next), extend ? 'add' : 'replace');
    return true;
  }

  stepEdge(direction: 1 | -1): void {
    const { index, track } = this.#roll.scene;
    const place = index.neighbour(direction > 0 ? index.notes.length : -1, direction > 0 ? -1 : 1, track);
    if (place >= 0) this.focusNote(index.notes.id(place), 'replace');
  }

  focusNote(id: Id, how: 'replace' | 'add' | 'keep'): void {
    const { notes } = this.#roll.scene.index;
    const i = notes.indexOf(id);
    if (i < 0) return;
    if (how !== 'keep') this.#roll.session.select([id], how);
    const cursor = { tick: notes.start[i]!, key: notes.key[i]! };
    this.#roll.state.setState({ focus: id, cursor });
    this.#roll.showTick(cursor.tick, cursor.key);
    this.#roll.auditionEdit(cursor.key, notes.velocity[i]);
  }

  addAtCursor(): void {
    const { cursor } = this.#roll.state.getState();
    const length = this.#roll.scene.grid || 7680;
    const id = this.#roll.session.edit.addNote({
      start: Math.round(cursor.tick),
      duration: length,
      key: cursor.key,
    });
    this.#roll.session.select([id]);
    this.#roll.state.setState({ focus: id });
    this.#roll.auditionEdit(cursor.key);
  }
}
