import { announceFocus } from '../roll/describe';
import { GRIDS } from '../roll/grid';
import { extentOf } from '../roll/notes';
import { prefs } from '../lib/prefs';
import { say, screen } from '../lib/screen';
import { type Action, type App, needsNotes, needsProject, needsSelection, stateOf } from './types';

const FINE = 960; // ticks of a nudge off the grid: a 1/16 of a quarter note

const unit = (app: App): number => app.roll.scene.grid || 3840;

// A chord stays a chord: nothing moves past the ends of the keyboard or before the start.
function shift(app: App, ticks: number, keys: number): void {
  const { notes, selection } = stateOf(app);
  const places = [...selection].map((id) => notes.indexOf(id)).filter((i) => i >= 0);
  const extent = extentOf(notes, places);
  if (!extent || extent.low + keys < 0 || extent.high + keys > 127) return;
  app.session.edit.move(selection, Math.max(-extent.start, ticks), keys);
  followFocus(app, keys !== 0);
}

function stretch(app: App, ticks: number): void {
  app.session.edit.resize(stateOf(app).selection, 'end', ticks);
  announceFocus(app.roll);
}

// Keeps the cursor on the note that was moved, in sight and audible.
function followFocus(app: App, sound: boolean): void {
  const { notes, selection } = stateOf(app);
  const { focus } = app.roll.state.getState();
  const id = focus !== null && selection.has(focus) ? focus : [...selection][0];
  const i = id === undefined ? -1 : notes.indexOf(id);
  if (i < 0) return;
  const cursor = { tick: notes.start[i]!, key: notes.key[i]! };
  app.roll.state.setState({ focus: id!, cursor });
  app.roll.showTick(cursor.tick, cursor.key);
  if (sound) app.roll.auditionEdit(cursor.key, notes.velocity[i]);
  announceFocus(app.roll);
}

// Arrows move what is selected; with nothing selected they move the cursor.
function arrow(app: App, time: -1 | 0 | 1, keys: number): void {
  if (stateOf(app).selection.size > 0) shift(app, time * unit(app), keys);
  else {
    app.roll.keyboard.stepCursor(time, keys);
    announceFocus(app.roll);
  }
}

function louder(app: App, by: number): void {
  app.session.edit.changeVelocity(stateOf(app).selection, by);
  announceFocus(app.roll);
}

function nextGrid(by: number): void {
  const at = GRIDS.findIndex((grid) => grid.id === prefs.getState().grid);
  const grid = GRIDS[(at + by + GRIDS.length) % GRIDS.length]!;
  prefs.setState({ grid: grid.id });
  say(`Grid: ${grid.spoken}`);
}

const roll = (
  id: string,
  title: string,
  keys: readonly string[],
  run: Action['run'],
  why: Action['why'],
  hidden = true,
): Action => ({ id, title, group: 'Notes', keys, scope: 'roll', hidden, run, why });

export const rollActions: readonly Action[] = [
  roll(
    'left',
    'Selection or cursor a grid step earlier',
    ['ArrowLeft'],
    (app) => arrow(app, -1, 0),
    needsProject,
  ),
  roll(
    'right',
    'Selection or cursor a grid step later',
    ['ArrowRight'],
    (app) => arrow(app, 1, 0),
    needsProject,
  ),
  roll('up', 'Selection or cursor a semitone up', ['ArrowUp'], (app) => arrow(app, 0, 1), needsProject),
  roll(
    'down',
    'Selection or cursor a semitone down',
    ['ArrowDown'],
    (app) => arrow(app, 0, -1),
    needsProject,
  ),
  roll(
    'octave-up',
    'An octave up',
    ['Shift+ArrowUp', 'Alt+ArrowUp'],
    (app) => shift(app, 0, 12),
    needsSelection,
    false,
  ),
  roll(
    'octave-down',
    'An octave down',
    ['Shift+ArrowDown', 'Alt+ArrowDown'],
    (app) => shift(app, 0, -12),
    needsSelection,
    false,
  ),
  roll(
    'nudge-left',
    'Nudge a little earlier',
    ['Alt+ArrowLeft'],
    (app) => shift(app, -FINE, 0),
    needsSelection,
  ),
  roll(
    'nudge-right',
    'Nudge a little later',
    ['Alt+ArrowRight'],
    (app) => shift(app, FINE, 0),
    needsSelection,
  ),
  roll(
    'shorter',
    'Shorten by a grid step',
    ['Shift+ArrowLeft'],
    (app) => stretch(app, -unit(app)),
    needsSelection,
  ),
  roll(
    'longer',
    'Lengthen by a grid step',
    ['Shift+ArrowRight'],
    (app) => stretch(app, unit(app)),
    needsSelection,
  ),
  roll(
    'shorter-fine',
    'Shorten a little',
    ['Alt+Shift+ArrowLeft'],
    (app) => stretch(app, -FINE),
    needsSelection,
  ),
  roll(
    'longer-fine',
    'Lengthen a little',
    ['Alt+Shift+ArrowRight'],
    (app) => stretch(app, FINE),
    needsSelection,
  ),
  roll('softer', 'Softer', ['['], (app) => louder(app, -8), needsSelection),
  roll('louder', 'Louder', [']'], (app) => louder(app, 8), needsSelection),
  roll('softer-fine', 'A touch softer', ['{'], (app) => louder(app, -1), needsSelection),
  roll('louder-fine', 'A touch louder', ['}'], (app) => louder(app, 1), needsSelection),
  roll(
    'next-note',
    'Next note',
    ['Tab', '.'],
    (app) => void (app.roll.keyboard.stepNote(1) && announceFocus(app.roll)),
    needsNotes,
  ),
  roll(
    'previous-note',
    'Previous note',
    ['Shift+Tab', ','],
    (app) => void (app.roll.keyboard.stepNote(-1) && announceFocus(app.roll)),
    needsNotes,
  ),
  roll(
    'extend-next',
    'Add the next note to the selection',
    ['Alt+.'],
    (app) => void app.roll.keyboard.stepNote(1, true),
    needsNotes,
  ),
  roll(
    'extend-previous',
    'Add the previous note to the selection',
    ['Alt+,'],
    (app) => void app.roll.keyboard.stepNote(-1, true),
    needsNotes,
  ),
  roll('first-note', 'First note', ['Ctrl+Home'], (app) => app.roll.keyboard.stepEdge(-1), needsNotes),
  roll('last-note', 'Last note', ['Ctrl+End'], (app) => app.roll.keyboard.stepEdge(1), needsNotes),
  roll(
    'bar-left',
    'Cursor a bar back',
    ['Ctrl+ArrowLeft'],
    (app) => app.roll.keyboard.stepBar(-1),
    needsProject,
  ),
  roll(
    'bar-right',
    'Cursor a bar on',
    ['Ctrl+ArrowRight'],
    (app) => app.roll.keyboard.stepBar(1),
    needsProject,
  ),
  roll(
    'add-note',
    'Add a note at the cursor',
    ['Enter'],
    (app) => {
      app.roll.keyboard.addAtCursor();
      announceFocus(app.roll);
    },
    needsProject,
  ),
  roll(
    'play-here',
    'Play from the cursor',
    ['Ctrl+Enter'],
    (app) => {
      app.session.playback.seek(app.roll.state.getState().cursor.tick);
      return app.session.playback.play();
    },
    needsProject,
    false,
  ),
  roll(
    'select-none',
    'Call off the take, or select nothing',
    ['Escape'],
    (app) => {
      if (screen.getState().panel) {
        screen.setState({ panel: false });
        return;
      }
      if (stateOf(app).hum.phase !== 'idle') {
        app.session.hum.cancel();
        return;
      }
      app.session.select([]);
      app.roll.state.setState({ focus: null });
    },
    undefined,
  ),
  {
    id: 'pencil',
    title: 'Pencil: draw notes by clicking',
    group: 'Notes',
    keys: ['P'],
    scope: 'page',
    run: () => prefs.setState((p) => ({ tool: p.tool === 'pencil' ? 'select' : 'pencil' })),
  },
  {
    id: 'finer-grid',
    title: 'Next grid',
    group: 'Notes',
    keys: ['G'],
    scope: 'page',
    run: () => nextGrid(1),
  },
  {
    id: 'coarser-grid',
    title: 'Previous grid',
    group: 'Notes',
    keys: ['Shift+G'],
    scope: 'page',
    run: () => nextGrid(-1),
  },
];
