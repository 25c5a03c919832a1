// A session that lives in memory only: enough of one to work on the screen. For development.
import { createStore } from 'zustand/vanilla';
import type { Id, LiveInput, NotesView, Session, SessionState, SongView } from '../../core';
import { TimeMap } from '../lib/time';
import { bigTune, curveOf, tune, waveOf, type Made } from './tunes';

function viewOf(notes: readonly Made[]): NotesView {
  const sorted = [...notes].sort((a, b) => a.start - b.start || a.key - b.key);
  const places = new Map(sorted.map((n, i) => [n.id, i]));
  return {
    length: sorted.length,
    start: Float64Array.from(sorted, (n) => n.start),
    duration: Float64Array.from(sorted, (n) => n.duration),
    key: Uint8Array.from(sorted, (n) => n.key),
    velocity: Uint8Array.from(sorted, (n) => n.velocity),
    confidence: Float32Array.from(sorted, (n) => n.confidence),
    track: Uint16Array.from(sorted, () => 0),
    id: (i) => sorted[i]!.id,
    indexOf: (id) => places.get(id) ?? -1,
  };
}

const NAMES = ['Grand Piano', 'Bright Piano', 'Felt'];

export function memorySession(scene: string): Session {
  let notes: Made[] =
    scene === 'big' ? bigTune(10000) : scene === 'empty' || scene === 'loading' ? [] : tune();
  const past: Made[][] = [];
  const future: Made[][] = [];
  const hasTake = scene === 'tune' || scene === 'recording';
  const song: SongView = {
    title: 'Night train',
    tempos: [{ at: 0, bpm: 92 }],
    metres: [{ at: 0, numerator: 4, denominator: 4 }],
    key: scene === 'empty' ? '' : 'F# minor',
    loop: { on: scene === 'tune', start: 0, end: 15360 * 8 },
    tracks: [
      {
        id: 't.1',
        name: 'Hum',
        kind: 'notes',
        bank: 0,
        program: 0,
        soundfont: '',
        instrument: '',
        gainDb: 0,
        pan: 0,
        mute: false,
        solo: false,
        colour: '',
        trimDb: 0,
        output: '',
        panLaw: 3,
        invertLeft: false,
        invertRight: false,
        soloSafe: false,
        devices: [],
        sends: [],
        lanes: [],
      },
    ],
    master: { devices: [], sends: [], lanes: [] },
    takes: hasTake
      ? [
          {
            id: 'k.1',
            track: 't.1',
            blob: 'x',
            start: 0,
            rate: 48000,
            frames: 48000 * 16,
            tuningCents: 12,
            gainDb: 0,
          },
        ]
      : [],
    end: 15360 * 26,
  };
  const presets = Array.from({ length: 128 }, (_, program) => ({
    bank: 0,
    program,
    name: NAMES[program % 3]!,
  }));
  const state: SessionState = {
    ready: scene !== 'loading',
    failed:
      scene === 'failed'
        ? {
            code: 'x',
            message: "The studio couldn't open.",
            next: 'Start it again with tutti serve, then try again.',
          }
        : null,
    project: { id: 'p1', title: 'Night train' },
    projects: ['Night train', 'Sketch of Tuesday', 'Lullaby in G'].map((title, i) => ({
      id: `p${i + 1}`,
      title,
      revision: 4,
      created: '2026-11-20T10:00:00Z',
      updated: new Date(Date.now() - i * 9e6).toISOString(),
    })),
    save: scene === 'offline' ? { kind: 'offline', pending: 3 } : { kind: 'saved', at: Date.now() - 2000 },
    online: scene !== 'offline',
    people: [],
    revision: 1,
    song,
    notes: viewOf(notes),
    track: 't.1',
    selection: new Set(scene === 'tune' ? ['n3'] : []),
    clipboard: false,
    undo: null,
    redo: null,
    transport: {
      playing: false,
      recording: false,
      counting: false,
      metronome: false,
      metronomeDb: -12,
      countInBars: 1,
      source: 'notes',
    },
    engine: { state: 'ready', load: 0.03, dropouts: 0, latencyMs: 11, rate: 48000, sharedMemory: true },
    fonts: [
      { id: 'tim', name: 'TimGM6mb', presets: [...presets, { bank: 128, program: 0, name: 'Standard kit' }] },
    ],
    instrument: null,
    hum:
      scene === 'recording'
        ? { phase: 'recording' }
        : scene === 'transcribing'
          ? { phase: 'transcribing', progress: 0.42, sentence: 'Finding the notes' }
          : scene === 'trouble'
            ? {
                phase: 'failed',
                canRetry: true,
                problem: {
                  code: 'no_melody',
                  message: "Couldn't hear a melody.",
                  next: 'Hum closer to the microphone, or raise its level.',
                },
              }
            : { phase: 'idle' },
    exporting: null,
    report: null,
    effects: [],
    armed: false,
    notices:
      scene === 'offline'
        ? [
            {
              id: 1,
              kind: 'info',
              message: "The server can't be reached.",
              next: 'Work goes on; it is saved when the server is back.',
            },
          ]
        : [],
    masterDb: 0,
  };
  const store = createStore<SessionState>(() => state);
  const set = (change: Partial<SessionState>): void => store.setState(change);
  const setSong = (change: Partial<SongView>): void => set({ song: { ...store.getState().song, ...change } });
  const commit = (next: Made[], label: string): void => {
    past.push(notes);
    future.length = 0;
    notes = next;
    set({ notes: viewOf(notes), undo: label, redo: null, revision: store.getState().revision + 1 });
  };
  const change = (ids: Iterable<Id>, label: string, edit: (n: Made) => Made): void => {
    const chosen = new Set(ids);
    commit(
      notes.map((n) => (chosen.has(n.id) ? edit(n) : n)),
      label,
    );
  };
  const clamp = (v: number, low: number, high: number): number => Math.min(high, Math.max(low, v));
  let count = notes.length + 1;
  let clipboard: Made[] = [];
  let at = scene === 'tune' ? 15360 * 9.3 : 0;
  let began = 0;
  const map = (): TimeMap => new TimeMap(store.getState().song.tempos, store.getState().song.metres);
  const position = (): number => {
    if (!store.getState().transport.playing) return at;
    return map().ticks(map().seconds(at) + (performance.now() - began) / 1000);
  };
  const transport = (t: Partial<SessionState['transport']>): void =>
    set({ transport: { ...store.getState().transport, ...t } });
  const pasteAt = (tick: number): void => {
    const first = Math.min(...clipboard.map((n) => n.start));
    const made = clipboard.map((n) => ({ ...n, id: `n${++count}`, start: n.start - first + tick }));
    commit([...notes, ...made], 'Paste');
    set({ selection: new Set(made.map((n) => n.id)) });
  };
  const session: Session = {
    store,
    edit: {
      addNote: (n) => {
        const id = `n${++count}`;
        commit(
          [
            ...notes,
            {
              id,
              start: n.start,
              duration: n.duration,
              key: n.key,
              velocity: n.velocity ?? 100,
              confidence: 1,
            },
          ],
          'Add note',
        );
        return id;
      },
      move: (ids, ticks, keys) =>
        change(ids, 'Move', (n) => ({
          ...n,
          start: Math.max(0, n.start + ticks),
          key: clamp(n.key + keys, 0, 127),
        })),
      resize: (ids, edge, ticks) =>
        change(ids, 'Stretch', (n) =>
          edge === 'end'
            ? { ...n, duration: Math.max(240, n.duration + ticks) }
            : { ...n, start: n.start + ticks, duration: Math.max(240, n.duration - ticks) },
        ),
      setVelocity: (ids, velocity) => change(ids, 'Velocity', (n) => ({ ...n, velocity })),
      changeVelocity: (ids, by) =>
        change(ids, 'Velocity', (n) => ({ ...n, velocity: clamp(n.velocity + by, 1, 127) })),
      remove: (ids) => {
        const gone = new Set(ids);
        commit(
          notes.filter((n) => !gone.has(n.id)),
          'Delete',
        );
        set({ selection: new Set() });
      },
      quantise: (ids, grid, strength) =>
        change(ids, 'Quantise', (n) => ({
          ...n,
          start: Math.round(n.start + (Math.round(n.start / grid) * grid - n.start) * strength),
        })),
      snapToKey: () => undefined,
      transpose: (ids, keys) => change(ids, 'Transpose', (n) => ({ ...n, key: n.key + keys })),
      setTitle: (title) => setSong({ title }),
      setTempo: (bpm) => setSong({ tempos: [{ at: 0, bpm }] }),
      setMetre: (numerator, denominator) => setSong({ metres: [{ at: 0, numerator, denominator }] }),
      setKey: (key) => setSong({ key }),
      setLoop: (loop) => setSong({ loop: { ...store.getState().song.loop, ...loop } }),
      setTrack: (id, fields) =>
        setSong({ tracks: store.getState().song.tracks.map((t) => (t.id === id ? { ...t, ...fields } : t)) }),
      addTrack: () => 't.2',
      removeTrack: () => undefined,
      asHeard: () => undefined,
      setTakeGain: (id, gainDb) =>
        setSong({ takes: store.getState().song.takes.map((t) => (t.id === id ? { ...t, gainDb } : t)) }),
      setMasterGain: (masterDb) => set({ masterDb }),
      group: (_label, edits) => edits(),
      beginGesture: () => undefined,
      endGesture: () => undefined,
    },
    time: {
      seconds: (t) => map().seconds(t),
      ticks: (s) => map().ticks(s),
      bar: (t) => ({
        bar: map().position(t).bar,
        beat: map().position(t).beat,
        within: map().position(t).tick,
      }),
      tickOf: () => 0,
      barStart: (t) => map().barStart(t),
      ticksPerBeat: () => 15360,
      ticksPerBar: () => 61440,
      bpm: (t) => map().bpmAt(t),
    },
    playback: {
      play: async () => {
        began = performance.now();
        transport({ playing: true });
      },
      stop: () => {
        at = position();
        transport({ playing: false });
      },
      toggle: async () =>
        store.getState().transport.playing ? session.playback.stop() : session.playback.play(),
      seek: (t) => {
        at = t;
        began = performance.now();
      },
      position,
      meters: () => {
        const on = store.getState().transport.playing || scene === 'tune';
        const wob = on ? Math.sin(performance.now() / 300) * 3 : 0;
        return on
          ? { peak: [-7 + wob, -8 + wob], rms: [-17 + wob, -18.4 + wob], lufs: -16.2 + wob / 3, reduction: 0 }
          : { peak: [-Infinity, -Infinity], rms: [-Infinity, -Infinity], lufs: -Infinity, reduction: 0 };
      },
      setMetronome: (metronome, db) =>
        transport(db === undefined ? { metronome } : { metronome, metronomeDb: db }),
      setCountIn: (countInBars) => transport({ countInBars }),
      setSource: (source) => transport({ source }),
      noteOn: () => undefined,
      noteOff: () => undefined,
      panic: () => undefined,
    },
    hum: {
      record: async () => set({ hum: { phase: 'recording' } }),
      stop: async () => set({ hum: { phase: 'idle' } }),
      cancel: () => set({ hum: { phase: 'idle' } }),
      open: async () => undefined,
      retry: async () => undefined,
      live: (): LiveInput => {
        const seconds = 6.4;
        const curve = curveOf(tune());
        const hop = 0.01;
        const trace = new Float32Array(Math.floor(seconds / hop));
        trace.forEach((_, i) => {
          const tick = map().ticks(i * hop);
          const k = curve.ticks.findIndex((t) => t >= tick);
          trace[i] = k >= 0 && curve.ticks[k]! - tick < 400 ? curve.pitch[k]! : NaN;
        });
        return {
          seconds,
          level: -18 + Math.sin(performance.now() / 90) * 4,
          peak: -9,
          pitch: 66.12,
          hop,
          trace,
          levels: trace,
        };
      },
    },
    mix: {
      effects: async () => [],
      addTrack: () => 't.2',
      addRecording: async () => null,
      moveTrack: () => undefined,
      setStrip: () => undefined,
      addDevice: () => null,
      moveDevice: () => undefined,
      removeDevice: () => undefined,
      setDevice: () => undefined,
      loadImpulse: async () => undefined,
      setParameter: () => undefined,
      setParameters: () => undefined,
      addSend: () => null,
      setSend: () => undefined,
      removeSend: () => undefined,
      addLane: () => null,
      removeLane: () => undefined,
      addPoint: () => null,
      setPoints: () => undefined,
      removePoints: () => undefined,
      drawPoints: () => undefined,
      arm: () => undefined,
      valueAt: () => null,
      meters: () => ({ peakLeft: 0, peakRight: 0 }),
      reading: () => NaN,
      plot: () => null,
    },
    undo: () => {
      const last = past.pop();
      if (!last) return;
      future.push(notes);
      notes = last;
      set({ notes: viewOf(notes), undo: past.length ? 'edit' : null, redo: 'edit' });
    },
    redo: () => {
      const next = future.pop();
      if (!next) return;
      past.push(notes);
      notes = next;
      set({ notes: viewOf(notes), redo: future.length ? 'edit' : null, undo: 'edit' });
    },
    select: (ids, how = 'replace') => {
      const next = new Set(how === 'replace' ? [] : store.getState().selection);
      for (const id of ids) {
        if (how === 'remove' || (how === 'toggle' && next.has(id))) next.delete(id);
        else next.add(id);
      }
      set({ selection: next });
    },
    selectAll: () => set({ selection: new Set(notes.map((n) => n.id)) }),
    selectTrack: (track) => set({ track }),
    cut: () => {
      session.copy();
      session.edit.remove(store.getState().selection);
    },
    copy: () => {
      clipboard = notes.filter((n) => store.getState().selection.has(n.id));
      set({ clipboard: true });
    },
    paste: async (tick = position()) => pasteAt(tick),
    duplicate: () => {
      session.copy();
      pasteAt(Math.max(...clipboard.map((n) => n.start + n.duration)));
    },
    pitchCurve: () => (hasTake && scene === 'tune' ? curveOf(tune()) : null),
    waveform: () => (hasTake ? waveOf() : null),
    newProject: async () => undefined,
    openProject: async () => undefined,
    deleteProject: async () => undefined,
    listProjects: async () => undefined,
    openFile: async () => undefined,
    mixdown: async () => undefined,
    exportAs: async () => undefined,
    cancelExport: () => undefined,
    dismiss: (id) => set({ notices: store.getState().notices.filter((n) => n.id !== id) }),
    close: async () => undefined,
  };
  return session;
}
