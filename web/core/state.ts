// The state of a session before anything has happened.
import type { NotesView, SessionState, SongView } from './types';

export const NO_NOTES: NotesView = {
  length: 0,
  start: new Float64Array(0),
  duration: new Float64Array(0),
  key: new Uint8Array(0),
  velocity: new Uint8Array(0),
  confidence: new Float32Array(0),
  track: new Uint16Array(0),
  id: () => '',
  indexOf: () => -1,
};

const NO_SONG: SongView = {
  title: '',
  tempos: [{ at: 0, bpm: 120 }],
  metres: [{ at: 0, numerator: 4, denominator: 4 }],
  key: '',
  loop: { on: false, start: 0, end: 0 },
  tracks: [],
  takes: [],
  master: { devices: [], sends: [], lanes: [] },
  end: 0,
};

export const START: SessionState = {
  ready: false,
  failed: null,
  project: null,
  projects: [],
  save: { kind: 'none' },
  online: false,
  people: [],
  revision: 0,
  song: NO_SONG,
  notes: NO_NOTES,
  track: null,
  selection: new Set(),
  clipboard: false,
  undo: null,
  redo: null,
  transport: {
    playing: false,
    recording: false,
    counting: false,
    metronome: false,
    metronomeDb: -12,
    countInBars: 0,
    source: 'notes',
  },
  engine: { state: 'off', load: 0, dropouts: 0, latencyMs: 0, rate: 0, sharedMemory: false },
  fonts: [],
  instrument: null,
  hum: { phase: 'idle' },
  exporting: null,
  report: null,
  notices: [],
  masterDb: 0,
  effects: [],
  armed: false,
};
