import { plural, prettyKey } from '../lib/words';
import { prefs } from '../lib/prefs';
import { dropToast, say, toast } from '../lib/screen';
import { gridById } from '../roll/grid';
import type { Id, SessionState } from '../../core';
import { type Action, type App, needsNotes, needsProject, needsSelection, needsTake, stateOf } from './types';

// The selection, or every note of the track when nothing is selected: what quantise and snap act on.
export function selectionOrAll(state: SessionState): Id[] {
  if (state.selection.size > 0) return [...state.selection];
  const track = state.song.tracks.findIndex((t) => t.id === state.track);
  const ids: Id[] = [];
  for (let i = 0; i < state.notes.length; ++i)
    if (state.notes.track[i] === track) ids.push(state.notes.id(i));
  return ids;
}

// Says what was done, with a way back for as long as nothing else is done after it.
const undoable = (app: App, message: string): void => {
  say(message);
  const { revision } = stateOf(app);
  const stop = app.session.store.subscribe((now) => {
    if (now.revision === revision) return;
    stop();
    dropToast(id);
  });
  const id = toast(message, { action: { label: 'Undo', run: () => app.session.undo() } });
};

export const editActions: readonly Action[] = [
  {
    id: 'undo',
    title: 'Undo',
    group: 'Edit',
    keys: ['Ctrl+Z'],
    scope: 'page',
    why: (state) => (state.undo === null ? 'There is nothing to undo' : null),
    run: (app) => {
      say(`Undone: ${stateOf(app).undo ?? ''}`);
      app.session.undo();
    },
  },
  {
    id: 'redo',
    title: 'Redo',
    group: 'Edit',
    keys: ['Ctrl+Shift+Z', 'Ctrl+Y'],
    scope: 'page',
    why: (state) => (state.redo === null ? 'There is nothing to redo' : null),
    run: (app) => {
      say(`Done again: ${stateOf(app).redo ?? ''}`);
      app.session.redo();
    },
  },
  {
    id: 'cut',
    title: 'Cut',
    group: 'Edit',
    keys: ['Ctrl+X'],
    scope: 'roll',
    why: needsSelection,
    run: (app) => {
      say(`${plural(stateOf(app).selection.size, 'note')} cut`);
      app.session.cut();
    },
  },
  {
    id: 'copy',
    title: 'Copy',
    group: 'Edit',
    keys: ['Ctrl+C'],
    scope: 'roll',
    why: needsSelection,
    run: (app) => {
      say(`${plural(stateOf(app).selection.size, 'note')} copied`);
      app.session.copy();
    },
  },
  {
    id: 'paste',
    title: 'Paste at the play position',
    group: 'Edit',
    keys: ['Ctrl+V'],
    scope: 'roll',
    why: (state) => needsProject(state) ?? (state.clipboard ? null : 'Copy notes first'),
    run: async (app) => {
      await app.session.paste();
      say(`${plural(stateOf(app).selection.size, 'note')} pasted`);
    },
  },
  {
    id: 'duplicate',
    title: 'Duplicate after the selection',
    group: 'Edit',
    keys: ['Ctrl+D'],
    scope: 'roll',
    why: needsSelection,
    run: ({ session }) => session.duplicate(),
  },
  {
    id: 'delete',
    title: 'Delete',
    group: 'Edit',
    keys: ['Delete', 'Backspace'],
    scope: 'roll',
    also: 'remove erase',
    why: needsSelection,
    run: (app) => {
      const { selection } = stateOf(app);
      const count = selection.size;
      app.session.edit.remove(selection);
      if (count > 8) undoable(app, `${plural(count, 'note')} deleted.`);
      else say(`${plural(count, 'note')} deleted`);
    },
  },
  {
    id: 'select-all',
    title: 'Select all notes',
    group: 'Edit',
    keys: ['Ctrl+A'],
    scope: 'roll',
    why: needsNotes,
    run: (app) => {
      app.session.selectAll();
      say(`${plural(stateOf(app).selection.size, 'note')} selected`);
    },
  },
  {
    id: 'quantise',
    title: 'Quantise',
    group: 'Edit',
    keys: ['Q'],
    scope: 'page',
    also: 'timing grid quantize',
    why: needsNotes,
    run: (app) => {
      const { grid, strength, quantiseEnds } = prefs.getState();
      const choice = gridById(grid);
      if (choice.ticks === 0) {
        toast('The grid is off. Choose a grid first, then quantise.');
        return;
      }
      const ids = selectionOrAll(stateOf(app));
      app.session.edit.quantise(ids, choice.ticks, strength, quantiseEnds ? 'both' : 'starts');
      undoable(
        app,
        `${plural(ids.length, 'note')} quantised to ${choice.label}, ${Math.round(strength * 100)} %.`,
      );
    },
  },
  {
    id: 'as-heard',
    title: 'Timing as it was sung',
    group: 'Edit',
    keys: ['Shift+Q'],
    scope: 'page',
    also: 'unquantise undo quantise original free human',
    why: (state) => needsNotes(state) ?? needsTake(state),
    run: (app) => {
      const ids = selectionOrAll(stateOf(app));
      app.session.edit.asHeard(ids);
      undoable(app, 'Notes stand where they were sung.');
    },
  },
  {
    id: 'snap-to-key',
    title: 'Snap to key',
    group: 'Edit',
    keys: ['K'],
    scope: 'page',
    also: 'scale tune',
    why: (state) => needsNotes(state) ?? (state.song.key ? null : 'Choose a key first, in the top bar'),
    run: (app) => {
      const state = stateOf(app);
      const ids = selectionOrAll(state);
      app.session.edit.snapToKey(ids);
      undoable(app, `${plural(ids.length, 'note')} snapped to ${prettyKey(state.song.key)}.`);
    },
  },
];
