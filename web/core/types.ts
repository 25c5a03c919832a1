// What the screen sees of a session: plain data and verbs, no WASM, no network, no React.
//
// Times are ticks (whole numbers, 15,360 a quarter note) unless a name says seconds. Ids are the
// document's entity ids as text ("counter.actorhex"). State lives in one zustand store and is replaced,
// never changed in place; what moves sixty times a second (position, meters, live pitch) is read by
// calling, from requestAnimationFrame, and never goes through the store.
import type { StoreApi } from 'zustand/vanilla';
import type {
  EffectInfo,
  LaneView,
  ParameterInfo,
  Plot,
  PointView,
  Shape,
  StripId,
  StripMeters,
  StripView,
} from './mix_types';

export * from './mix_types';

export const TICKS_PER_QUARTER = 15360;
export type Ticks = number;
export type Id = string;

// ---------------------------------------------------------------- the song as it stands

// All notes of the song as flat arrays for drawing, sorted by start, then key. A new object at every
// change of the document; arrays are not to be written to.
export interface NotesView {
  readonly length: number;
  readonly start: Float64Array;
  readonly duration: Float64Array;
  readonly key: Uint8Array; // MIDI note number
  readonly velocity: Uint8Array; // 1 … 127
  readonly confidence: Float32Array; // 0 … 1
  readonly track: Uint16Array; // index into SongView.tracks
  id(index: number): Id;
  indexOf(id: Id): number; // -1 when it is not there
}

export interface TrackView extends StripView {
  readonly id: Id;
  readonly name: string;
  readonly kind: 'notes' | 'drums' | 'audio' | 'bus';
  readonly bank: number;
  readonly program: number; // 0 … 127
  readonly soundfont: string; // '' = the server's first
  readonly instrument: string; // id of a synthesiser that plays instead; '' = the SoundFont
  readonly gainDb: number;
  readonly trimDb: number; // of its instrument, before the effects
  readonly pan: number; // -1 … 1
  readonly mute: boolean;
  readonly solo: boolean;
  readonly colour: string; // CSS colour or ''
  readonly output: Id; // the bus it feeds, '' the master
  readonly panLaw: number; // index into PAN_LAWS
  readonly invertLeft: boolean;
  readonly invertRight: boolean;
  readonly soloSafe: boolean; // goes on sounding while others are soloed
}

// A recording that belongs to the song.
export interface TakeView {
  readonly id: Id;
  readonly track: Id;
  readonly blob: string; // SHA-256 of the audio file, '' until it has been saved
  readonly start: Ticks; // where its first frame lies
  readonly rate: number;
  readonly frames: number;
  readonly tuningCents: number;
  readonly gainDb: number; // added to its track's
}

export interface SongView {
  readonly title: string;
  readonly tempos: readonly { at: Ticks; bpm: number }[]; // first at 0
  readonly metres: readonly { at: Ticks; numerator: number; denominator: number }[]; // first at 0
  readonly key: string; // 'F# minor', '' when unknown
  readonly loop: { readonly on: boolean; readonly start: Ticks; readonly end: Ticks };
  readonly tracks: readonly TrackView[];
  readonly takes: readonly TakeView[];
  readonly master: StripView;
  readonly end: Ticks; // end of the last note or take
}

// ---------------------------------------------------------------- state of the session

export interface Problem {
  readonly code: string;
  readonly message: string; // what happened
  readonly next: string; // what to do
}

export type SaveState =
  | { readonly kind: 'none' } // no project open yet
  | { readonly kind: 'saved'; readonly at: number } // ms since the epoch; the server has it on disk
  | { readonly kind: 'saving'; readonly pending: number }
  | { readonly kind: 'offline'; readonly pending: number } // kept in this browser, sent when it is back
  | { readonly kind: 'failed'; readonly problem: Problem };

export interface Job {
  readonly state: 'running' | 'done' | 'failed' | 'cancelled';
  readonly progress: number; // 0 … 1
  readonly sentence: string;
  readonly problem?: Problem;
}

export type HumState =
  | { readonly phase: 'idle' }
  | { readonly phase: 'asking' } // waiting for permission to use the microphone
  | { readonly phase: 'count-in' }
  | { readonly phase: 'recording' }
  | { readonly phase: 'decoding'; readonly progress: number; readonly sentence: string }
  | { readonly phase: 'transcribing'; readonly progress: number; readonly sentence: string }
  | { readonly phase: 'failed'; readonly problem: Problem; readonly canRetry: boolean };

export interface EngineState {
  readonly state: 'off' | 'loading' | 'ready' | 'failed';
  readonly problem?: Problem;
  readonly load: number; // 0 … 1 of the time available for a block, smoothed
  readonly dropouts: number; // since the start
  readonly latencyMs: number;
  readonly rate: number;
  readonly sharedMemory: boolean; // false: the page is not cross-origin isolated; all works, meters are coarser
}

export interface FontInfo {
  readonly id: string;
  readonly name: string;
  readonly presets: readonly { readonly bank: number; readonly program: number; readonly name: string }[];
}

export interface ProjectInfo {
  readonly id: string;
  readonly title: string;
  readonly revision: number;
  readonly created: string; // ISO 8601
  readonly updated: string;
}

export type PlaySource = 'notes' | 'take' | 'both';

export interface TransportState {
  readonly playing: boolean;
  readonly recording: boolean;
  readonly counting: boolean; // count-in is running
  readonly metronome: boolean;
  readonly metronomeDb: number;
  readonly countInBars: number; // 0, 1, 2 …
  readonly source: PlaySource; // what playing plays
}

export interface Notice {
  readonly id: number;
  readonly kind: 'info' | 'error';
  readonly message: string;
  readonly next: string;
}

export interface SessionState {
  readonly ready: boolean; // the document engine is loaded and a project is open
  readonly failed: Problem | null; // the session itself could not start
  readonly project: { readonly id: string; readonly title: string } | null;
  readonly projects: readonly ProjectInfo[]; // newest first; see Session.listProjects
  readonly save: SaveState;
  readonly online: boolean;
  readonly people: readonly { readonly id: string; readonly name: string }[]; // others in this project
  readonly revision: number; // grows at every change of the document
  readonly song: SongView;
  readonly notes: NotesView;
  readonly track: Id | null; // the track that edits and recording go to
  readonly selection: ReadonlySet<Id>; // notes
  readonly clipboard: boolean; // there is something to paste
  readonly undo: string | null; // label of what undo would undo
  readonly redo: string | null;
  readonly transport: TransportState;
  readonly engine: EngineState;
  readonly fonts: readonly FontInfo[];
  readonly instrument: Job | null; // samples of a program being loaded
  readonly hum: HumState;
  readonly exporting: (Job & { readonly format: ExportFormat }) | null;
  readonly report: LoudnessReport | null; // of the newest mixdown
  readonly notices: readonly Notice[];
  readonly masterDb: number;
  readonly effects: readonly EffectInfo[]; // see Mix.effects
  readonly armed: boolean; // see Mix.arm
}

// ---------------------------------------------------------------- read per frame, by calling

export interface Meters {
  readonly peak: readonly [number, number]; // dBFS of the last 1/60 s, -Infinity when silent
  readonly rms: readonly [number, number]; // dBFS
  readonly lufs: number; // momentary (400 ms), LUFS
  readonly reduction: number; // dB the limiter takes off now, ≥ 0
}

export interface LiveInput {
  readonly seconds: number; // recorded so far
  readonly level: number; // dBFS, RMS of the last block
  readonly peak: number; // dBFS since the recording began
  readonly pitch: number; // fractional MIDI note number now, NaN when unvoiced
  readonly hop: number; // seconds between values of the trace
  readonly trace: Float32Array; // fractional MIDI note numbers so far, NaN where unvoiced
  readonly levels: Float32Array; // dBFS, one a hop
}

// The pitch curve of a take, in place for drawing: ticks ascend, pitch is NaN where unvoiced.
export interface PitchCurve {
  readonly ticks: Float64Array;
  readonly pitch: Float32Array;
}
// Peaks of a take's waveform, one pair a bin.
export interface Waveform {
  readonly start: Ticks;
  readonly secondsPerBin: number;
  readonly startSeconds: number;
  readonly min: Float32Array;
  readonly max: Float32Array;
}

// ---------------------------------------------------------------- verbs

export interface NewNote {
  track?: Id; // default: SessionState.track
  start: Ticks;
  duration: Ticks;
  key: number;
  velocity?: number; // default 100
}

// Each call is one step of undo, unless inside group() or between beginGesture() and endGesture().
// Unknown ids are ignored; values are brought into range. Calls with nothing to do make no step.
export interface Edits {
  addNote(note: NewNote): Id;
  move(ids: Iterable<Id>, ticks: Ticks, keys: number): void;
  resize(ids: Iterable<Id>, edge: 'start' | 'end', ticks: Ticks): void;
  setVelocity(ids: Iterable<Id>, velocity: number): void;
  changeVelocity(ids: Iterable<Id>, by: number): void;
  remove(ids: Iterable<Id>): void;
  // grid in ticks; strength 0 … 1; what: which ends of the notes move
  quantise(ids: Iterable<Id>, grid: Ticks, strength: number, what?: 'starts' | 'both'): void;
  asHeard(ids: Iterable<Id>): void; // back to where they were sung; notes that were not stay
  snapToKey(ids: Iterable<Id>): void; // to the song's key; nothing when it has none
  transpose(ids: Iterable<Id>, semitones: number): void;
  setTitle(title: string): void;
  setTempo(bpm: number, at?: Ticks): void; // at: where an existing or new change lies; default 0
  setMetre(numerator: number, denominator: number, at?: Ticks): void;
  setKey(key: string): void; // 'F# minor' or ''
  setLoop(loop: { on?: boolean; start?: Ticks; end?: Ticks }): void;
  setTrack(id: Id, fields: Partial<Omit<TrackView, 'id' | 'kind'>>): void;
  addTrack(name: string, program?: number): Id;
  removeTrack(id: Id): void;
  setTakeGain(id: Id, db: number): void;
  setMasterGain(db: number): void;
  group<T>(label: string, edits: () => T): T;
  beginGesture(label: string): void; // a drag of a knob: many changes, one step of undo
  endGesture(): void;
}

// Musical places, by the engine's own tempo map of the song as it stands.
export interface TimeMap {
  seconds(at: Ticks): number;
  ticks(seconds: number): Ticks;
  bar(at: Ticks): { bar: number; beat: number; within: Ticks }; // bar and beat count from 1
  tickOf(bar: number, beat?: number): Ticks;
  barStart(at: Ticks): Ticks;
  ticksPerBeat(at: Ticks): Ticks;
  ticksPerBar(at: Ticks): Ticks;
  bpm(at: Ticks): number;
}

export interface Playback {
  play(): Promise<void>; // starts sound on first use; must come from a key press or click
  stop(): void; // stops; a second stop goes back to the start
  toggle(): Promise<void>;
  seek(at: Ticks): void;
  position(): Ticks; // where the sound is now, fractional; interpolated between reports
  meters(): Meters;
  setMetronome(on: boolean, db?: number): void;
  setCountIn(bars: number): void;
  setSource(source: PlaySource): void;
  noteOn(key: number, velocity?: number, track?: Id): void; // audition, sounds at once
  noteOff(key: number, track?: Id): void;
  panic(): void; // silences everything
}

export interface Hum {
  record(): Promise<void>; // asks for the microphone, counts in if set, records
  stop(): Promise<void>; // ends the recording and transcribes it
  cancel(): void; // at any phase; nothing is kept
  open(file: File): Promise<void>; // a recording from a file
  retry(): Promise<void>; // after 'failed', with the same audio
  live(): LiveInput | null; // while recording
}

export type ExportFormat = 'mid' | 'tutti' | 'maa' | 'wav16' | 'wav24' | 'wav32f' | 'flac' | 'mp3' | 'opus';

// What a strip has besides its inserts, sends and lanes.
export type StripFields = Partial<
  Pick<
    TrackView,
    | 'name'
    | 'colour'
    | 'gainDb'
    | 'trimDb'
    | 'pan'
    | 'mute'
    | 'solo'
    | 'soloSafe'
    | 'panLaw'
    | 'invertLeft'
    | 'invertRight'
    | 'output'
  >
>;

// The mixing desk. Edits are as in Edits: one step of undo each, or one a gesture; those that the engine
// can take while it plays are heard at once, before the song is compiled anew. Effects must have been
// asked for once with effects().
export interface Mix {
  effects(): Promise<readonly EffectInfo[]>; // also in SessionState.effects from then on

  addTrack(kind: 'notes' | 'audio' | 'bus', name: string): Id;
  addRecording(file: File): Promise<Id | null>; // on a track of its own, at the play position
  moveTrack(id: Id, before: Id | null): void; // null: to the end
  setStrip(strip: StripId, fields: StripFields): void; // the master has gainDb only
  addDevice(strip: StripId, effect: string, before?: Id | null): Id | null;
  moveDevice(device: Id, strip: StripId, before: Id | null): void;
  removeDevice(device: Id): void;
  setDevice(device: Id, fields: { bypass?: boolean; side?: Id; sidePre?: boolean }): void;
  loadImpulse(device: Id, file: File): Promise<void>;
  setParameter(device: Id, parameter: string, value: number): void;
  setParameters(device: Id, values: Readonly<Record<string, number>>): void; // all others to default
  addSend(strip: Id, to: Id): Id | null;
  setSend(send: Id, fields: { to?: Id; gainDb?: number; pre?: boolean; mute?: boolean }): void;
  removeSend(send: Id): void;

  addLane(strip: StripId, target: string): Id | null;
  removeLane(lane: Id): void;
  addPoint(lane: Id, point: Omit<PointView, 'id'>): Id | null;
  setPoints(points: readonly PointView[]): void;
  removePoints(points: Iterable<Id>): void;
  // A line drawn by hand, thinned, in place of what lies under it.
  drawPoints(
    lane: Id,
    line: readonly { at: Ticks; value: number }[],
    parameter: ParameterInfo,
    shape: Shape,
  ): void;
  arm(on: boolean): void; // while it plays, what is touched is written into its lane
  // What the lane says at a place; null where it has no points.
  valueAt(lane: LaneView, at: Ticks): number | null;

  meters(strip: StripId): StripMeters;
  reading(device: Id, index: number): number; // of EffectInfo.readings, NaN while nothing plays
  plot(effect: string, values: Readonly<Record<string, number>>): Plot | null;
}

// What a finished audio file measures (BS.1770, EBU Tech 3341/3342).
export interface LoudnessReport {
  readonly integrated: number; // LUFS
  readonly range: number; // LU
  readonly truePeak: number; // dBTP
  readonly momentaryMax: number;
  readonly shortTermMax: number;
}

export interface MixdownSettings {
  readonly format: 'wav16' | 'wav24' | 'wav32f' | 'flac' | 'mp3' | 'opus';
  readonly lufs: number | null; // the loudness to reach, null: as it is
  readonly truePeak: number; // dBTP, never above
  readonly stems: boolean; // one file a track and bus as well
}

export interface Session {
  readonly store: StoreApi<SessionState>;
  readonly edit: Edits;
  readonly mix: Mix;
  readonly time: TimeMap;
  readonly playback: Playback;
  readonly hum: Hum;

  undo(): void;
  redo(): void;

  select(ids: Iterable<Id>, how?: 'replace' | 'add' | 'toggle' | 'remove'): void;
  selectAll(): void;
  selectTrack(id: Id): void;
  cut(): void; // the selection; also to the system clipboard as text
  copy(): void;
  paste(at?: Ticks): Promise<void>; // default: the play position; the pasted notes become the selection
  duplicate(): void; // right after the selection

  pitchCurve(): PitchCurve | null; // of the newest take
  waveform(take?: Id): Waveform | null; // of that one, or of the newest; null until it has come

  newProject(title?: string): Promise<void>;
  openProject(id: string): Promise<void>;
  deleteProject(id: string): Promise<void>;
  listProjects(): Promise<void>; // refreshes SessionState.projects
  openFile(file: File): Promise<void>; // audio, MIDI, .tutti or .maa, told apart by what is in it

  mixdown(settings: MixdownSettings): Promise<void>; // as exportAs; SessionState.report tells how loud it is
  exportAs(format: ExportFormat): Promise<void>; // ends with a download; progress in SessionState.exporting
  cancelExport(): void;

  dismiss(notice: number): void;
  close(): Promise<void>; // sends what is unsent, if it can, and lets go of everything
}

export interface SessionOptions {
  project?: string; // opened at the start; else the last one on this machine, else a new one
  server?: string; // base URL; default: the page's own origin
}
