import { toast } from '../lib/screen';
import { extentOf } from '../roll/notes';
import { tap } from '../lib/tap';
import { type Action, needsProject, needsTake, stateOf } from './types';

// R means "now": record when nothing records, end the take when something does.
export const transportActions: readonly Action[] = [
  {
    id: 'play',
    title: 'Play or stop',
    group: 'Transport',
    keys: ['Space'],
    scope: 'page',
    also: 'pause start',
    why: needsProject,
    run: ({ session }) => session.playback.toggle(),
  },
  {
    id: 'record',
    title: 'Hum: record or finish',
    group: 'Transport',
    keys: ['R'],
    scope: 'page',
    also: 'sing whistle microphone',
    why: needsProject,
    run: (app) => {
      const { phase } = stateOf(app).hum;
      if (phase === 'recording') return app.session.hum.stop();
      if (phase === 'idle' || phase === 'failed') return app.session.hum.record();
      if (phase === 'asking' || phase === 'count-in') app.session.hum.cancel();
      return undefined; // while it listens to the take only Cancel ends it
    },
  },
  {
    id: 'to-start',
    title: 'Go to the start',
    group: 'Transport',
    keys: ['Home'],
    scope: 'page',
    also: 'rewind beginning',
    run: ({ session, roll }) => {
      session.playback.seek(0);
      roll.follow = true;
      roll.keyboard.setCursor(0, roll.state.getState().cursor.key);
    },
  },
  {
    id: 'to-end',
    title: 'Go to the end',
    group: 'Transport',
    keys: ['End'],
    scope: 'page',
    run: (app) => {
      const { end } = stateOf(app).song;
      app.session.playback.seek(end);
      app.roll.keyboard.setCursor(end, app.roll.state.getState().cursor.key);
    },
  },
  {
    id: 'loop',
    title: 'Loop on or off',
    group: 'Transport',
    keys: ['L'],
    scope: 'page',
    also: 'repeat cycle',
    why: needsProject,
    run: (app) => {
      const { loop, end } = stateOf(app).song;
      if (loop.on || loop.end > loop.start) return app.session.edit.setLoop({ on: !loop.on });
      const { map } = app.roll.scene;
      const bars = map.bars(Math.max(1, end), Math.max(1, end) + 15360 * 64);
      return app.session.edit.setLoop({ on: true, start: 0, end: bars[0]?.tick ?? 15360 * 4 });
    },
  },
  {
    id: 'loop-selection',
    title: 'Loop the selected notes',
    group: 'Transport',
    keys: ['Shift+L'],
    scope: 'page',
    why: (state) => (state.selection.size > 0 ? null : 'Select notes first'),
    run: (app) => {
      const { notes, selection } = stateOf(app);
      const extent = extentOf(
        notes,
        [...selection].map((id) => notes.indexOf(id)).filter((i) => i >= 0),
      );
      if (!extent) return;
      const { map } = app.roll.scene;
      const start = map.barStart(extent.start);
      const end = map.bars(extent.end, extent.end + 15360 * 64)[0]?.tick ?? extent.end;
      app.session.edit.setLoop({ on: true, start, end });
    },
  },
  {
    id: 'metronome',
    title: 'Metronome on or off',
    group: 'Transport',
    keys: ['M'],
    scope: 'page',
    also: 'click',
    run: (app) => app.session.playback.setMetronome(!stateOf(app).transport.metronome),
  },
  {
    id: 'count-in',
    title: 'Count-in: none, one or two bars',
    group: 'Transport',
    keys: ['C'],
    scope: 'page',
    run: (app) => app.session.playback.setCountIn((stateOf(app).transport.countInBars + 1) % 3),
  },
  {
    id: 'tap',
    title: 'Tap the tempo',
    group: 'Transport',
    keys: ['T'],
    scope: 'page',
    also: 'bpm',
    why: needsProject,
    run: ({ session }) => {
      const bpm = tap(performance.now());
      if (bpm !== null) session.edit.setTempo(bpm);
    },
  },
  {
    id: 'source',
    title: 'Hear the notes, the recording, or both',
    group: 'Transport',
    keys: ['O'],
    scope: 'page',
    also: 'original compare a/b take',
    why: needsTake,
    run: (app) => {
      const order = ['notes', 'take', 'both'] as const;
      const at = order.indexOf(stateOf(app).transport.source);
      app.session.playback.setSource(order[(at + 1) % 3]!);
    },
  },
  {
    id: 'panic',
    title: 'Silence everything',
    group: 'Transport',
    keys: ['Shift+Escape'],
    scope: 'page',
    also: 'panic stuck note all sound off',
    run: ({ session }) => {
      session.playback.stop();
      session.playback.panic();
      toast('All sound is off.');
    },
  },
];
