// A session: one project on the desk, with everything a screen can ask for (types.ts).
//
// createSession() answers at once and begins to load; `state.ready` tells when the project is open.
import { createStore } from 'zustand/vanilla';
import { Api } from './api';
import { Database } from './database';
import { Desk } from './desk';
import { makeEdits, runner } from './edits';
import { Exporting } from './exporting';
import { HumFlow } from './hum';
import { Mixing } from './mixing';
import { keepPage } from './offline_page';
import { openFile } from './opening';
import { Player } from './playback';
import { problemOf } from './problem';
import { Projects } from './projects';
import { Selection } from './selection';
import { START } from './state';
import { Takes } from './takes';
import type { PitchCurve, Session, SessionOptions, SessionState, TakeView, TimeMap } from './types';

export function createSession(options: SessionOptions = {}): Session {
  const store = createStore<SessionState>(() => START);
  const desk = new Desk(store, new Api(options.server ?? location.origin), new Database());
  const takes = new Takes(desk.api, desk.db);
  const player = new Player(desk, takes);
  const projects = new Projects(desk, takes);
  const hum = new HumFlow(desk, player, takes, projects);
  const selection = new Selection(desk, player);
  const exporting = new Exporting(desk, projects);
  const run = runner(desk);
  const mixing = new Mixing(desk, player, takes, projects);
  player.prepare = () => mixing.ready();
  player.renewed = () => mixing.forget();
  const stopListening = listen(projects);
  store.subscribe((now, before) => {
    if (before.transport.counting && !now.transport.counting) hum.rolled();
  });

  let curve: { of: TakeView; at: SessionState['song']; curve: PitchCurve } | null = null;
  const told = (work: Promise<void>) => work.catch((error: unknown) => desk.complain(error));
  const open = (work: () => Promise<void>) => {
    hum.cancel();
    player.leave();
    return told(work());
  };

  const session: Session = {
    store,
    edit: makeEdits(desk),
    mix: mixing,
    time: timeOf(desk),
    playback: player,
    hum,
    undo: () => void run({ do: 'undo' }),
    redo: () => void run({ do: 'redo' }),
    select: (ids, how) => selection.select(ids, how),
    selectAll: () => selection.all(),
    selectTrack: (track) => desk.set({ track }),
    cut: () => selection.cut(),
    copy: () => selection.copy(),
    paste: (at) => selection.paste(at),
    duplicate: () => selection.duplicate(),
    pitchCurve() {
      const { song } = desk.state;
      const take = song.takes.at(-1);
      if (!take || !desk.document) return null;
      if (curve?.of.id !== take.id || curve.at !== song) {
        curve = { of: take, at: song, curve: desk.document.pitchCurve(take.id) };
      }
      return curve.curve;
    },
    waveform(id) {
      const { takes: all } = desk.state.song;
      const take = id === undefined ? all.at(-1) : all.find((t) => t.id === id);
      if (!take?.blob || !desk.document) return null;
      const drawn = takes.waveform(take, desk.document.time);
      // Drawn anew once it has come; a recording that cannot be had is simply not drawn.
      if (!drawn)
        takes.prepareWaveform(take.blob).then(
          () => desk.changed(false),
          () => {},
        );
      return drawn;
    },
    newProject: (title = '') => open(() => projects.create(title)),
    openProject: (id) => open(() => projects.open(id)),
    deleteProject: (id) => told(projects.delete(id)),
    listProjects: () => told(projects.list()),
    openFile: (file) => openFile(file, desk, projects, hum, open),
    mixdown: (settings) => exporting.mixdown(settings),
    exportAs: (format) => exporting.exportAs(format),
    cancelExport: () => exporting.cancel(),
    dismiss: (id) => desk.set({ notices: desk.state.notices.filter((n) => n.id !== id) }),
    async close() {
      stopListening();
      hum.cancel();
      projects.keepNow();
      await projects.saved(2000).catch(() => false);
      await projects.leave();
      await player.engine.close();
      await desk.db.close();
    },
  };

  // For scripts in the browser's console, and for tests: everything the screen can do.
  (globalThis as { tutti?: Session }).tutti = session;
  void start(desk, projects, player, options);
  return session;
}

async function start(desk: Desk, projects: Projects, player: Player, options: SessionOptions) {
  try {
    await projects.openFirst(options.project);
  } catch (error) {
    desk.set({ failed: problemOf(error) });
    return;
  }
  void player.instruments.list();
  keepPage();
  if (!(await desk.db.usable())) {
    desk.say(
      'This browser keeps nothing for this page.',
      'Your work is saved on the server only: do not close the page while it is offline.',
    );
  }
}

function listen(projects: Projects): () => void {
  const wake = () => projects.wake();
  const keep = () => {
    if (document.visibilityState === 'hidden') projects.keepNow();
  };
  const leave = () => projects.keepNow();
  addEventListener('online', wake);
  addEventListener('pagehide', leave);
  document.addEventListener('visibilitychange', keep);
  return () => {
    removeEventListener('online', wake);
    removeEventListener('pagehide', leave);
    document.removeEventListener('visibilitychange', keep);
  };
}

// The tempo map of whichever document is open; 120 and 4/4 before the first.
function timeOf(desk: Desk): TimeMap {
  const beat = 15360;
  const none: TimeMap = {
    seconds: (at) => at / (2 * beat),
    ticks: (seconds) => Math.round(seconds * 2 * beat),
    bar: (at) => ({
      bar: 1 + Math.floor(at / (4 * beat)),
      beat: 1 + (Math.floor(at / beat) % 4),
      within: at % beat,
    }),
    tickOf: (bar, b = 1) => ((bar - 1) * 4 + b - 1) * beat,
    barStart: (at) => at - (at % (4 * beat)),
    ticksPerBeat: () => beat,
    ticksPerBar: () => 4 * beat,
    bpm: () => 120,
  };
  const now = () => desk.document?.time ?? none;
  return {
    seconds: (at) => now().seconds(at),
    ticks: (seconds) => now().ticks(seconds),
    bar: (at) => now().bar(at),
    tickOf: (bar, b) => now().tickOf(bar, b),
    barStart: (at) => now().barStart(at),
    ticksPerBeat: (at) => now().ticksPerBeat(at),
    ticksPerBar: (at) => now().ticksPerBar(at),
    bpm: (at) => now().bpm(at),
  };
}
