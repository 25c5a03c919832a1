// The Practice room: a song in its stems, played along with (practice_types.ts).
//
// Not part of core/index: import it when the room is first entered, import('…/core/practice').
import { createStore } from 'zustand/vanilla';
import { PRACTICE_STATE as STATE } from '../worklet/practice_protocol';
import { PracticeApi, analysisReply, type StemsReply } from './practice_api';
import { BandRoom } from './practice_band_room';
import { beatsFromTaps, firstDownbeat, withBeats } from './practice_beats';
import { Controls, isContinuous, listenToMidi, type ControlAction } from './practice_controls';
import { PracticeDatabase } from './practice_database';
import { separateHere } from './practice_here';
import { History } from './practice_history';
import { Library } from './practice_library';
import { LADDER, SLOWEST, FASTEST } from './practice_ladder';
import { Loops } from './practice_loops';
import { PracticeOutput } from './practice_output';
import { PracticeRoom } from './practice_room';
import { OpenSong } from './practice_song';
import { NO_SONG, PRACTICE_START } from './practice_state';
import { OwnTakes } from './practice_takes';
import { Transport } from './practice_transport';
import {
  STEM_NAMES,
  type ControlMapping,
  type Practice,
  type PracticeState,
  type Separation,
  type SongAnalysis,
  type SpeedLadder,
} from './practice_types';
import { StemsWatch } from './practice_watch';
import { failure, problemOf } from './problem';
import { StreamKeep } from './stream_keep';

export interface PracticeOptions {
  server?: string; // another than the page's own
  database?: PracticeDatabase; // for tests
}

const LOOK = 100; // ms
const CRASHED = failure(
  'internal',
  'The player stopped by a fault of its own.',
  'Open the song again.',
).problem;

// What is kept of the room itself.
interface Kept {
  model: Separation;
  soloLatch: boolean;
  metronomeDb: number;
  countIn: number;
  ladder: SpeedLadder;
  mappings: readonly ControlMapping[];
}

export function createPractice(options: PracticeOptions = {}): Practice {
  const store = createStore<PracticeState>(() => PRACTICE_START);
  const set = (change: Partial<PracticeState>) => store.setState(change);
  const get = () => store.getState();
  const api = new PracticeApi(options.server ?? location.origin);
  const keep = new StreamKeep();
  const db = options.database ?? new PracticeDatabase();
  const output = new PracticeOutput(() => set({ phase: 'failed', problem: CRASHED, playing: false }));
  const room = new PracticeRoom(store, api, db, output, keep);
  const history = new History(room);
  const transport = new Transport(room);
  const watch = new StemsWatch(api, (stems: StemsReply) => {
    song.news(stems);
    library.news(stems);
  });
  const loops = new Loops(room, transport, history.sitting);
  const song = new OpenSong(room, transport, () => loops, watch);
  const library = new Library(room, watch);
  const takes = new OwnTakes(room, transport);
  const band = new BandRoom(room, transport, song, loops, async (id, stems) => {
    const known = library.songs.find((s) => s.id === id || s.stems === stems);
    const reply = await api.stems(stems);
    const duration = reply.rate > 0 ? reply.frames / reply.rate : 0;
    const made = { title: 'The band’s song', artist: '', duration, added: '', tempo: 0, key: '', seconds: 0 };
    await open(known ?? { id, blob: reply.song, model: reply.model, stems, ...made }, reply);
  });
  transport.changed = () => song.save();
  loops.changed = () => song.save();

  const kept = room.recall<Partial<Kept>>('room').then((found) => {
    if (found) set(found);
    controls.mappings = get().mappings;
    if (get().mappings.some((m) => m.kind !== 'key')) void midi().catch(() => {});
    transport.sendMetronome();
  });
  function keepRoom() {
    const { model, soloLatch, metronomeDb, countIn, mappings } = get();
    const { ladder } = get();
    room.remember('room', {
      model,
      soloLatch,
      metronomeDb,
      countIn,
      mappings,
      ladder: { ...ladder, on: LADDER.on },
    });
  }

  async function open(reply: Parameters<OpenSong['open']>[0], stems: StemsReply | null = null) {
    await kept;
    history.sitting.end();
    takes.close();
    output.send({ type: 'stop' });
    output.send({ type: 'take', samples: null, start: 0, percent: 100 });
    const opening = song.open(reply, stems);
    void takes.open(reply.id);
    await opening;
  }
  library.onSong = open;
  library.onGone = () => practice.close();
  library.separateHere = (file, { told, signal }) =>
    separateHere(file, room, {
      told,
      signal,
      opened: (reply, frames) => {
        library.put(reply);
        if (get().playing) return null;
        takes.close();
        song.close();
        set({ ...NO_SONG, song: { ...reply, model: 'here' }, phase: 'opening' });
        void output.open().catch((error: unknown) => room.told(error));
        return song.here(reply.stems!, frames, 'here');
      },
    });

  // ---------------------------------------------------------------- time

  const timer = setInterval(() => {
    if (!get().song) return;
    output.pull();
    transport.look();
    loops.look();
    song.look();
    takes.look();
    history.look(output.running && output.current && output.state === STATE.playing);
  }, LOOK);
  const hidden = () => document.visibilityState === 'hidden' && history.draft();
  const online = () => {
    history.flush();
    song.pieces?.wake();
  };
  globalThis.document?.addEventListener('visibilitychange', hidden);
  globalThis.addEventListener?.('online', online);
  globalThis.addEventListener?.('pagehide', hidden);

  // ---------------------------------------------------------------- pedals

  let stopMidi: (() => void) | null = null;
  async function midi() {
    if (stopMidi) return;
    try {
      stopMidi = await listenToMidi((data) => controls.midi(data));
      set({ midi: 'on' });
    } catch (error) {
      set({ midi: problemOf(error).code === 'unsupported' ? 'unsupported' : 'refused' });
      throw error;
    }
  }
  const controls = new Controls(
    [],
    act,
    (mappings) => {
      set({ mappings });
      keepRoom();
    },
    () => set({ learning: null }),
  );
  function act({ control, value }: ControlAction) {
    const stem = STEM_NAMES[Number(control.at(-1)) - 1];
    if (isContinuous(control)) {
      if (control === 'speedKnob') transport.setSpeed(SLOWEST + value * (FASTEST - SLOWEST));
      else
        transport.setStem(stem!, { gainDb: value === 0 ? -60 : Math.max(-60, 6 + 40 * Math.log10(value)) });
      return;
    }
    if (control.startsWith('solo')) {
      const now = get().stems.find((s) => s.name === stem)?.solo;
      if (!get().soloLatch) practice.solo(stem!, value > 0);
      else if (value > 0) practice.solo(stem!, !now);
      return;
    }
    if (value === 0) return;
    const run: Partial<Record<typeof control, () => unknown>> = {
      play: () => (get().playing || get().counting ? practice.stop() : practice.play()),
      speed: () => practice.cycleSpeed(),
      loopStart: () => practice.markStart(),
      loopEnd: () => practice.markEnd(),
      loopOff: () => practice.setLoop(''),
      back: () => practice.skip(-5),
      forward: () => practice.skip(5),
      clean: () => practice.clean(),
      record: () => practice.record(),
    };
    if (control.startsWith('mute')) {
      const now = get().stems.find((s) => s.name === stem)?.mute;
      transport.setStem(stem!, { mute: !now });
      return;
    }
    const done = run[control]?.();
    if (done instanceof Promise) done.catch((error: unknown) => room.told(error));
  }

  // ---------------------------------------------------------------- what is heard, by hand

  async function corrected(analysis: SongAnalysis): Promise<void> {
    const id = get().song?.id;
    const before = get().analysis;
    if (!id || !before) return;
    song.setAnalysis({ ...analysis, corrected: true });
    const raw = { ...song.raw, ...analysisReply({ ...analysis, corrected: true }) };
    try {
      await api.correct(id, await room.person(), raw);
    } catch (error) {
      song.setAnalysis(before);
      throw error;
    }
    await song.hear().catch(() => {});
  }
  const heard = (): SongAnalysis => {
    const { analysis } = get();
    if (!analysis) throw failure('wrong_usage', 'The song has not been heard yet.', 'Wait a moment.');
    return analysis;
  };

  const practice: Practice = {
    store,
    async refresh() {
      await kept;
      const models = await api.separators().catch(() => get().models);
      const here = { id: 'here' as const, name: 'Instant, in this browser', installed: true };
      set({ models: models.some((m) => m.id === 'here') ? models : [...models, here] });
      try {
        await library.refresh();
      } finally {
        if (get().phase === 'starting') set({ phase: 'empty' });
      }
      await history.refresh().catch(() => {});
      const entries = await db.all<{ bytes: number }>('entries').catch(() => []);
      set({ cacheBytes: entries.reduce((sum, e) => sum + e.bytes, 0) });
    },
    add: async (files) => library.add(files),
    cancelImport: (id) => library.cancel(id),
    dismissImport: (id) => library.dismiss(id),
    retryImport: (id) => library.retry(id),
    setModel(model) {
      set({ model });
      keepRoom();
    },
    open: async (id) => open(library.find(id)),
    close() {
      history.sitting.end();
      takes.close();
      song.close();
      output.send({ type: 'stop' });
      output.send({ type: 'song', frames: 0 });
      set({ ...NO_SONG, phase: 'empty' });
    },
    async separateAgain(model) {
      const { song: view } = get();
      if (!view) return;
      const reply = library.find(view.id);
      const person = await room.person();
      const made = await api.process({ blob: reply.blob, name: reply.title, model, person });
      library.put({ ...made.song, stems: made.stems.id, model });
      await open({ ...made.song, stems: made.stems.id, model }, made.stems);
    },
    rename: (id, title, artist) => library.rename(id, title, artist),
    async remove(id) {
      await library.remove(id);
      if (get().song?.id === id) practice.close();
    },
    downloadUrl: (stem, form) => api.stemUrl(song.stems, stem, form),

    play: () => transport.play(),
    stop: () => transport.stop(),
    seek: (at) => transport.seek(at),
    skip: (seconds) => transport.skip(seconds),
    skipBars: (bars) => transport.skipBars(bars),
    setSpeed(speed) {
      transport.setSpeed(speed);
      const { compare, recordings } = get();
      if (compare && recordings.find((r) => r.id === compare)?.speed !== get().speed) takes.setCompare('');
    },
    cycleSpeed: () => transport.cycleSpeed(),
    setPitch: (semitones) => transport.setPitch(semitones),
    setTuning(hz) {
      song.choseTuning(hz);
      transport.setTuning(hz);
    },
    setStem: (name, change) => transport.setStem(name, change),
    solo: (name, on) => transport.setStem(name, { solo: on }),
    setSoloLatch(on) {
      set({ soloLatch: on });
      keepRoom();
    },
    setMetronome(on, db_) {
      set({ metronome: on, ...(db_ === undefined ? {} : { metronomeDb: Math.min(6, Math.max(-40, db_)) }) });
      transport.sendMetronome();
      keepRoom();
    },
    setCountIn(bars) {
      set({ countIn: Math.min(4, Math.max(0, Math.round(bars))) });
      keepRoom();
    },

    markStart: () => loops.markStart(),
    markEnd: () => loops.markEnd(),
    addLoop: async (start, end, name) => loops.add(start, end, name),
    changeLoop: (id, change) => loops.change(id, change),
    removeLoop: (id) => loops.remove(id),
    setLoop: (id) => loops.set(id),
    loopHard: (index) => loops.hard(index),
    showMoreHard() {
      const { hard, hardShown } = get();
      set({ hardShown: Math.min(hard.length, hardShown + 3) });
    },
    setInstrument: (name) => song.setInstrument(name),
    setLadder(change) {
      loops.setLadder(change);
      keepRoom();
    },
    clean: () => loops.said(true),
    messy: () => loops.said(false),

    correctBeats: (beats, perBar, first) => corrected(withBeats(heard(), beats, perBar, first)),
    tap() {
      set({ tapping: [...get().tapping, transport.position()] });
    },
    async endTapping(keepThem) {
      const { tapping, duration, analysis } = get();
      set({ tapping: [] });
      if (!keepThem) return;
      const beats = beatsFromTaps(tapping, duration);
      if (beats.length === 0)
        throw failure('wrong_usage', 'That is too little to find the beat.', 'Tap at least four beats.');
      // The first tap is taken for a one.
      const first = beats.findIndex((b) => b > tapping[0]! - 0.1);
      await corrected(withBeats(heard(), beats, analysis?.beatsPerBar ?? 4, Math.max(0, first)));
    },
    correct: (change) => {
      const analysis = heard();
      const next = { ...analysis, ...change };
      return corrected(
        change.beatsPerBar ? withBeats(next, next.beats, change.beatsPerBar, firstDownbeat(analysis)) : next,
      );
    },
    shiftDownbeat(by) {
      const analysis = heard();
      const { beatsPerBar } = analysis;
      const first = (((firstDownbeat(analysis) + by) % beatsPerBar) + beatsPerBar) % beatsPerBar;
      return corrected({ ...withBeats(analysis, analysis.beats, beatsPerBar, first), tempo: analysis.tempo });
    },
    async revertAnalysis() {
      const id = get().song?.id;
      if (!id) return;
      await api.revert(id, await room.person());
      await song.hear();
    },

    record: () => takes.toggle(),
    setCompare: (id) => takes.setCompare(id),
    removeRecording: (id) => takes.remove(id),
    recordingUrl: (id) => takes.url(id),

    exportHistory: (form) => api.historyUrl(keep.listener, form),
    async takeGoal() {
      const { goal } = get();
      if (!goal) return;
      if (goal.song && goal.song !== get().song?.id) await open(library.find(goal.song));
      if (goal.end > goal.start) {
        const same = get().loops.find(
          (l) => Math.abs(l.start - goal.start) < 0.05 && Math.abs(l.end - goal.end) < 0.05,
        );
        loops.set(same?.id ?? loops.add(goal.start, goal.end));
      }
      transport.setSpeed(goal.speed);
    },

    hostBand: (name, isOpen) => band.host(name, isOpen),
    joinBand: (link, name) => band.joinLink(link, name),
    leaveBand: () => band.leave(),
    setBandOpen: (isOpen) => band.setOpen(isOpen),

    async learn(control) {
      controls.learning = control;
      set({ learning: control });
      // A pedal that types keys needs no MIDI.
      if (control) await midi().catch(() => {});
    },
    forget: (mapping) => controls.forget(mapping),
    keyPressed: (chord) => controls.key(chord),

    position: () => transport.position(),
    peaks: (name) => song.pieces?.peaks.view(STEM_NAMES.indexOf(name)) ?? null,
    recordingPeaks: (id) => takes.peaksOf(id),
    level: (name) => {
      output.pull();
      return output.level(STEM_NAMES.indexOf(name));
    },
    dispose() {
      clearInterval(timer);
      history.sitting.end();
      band.leave();
      takes.close();
      song.close();
      library.close();
      watch.close();
      stopMidi?.();
      globalThis.document?.removeEventListener('visibilitychange', hidden);
      globalThis.removeEventListener?.('online', online);
      globalThis.removeEventListener?.('pagehide', hidden);
      void output.close();
      void keep.close();
      void db.close();
    },
  };
  // For scripts in the browser's console, and for tests: everything the screen can do.
  (globalThis as { tuttiPractice?: Practice }).tuttiPractice = practice;
  return practice;
}
