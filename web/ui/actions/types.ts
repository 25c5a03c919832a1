// What an action is, and what it may touch.
import type { Session, SessionState } from '../../core';
import type { RoomName } from '../lib/rooms';
import type { RollController } from '../roll/controller';

export interface App {
  readonly session: Session;
  readonly roll: RollController;
}

export type Group = 'Transport' | 'Edit' | 'Notes' | 'Mix' | 'File' | 'View' | 'Practice' | 'Stream';

export interface Action {
  readonly id: string;
  readonly title: string; // as in menus and the palette
  readonly group: Group;
  readonly keys: readonly string[]; // the first is shown
  // Where its keys work: everywhere but in text fields, or only in the piano roll.
  readonly scope: 'page' | 'roll';
  readonly room?: RoomName; // works there alone, and there goes before what else has its keys
  readonly hidden?: boolean; // not in the palette: makes sense by key only
  readonly also?: string; // other words for it, for searching
  readonly once?: boolean; // a key held down does not repeat it
  readonly run: (app: App) => unknown;
  readonly release?: (app: App, heldMs: number) => void; // its key was let go
  readonly why?: (state: SessionState) => string | null; // why it is not possible now; null when it is
}

export function stateOf(app: App): SessionState {
  return app.session.store.getState();
}

export const needsProject = (state: SessionState): string | null =>
  state.ready ? null : 'The project is still opening';

export const needsNotes = (state: SessionState): string | null =>
  needsProject(state) ?? (state.notes.length > 0 ? null : 'There are no notes yet');

export const needsSelection = (state: SessionState): string | null =>
  needsProject(state) ?? (state.selection.size > 0 ? null : 'Select notes first');

export const needsTake = (state: SessionState): string | null =>
  needsProject(state) ?? (state.song.takes.length > 0 ? null : 'There is no recording yet');
