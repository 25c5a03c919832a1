// A practice that lives in memory only: enough of one to work on the screen. For development.
import { createStore } from 'zustand/vanilla';
import {
  type Practice,
  type PracticeState,
  STEM_NAMES,
  type StemName,
  type StemPeaks,
} from '../../core/practice_types';
import { barFrom } from '../lib/bars';

const DURATION = 222;
const BEAT = 60 / 92;
const CHORDS = ['F#m', 'D', 'A', 'E', 'F#m', 'D', 'Bm', 'C#7'];
const SECTIONS = ['Intro', 'Verse', 'Chorus', 'Verse', 'Chorus', 'Bridge', 'Chorus', 'Outro'];

function wave(name: StemName): StemPeaks {
  const seconds = 512 / 44100;
  const columns = Math.ceil(DURATION / seconds);
  const max = new Int8Array(columns);
  const min = new Int8Array(columns);
  for (let i = 0; i < columns; i++) {
    const at = i * seconds;
    const beat = (at / BEAT) % 1;
    const bar = Math.floor(at / BEAT / 4);
    const slow = 0.6 + 0.4 * Math.sin(at * 0.9 + name.length);
    const high = {
      drums: Math.exp(-5 * beat) * (bar % 4 === 3 ? 1 : 0.8),
      bass: 0.75 * slow * (0.7 + 0.3 * Math.exp(-3 * ((at / BEAT / 2) % 1))),
      other: 0.5 + 0.3 * Math.sin(at * 0.31),
      vocals: bar % 24 > 7 && bar % 24 < 20 ? 0.75 * Math.abs(Math.sin(at * 1.7)) + 0.1 : 0.02,
    }[name];
    max[i] = Math.round(127 * high * (0.75 + 0.25 * Math.sin(i * 12.9898)));
    min[i] = -max[i]!;
  }
  return { seconds, columns, max, min };
}

const day = (back: number): string => new Date(Date.now() - back * 864e5).toISOString().slice(0, 10);

export function memoryPractice(scene: string): Practice {
  const beats = Array.from({ length: Math.floor(DURATION / BEAT) }, (_, i) => 0.4 + i * BEAT);
  const downbeats = beats.filter((_, i) => i % 4 === 0);
  const bars = downbeats.length;
  const at = (bar: number): number => downbeats[Math.min(bars - 1, bar - 1)]!;
  const song = {
    id: 's1',
    blob: '0',
    title: 'Night Train',
    artist: 'The Late Shift',
    duration: DURATION,
    added: new Date().toISOString(),
    tempo: 92,
    key: 'F# minor',
    seconds: 4100,
    model: 'instant' as const,
  };
  const empty = scene.includes('empty');
  const half = scene.includes('half');
  const start: PracticeState = {
    phase: empty ? 'empty' : 'ready',
    problem: null,
    songs: empty
      ? []
      : [song, { ...song, id: 's2', title: 'Harbour Lights', artist: '', key: 'G major', seconds: 0 }],
    imports:
      half || scene.includes('import')
        ? [
            {
              id: 'a',
              name: 'Harbour Lights.m4a',
              state: 'running',
              progress: 0.4,
              sentence: 'Taking drums, bass and voice apart',
              position: 0,
              song: '',
              problem: null,
            },
            {
              id: 'b',
              name: 'notes.pdf',
              state: 'failed',
              progress: 0,
              sentence: '',
              position: 0,
              song: '',
              problem: {
                code: 'bad_input',
                message: 'This file holds no sound.',
                next: 'Choose a recording such as MP3, M4A, WAV or FLAC.',
              },
            },
            {
              id: 'c',
              name: 'Live in Kassel.flac',
              state: 'queued',
              progress: 0,
              sentence: 'Waiting',
              position: 2,
              song: '',
              problem: null,
            },
          ]
        : [],
    models: [
      { id: 'instant', name: 'Instant', installed: true },
      { id: 'classical', name: 'Classical', installed: true },
      { id: 'htdemucs', name: 'HTDemucs', installed: false },
      { id: 'here', name: 'On this device', installed: true },
    ],
    model: 'instant',
    cacheBytes: 312e6,
    song: empty ? null : song,
    duration: empty ? 0 : DURATION,
    ready: half ? 90 : DURATION,
    progress: half ? 0.4 : 1,
    sentence: 'Taking it apart',
    took: 1.9,
    fromCache: false,
    stems: STEM_NAMES.map((name, i) => ({ name, gainDb: [-6, -4.5, -9, -7][i]!, solo: false, mute: false })),
    soloLatch: false,
    playing: false,
    counting: false,
    speed: 0.85,
    pitch: 0,
    tuning: 440,
    metronome: false,
    metronomeDb: -6,
    countIn: 1,
    loop: 'l1',
    mark: -1,
    loops: [
      { id: 'l1', name: 'Bars 33–36', start: at(33), end: at(37), passes: 41, clean: 12, bestSpeed: 0.75 },
      { id: 'l2', name: 'Bridge', start: at(57), end: at(65), passes: 6, clean: 2, bestSpeed: 0.6 },
    ],
    pass: 6,
    ladder: { on: true, start: 0.6, end: 1, step: 0.05, passes: 2 },
    analysis: half
      ? null
      : {
          tempo: 92,
          beats,
          downbeats,
          beatsPerBar: 4,
          key: 'F# minor',
          tuning: 441.2,
          chords: downbeats.map((from, i) => ({
            start: from,
            end: downbeats[i + 1] ?? DURATION,
            name: CHORDS[i % 8]!,
          })),
          sections: SECTIONS.map((name, i) => ({
            start: i === 0 ? 0 : at(1 + i * 10),
            end: i === 7 ? DURATION : at(11 + i * 10),
            name,
          })),
          loudness: -14.2,
          corrected: false,
        },
    analysing: half,
    instrument: 'bass',
    hard: half
      ? []
      : [
          {
            start: at(33),
            end: at(37),
            firstBar: 33,
            lastBar: 36,
            score: 0.92,
            reasons: ['11 notes a second', 'off-beat entries'],
          },
          {
            start: at(17),
            end: at(21),
            firstBar: 17,
            lastBar: 20,
            score: 0.8,
            reasons: ['leaps of a tenth', 'chord change every beat'],
          },
          {
            start: at(57),
            end: at(61),
            firstBar: 57,
            lastBar: 60,
            score: 0.7,
            reasons: ['only time this figure appears'],
          },
          {
            start: at(70),
            end: at(72),
            firstBar: 70,
            lastBar: 71,
            score: 0.5,
            reasons: ['8 notes a second'],
          },
        ],
    hardShown: 3,
    tapping: [],
    recordingNow: false,
    recordings: scene.includes('takes')
      ? [{ id: 'r1', start: 70, seconds: 24, speed: 0.85, name: 'Take 1' }]
      : [],
    compare: '',
    streak: {
      days: 12,
      today: false,
      longest: 31,
      week: [6, 5, 4, 3, 2, 1, 0].map((d) => ({
        date: day(d),
        seconds: d === 0 ? 0 : 300 + 400 * ((d * 7) % 5),
      })),
      calendar: Array.from({ length: 84 }, (_, i) => ({
        date: day(83 - i),
        seconds: i < 83 && (i * 13) % 7 > 1 ? 300 + 500 * ((i * 7) % 4) : 0,
      })),
      totalSeconds: 61000,
    },
    achievements: [
      {
        id: 'week',
        name: 'A week',
        text: 'Seven days in a row',
        earned: '2026-11-14T10:00:00Z',
        progress: 1,
      },
      { id: 'month', name: 'A month', text: 'Thirty days in a row', earned: '', progress: 0.4 },
      { id: 'hundred', name: 'A hundred days', text: 'A hundred days in a row', earned: '', progress: 0.12 },
    ],
    sessions: [
      {
        id: '1',
        song: 's1',
        title: 'Night Train',
        started: new Date().toISOString(),
        seconds: 1240,
        loops: 41,
        speed: 0.75,
      },
    ],
    goal: {
      song: 's1',
      title: 'Bars 33–36 at 85 %',
      start: at(33),
      end: at(37),
      speed: 0.7,
      target: 0.85,
      minutes: 15,
      reasons: ['watch the entry on the “and” of 2'],
    },
    practised: 0,
    recordingTime: false,
    band: scene.includes('band')
      ? {
          id: 'b',
          link: `${location.origin}/?band=QmFuZHNlc3Npb24xMjM0NQ#practice`,
          host: true,
          open: true,
          phase: 'joined',
          skewMs: 3.4,
          members: [
            { id: '1', name: 'Mia', host: true, me: true, rttMs: 2, offsetMs: 0.4, ready: true },
            { id: '2', name: 'Jon', host: false, me: false, rttMs: 11, offsetMs: 1.2, ready: true },
            { id: '3', name: 'Kadir', host: false, me: false, rttMs: 0, offsetMs: 0, ready: false },
          ],
        }
      : null,
    mappings: [{ control: 'play', kind: 'cc', channel: 0, number: 64, key: '' }],
    learning: null,
    midi: 'on',
  };
  const store = createStore<PracticeState>(() => start);
  const set = (change: Partial<PracticeState>): void => store.setState(change);
  const peaks = new Map(STEM_NAMES.map((name) => [name, wave(name)]));
  let from = at(35) + 0.9;
  let since = 0;
  const position = (): number => {
    const s = store.getState();
    if (!s.playing) return from;
    const now = from + ((performance.now() - since) / 1000) * s.speed;
    const loop = s.loops.find((l) => l.id === s.loop);
    return loop && now > loop.end
      ? loop.start + ((now - loop.start) % (loop.end - loop.start))
      : Math.min(DURATION, now);
  };
  const seek = (to: number): void => {
    from = Math.min(DURATION, Math.max(0, to));
    since = performance.now();
  };
  const nothing = (): void => undefined;
  const later = (): Promise<void> => Promise.resolve();
  const stem = (name: StemName, change: object): void =>
    set({ stems: store.getState().stems.map((s) => (s.name === name ? { ...s, ...change } : s)) });
  return {
    store,
    refresh: later,
    add: later,
    cancelImport: nothing,
    dismissImport: (id) => set({ imports: store.getState().imports.filter((i) => i.id !== id) }),
    retryImport: nothing,
    setModel: (model) => set({ model }),
    open: later,
    close: nothing,
    separateAgain: later,
    rename: later,
    remove: later,
    downloadUrl: () => '#',
    play: async () => {
      since = performance.now();
      set({ playing: true, recordingTime: true, practised: 754 });
    },
    stop: () => {
      seek(position());
      set({ playing: false });
    },
    seek,
    skip: (by) => seek(position() + by),
    skipBars: (by) => seek(barFrom(store.getState().analysis, position(), by) ?? 0),
    setSpeed: (speed) => {
      seek(position());
      set({ speed });
    },
    cycleSpeed: () => {
      const speed = { 0.7: 0.85, 0.85: 1 }[store.getState().speed] ?? 0.7;
      set({ speed });
      return speed;
    },
    setPitch: (pitch) => set({ pitch }),
    setTuning: (tuning) => set({ tuning }),
    setStem: stem,
    solo: (name, solo) => stem(name, { solo }),
    setSoloLatch: (soloLatch) => set({ soloLatch }),
    setMetronome: (metronome) => set({ metronome }),
    setCountIn: (countIn) => set({ countIn }),
    markStart: () => set({ mark: position() }),
    markEnd: nothing,
    addLoop: async (start, end, name) => {
      const id = `l${Math.round(start * 1000)}`;
      set({
        loops: [
          ...store.getState().loops,
          { id, name: name ?? 'Loop', start, end, passes: 0, clean: 0, bestSpeed: 0 },
        ],
      });
      return id;
    },
    changeLoop: (id, change) =>
      set({ loops: store.getState().loops.map((l) => (l.id === id ? { ...l, ...change } : l)) }),
    removeLoop: (id) => set({ loops: store.getState().loops.filter((l) => l.id !== id) }),
    setLoop: (loop) => set({ loop, pass: 1 }),
    loopHard: later,
    showMoreHard: () => set({ hardShown: 4 }),
    setInstrument: (instrument) => set({ instrument }),
    setLadder: (change) => set({ ladder: { ...store.getState().ladder, ...change } }),
    clean: nothing,
    messy: nothing,
    correctBeats: later,
    tap: () => set({ tapping: [...store.getState().tapping, position()] }),
    endTapping: async () => set({ tapping: [] }),
    correct: later,
    shiftDownbeat: later,
    revertAnalysis: later,
    record: later,
    setCompare: (compare) => set({ compare }),
    removeRecording: nothing,
    recordingUrl: () => '#',
    exportHistory: () => '#',
    takeGoal: later,
    hostBand: async () => '',
    joinBand: later,
    leaveBand: () => set({ band: null }),
    setBandOpen: nothing,
    learn: async (learning) => set({ learning }),
    forget: nothing,
    keyPressed: () => false,
    position,
    peaks: (name) => peaks.get(name) ?? null,
    recordingPeaks: () => peaks.get('bass') ?? null,
    level: () => (store.getState().playing ? 0.5 + 0.3 * Math.random() : 0),
    dispose: nothing,
  };
}
