// A stream that lives in memory only: enough of one to work on the screen. For development.
import { createStore } from 'zustand/vanilla';
import type { Stream, StreamBar, StreamNote, StreamSetting, StreamState } from '../../core/stream_types';

const row = (id: string, name: string, more: Partial<StreamSetting> = {}): StreamSetting => ({
  id,
  name,
  unit: '',
  min: 0,
  max: 1,
  default: 0.4,
  scale: 'linear',
  choices: [],
  when: 'at_once',
  ...more,
});
const choice = (id: string, name: string, choices: string[], initial: number): StreamSetting =>
  row(id, name, { scale: 'choice', choices, max: choices.length - 1, default: initial, when: 'at_bar' });
const TONICS = ['C', 'C#', 'D', 'D#', 'E', 'F', 'F#', 'G', 'G#', 'A', 'A#', 'B'];
const MODES = 'aeolian dorian phrygian lydian mixolydian ionian harmonic-minor pentatonic'
  .split(' ')
  .map((m) => m.replace('-', ' '));
const VOICES = ['pad', 'choir', 'piano', 'pluck', 'bell', 'bass', 'drums', 'texture'];
const TABLE: StreamSetting[] = [
  choice('key', 'Key', TONICS, 9),
  choice('mode', 'Mode', MODES, 0),
  row('bpm', 'Tempo', { min: 40, max: 180, default: 70, scale: 'integer', when: 'at_bar' }),
  row('intensity', 'Intensity'),
  row('density', 'Density', { when: 'at_bar' }),
  row('brightness', 'Brightness', { default: 0.5 }),
  row('space', 'Space', { default: 0.6 }),
  choice('style', 'Style', ['ambient', 'drift', 'pulse', 'piano', 'choir', 'night'], 0),
  row('transition', 'Transition', { unit: 's', max: 60, default: 4 }),
  ...VOICES.flatMap((v) => [
    row(`${v}_on`, v, { scale: 'toggle', default: v === 'drums' ? 0 : 1, when: 'at_bar' }),
    row(`${v}_level`, v, { unit: 'dB', min: -24, max: 6, default: 0 }),
  ]),
];
const CHORDS = [
  { name: 'Am7', pitches: [9, 0, 4, 7] },
  { name: 'Fmaj7', pitches: [5, 9, 0, 4] },
  { name: 'C/E', pitches: [0, 4, 7] },
  { name: 'Gsus4', pitches: [7, 0, 2] },
];
const SECTIONS = ['opening', 'theme', 'variation', 'lift', 'theme', 'calm', 'variation', 'close'];

function barOf(number: number): StreamBar {
  const frames = Math.round((4 * 60 * 48000) / 70);
  const index = number % 64;
  const chord = CHORDS[number % 4]!;
  const notes: StreamNote[] = [];
  for (const p of chord.pitches)
    notes.push({ voice: 'pad', key: 48 + p, velocity: 70, start: 0, duration: frames - 2000 });
  notes.push({ voice: 'bass', key: 36 + chord.pitches[0]!, velocity: 90, start: 0, duration: frames * 0.8 });
  const walk = [0, 2, 1, 3, 2, 1];
  for (let i = 0; i < 6; i++) {
    const tone = chord.pitches[walk[(i + number) % 6]! % chord.pitches.length]!;
    const start = (frames * i) / 6 + (i % 2) * 3000;
    notes.push({
      voice: i % 3 === 0 ? 'piano' : 'pluck',
      key: 60 + tone,
      velocity: 60 + 9 * i,
      start,
      duration: 14000,
    });
  }
  if (number % 2)
    notes.push({ voice: 'bell', key: 84 + (number % 7), velocity: 50, start: frames / 2, duration: 40000 });
  for (let i = 0; i < 8; i++)
    notes.push({
      voice: 'drums',
      key: i % 4 === 0 ? 36 : 70,
      velocity: 40 + 30 * (i % 2),
      start: (frames * i) / 8,
      duration: 4000,
    });
  const within = (index % 8) / 8;
  return {
    frame: number * frames,
    frames,
    bpm: 70,
    chapter: Math.floor(number / 64),
    index,
    bars: 64,
    section: SECTIONS[Math.floor(index / 8)]!,
    tension: Math.min(1, 0.2 + 0.6 * Math.sin((index / 64) * Math.PI) + 0.15 * within),
    key: 'A aeolian',
    chords: [{ at: 0, frames, ...chord }],
    notes,
  };
}

export function memoryStream(scene: string): Stream {
  const began = performance.now();
  const quiet = scene === 'stream-empty';
  const store = createStore<StreamState>(() => ({
    phase: quiet ? 'off' : scene === 'stream-failed' ? 'failed' : 'playing',
    problem:
      scene === 'stream-failed'
        ? { code: 'io', message: 'The server does not answer.', next: 'See whether it runs, then try again.' }
        : null,
    channels: [
      {
        id: 'ambient',
        name: 'Ambient',
        visibility: 'public',
        mine: false,
        controllable: true,
        listeners: 12,
        favourite: true,
        rating: 1,
        seed: '7',
      },
      {
        id: 'x',
        name: 'Late shift',
        visibility: 'link',
        mine: true,
        controllable: true,
        listeners: 0,
        favourite: false,
        rating: 0,
        seed: '99',
      },
    ],
    channel: 'ambient',
    table: TABLE,
    settings: Object.fromEntries(TABLE.map((s) => [s.id, s.default])),
    seed: '7',
    presets: [{ id: '1', name: 'Rain outside', settings: {} }],
    pending: [],
    lowLatency: false,
    volume: 0.8,
    bars: quiet ? [] : Array.from({ length: 26 }, (_, i) => barOf(i)),
    quality: 'good',
    health: {
      bufferMs: 212,
      targetMs: 220,
      latencyMs: 318,
      rttMs: 1.2,
      jitterMs: 4,
      driftPpm: 3.1,
      stretch: 0.00012,
      underruns: 0,
      reconnects: 0,
      decoder: 'webcodecs',
      kbps: 97,
      listeners: 12,
      serverBufferMs: 100,
      renderLoad: 0.004,
      encodeLoad: 0.006,
      serverUnderruns: 0,
    },
  }));
  const heard = (): number => (quiet ? -1 : 22 * 164571 + ((performance.now() - began) / 1000) * 48000);
  const done = async (): Promise<void> => undefined;
  return {
    store,
    refresh: done,
    play: async () =>
      store.setState({ phase: 'playing', bars: Array.from({ length: 26 }, (_, i) => barOf(i)) }),
    pause: () => store.setState({ phase: 'off' }),
    control: (changes) => {
      const at = (Math.floor(heard() / 164571) + 1) * 164571;
      store.setState((s) => ({
        settings: { ...s.settings, ...changes },
        pending: Object.keys(changes)
          .filter((id) => TABLE.find((t) => t.id === id)?.when === 'at_bar')
          .map((id) => ({ id, frame: at })),
      }));
    },
    reseed: (seed) => store.setState({ seed }),
    setVolume: (volume) => store.setState({ volume }),
    setLowLatency: (lowLatency) => store.setState({ lowLatency }),
    createChannel: async () => 'x',
    deleteChannel: done,
    linkOf: (id) => `${location.origin}/?channel=${id}#stream`,
    favourite: done,
    rate: done,
    savePreset: done,
    deletePreset: done,
    save: async () => ({ url: '', name: '', project: '' }),
    heardFrame: heard,
    level: () => 0.4 + 0.2 * Math.sin(performance.now() / 300),
    spectrum: (into) => {
      for (let i = 0; i < into.length; i++)
        into[i] = -40 - 14 * Math.log2(1 + i / 8) + 5 * Math.sin(i * 0.7 + performance.now() / 400);
    },
    dispose: () => undefined,
  };
}
