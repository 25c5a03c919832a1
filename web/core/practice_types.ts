// What the screen sees of the Practice room: plain data and verbs, no sockets, no audio nodes.
//
// What moves sixty times a second (position, level, peaks of a waveform) is read by calling, from
// requestAnimationFrame; all else is in the store and replaced, never changed in place.
// Times are seconds of the song at its own speed unless said.
import type { StoreApi } from 'zustand/vanilla';
import type { Problem } from './types';

export type StemName = 'drums' | 'bass' | 'other' | 'vocals';
export const STEM_NAMES: readonly StemName[] = ['drums', 'bass', 'other', 'vocals'];
// How a song is taken apart; 'here' is Instant in this browser, without a server's help.
export type Separation = 'instant' | 'classical' | 'htdemucs' | 'htdemucs_ft' | 'here';

// A song of the library.
export interface PracticeSong {
  readonly id: string;
  readonly blob: string; // SHA-256 of the file
  readonly title: string;
  readonly artist: string;
  readonly duration: number; // s
  readonly added: string; // ISO 8601
  readonly tempo: number; // 0: not known yet
  readonly key: string; // '' : not known yet
  readonly seconds: number; // practised, of this person
  readonly model: Separation; // its newest stems'
}

// A file on its way to be a song.
export interface SongImport {
  readonly id: string;
  readonly name: string;
  readonly state: 'uploading' | 'queued' | 'running' | 'done' | 'failed';
  readonly progress: number; // 0 … 1
  readonly sentence: string; // what is being done
  readonly position: number; // in the queue, 0: it is being worked on
  readonly song: string; // its id once known, ''
  readonly problem: Problem | null;
}

export interface StemView {
  readonly name: StemName;
  readonly gainDb: number; // -60 (silent) … +6
  readonly solo: boolean;
  readonly mute: boolean;
}

export interface PracticeLoop {
  readonly id: string;
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly passes: number; // played through, this and earlier days
  readonly clean: number; // of these, said to be clean
  readonly bestSpeed: number; // fastest clean pass, 0 … 2; 0: none
}

// From 'start' to 'end', 'step' up after each 'passes' clean passes of the loop.
export interface SpeedLadder {
  readonly on: boolean;
  readonly start: number; // 0.6
  readonly end: number; // 1
  readonly step: number; // 0.05
  readonly passes: number; // n
}

export interface Chord {
  readonly start: number;
  readonly end: number;
  readonly name: string; // 'F#m', 'G7', 'N'
}
export interface Section {
  readonly start: number;
  readonly end: number;
  readonly name: string;
}
export interface SongAnalysis {
  readonly tempo: number;
  readonly beats: readonly number[];
  readonly downbeats: readonly number[];
  readonly beatsPerBar: number;
  readonly key: string;
  readonly tuning: number; // Hz of A4
  readonly chords: readonly Chord[];
  readonly sections: readonly Section[];
  readonly loudness: number; // LUFS
  readonly corrected: boolean; // by hand
}

export interface HardPassage {
  readonly start: number;
  readonly end: number;
  readonly firstBar: number; // from 1
  readonly lastBar: number;
  readonly score: number; // 0 … 1
  readonly reasons: readonly string[]; // '11 notes a second' …
}

export interface PracticeStreak {
  readonly days: number; // up to today or yesterday
  readonly today: boolean; // practised today
  readonly longest: number;
  readonly week: readonly { readonly date: string; readonly seconds: number }[]; // last 7 days, oldest first
  readonly calendar: readonly { readonly date: string; readonly seconds: number }[]; // last 12 weeks
  readonly totalSeconds: number;
}
export interface Achievement {
  readonly id: string;
  readonly name: string;
  readonly text: string;
  readonly earned: string; // ISO 8601, '' : not yet
  readonly progress: number; // 0 … 1
}
export interface Goal {
  readonly song: string; // id, ''
  readonly title: string; // 'Bars 33–36 at 85 %'
  readonly start: number; // of the loop; 0 and 0: the whole song
  readonly end: number;
  readonly speed: number; // to begin with, 0 … 2
  readonly target: number; // to reach
  readonly minutes: number;
  readonly reasons: readonly string[];
}
export interface PracticeSession {
  readonly id: string;
  readonly song: string;
  readonly title: string;
  readonly started: string;
  readonly seconds: number; // played
  readonly loops: number; // passes
  readonly speed: number; // fastest clean
}

export interface BandMember {
  readonly id: string;
  readonly name: string;
  readonly host: boolean;
  readonly me: boolean;
  readonly rttMs: number;
  readonly offsetMs: number; // how sure its clock is
  readonly ready: boolean; // has the stems
}
export interface BandState {
  readonly id: string;
  readonly link: string;
  readonly host: boolean; // I am
  readonly open: boolean; // everybody may steer, not only the host
  readonly phase: 'joining' | 'joined' | 'reconnecting' | 'ended';
  readonly members: readonly BandMember[];
  readonly skewMs: number; // between my sound and the common time
}

export type PracticeControl =
  | 'play'
  | 'solo1'
  | 'solo2'
  | 'solo3'
  | 'solo4'
  | 'mute1'
  | 'mute2'
  | 'mute3'
  | 'mute4'
  | 'speed'
  | 'loopStart'
  | 'loopEnd'
  | 'loopOff'
  | 'back'
  | 'forward'
  | 'clean'
  | 'record'
  | 'volume1'
  | 'volume2'
  | 'volume3'
  | 'volume4'
  | 'speedKnob';
// What a pedal or a controller does. 'key': a keyboard pedal's key chord.
export interface ControlMapping {
  readonly control: PracticeControl;
  readonly kind: 'note' | 'cc' | 'program' | 'key';
  readonly channel: number; // 0 … 15
  readonly number: number;
  readonly key: string;
}

export interface PracticeRecording {
  readonly id: string;
  readonly start: number; // of the song
  readonly seconds: number;
  readonly speed: number; // it was played at
  readonly name: string;
}

export interface PracticeState {
  readonly phase: 'starting' | 'empty' | 'opening' | 'ready' | 'failed';
  readonly problem: Problem | null;
  readonly songs: readonly PracticeSong[];
  readonly imports: readonly SongImport[];
  readonly models: readonly { readonly id: Separation; readonly name: string; readonly installed: boolean }[];
  readonly model: Separation; // for the next song
  readonly cacheBytes: number;

  readonly song: PracticeSong | null;
  readonly duration: number;
  readonly ready: number; // seconds from the start whose stems can be heard
  readonly progress: number; // of the separation, 1 when done
  readonly sentence: string;
  readonly took: number; // s that the separation took, 0: from the cache
  readonly fromCache: boolean;
  readonly stems: readonly StemView[];
  readonly soloLatch: boolean; // false: solo holds while the key is down

  readonly playing: boolean;
  readonly counting: boolean; // in the count-in
  readonly speed: number; // 0.25 … 2
  readonly pitch: number; // semitones, -12 … 12
  readonly tuning: number; // Hz that A4 is to sound at, 415 … 466; the song's own by default
  readonly metronome: boolean;
  readonly metronomeDb: number;
  readonly countIn: number; // bars, 0 … 4
  readonly loop: string; // id of the loop that is on, ''
  readonly mark: number; // where '[' was pressed and ']' is awaited, -1
  readonly loops: readonly PracticeLoop[];
  readonly pass: number; // of the loop, since it was switched on, from 1
  readonly ladder: SpeedLadder;

  readonly analysis: SongAnalysis | null; // null until it is heard
  readonly analysing: boolean;
  readonly instrument: StemName; // that one plays
  readonly hard: readonly HardPassage[]; // sorted by score
  readonly hardShown: number; // how many of them, three by default
  readonly tapping: readonly number[]; // taps so far while beats are corrected, [] otherwise

  readonly recordingNow: boolean;
  readonly recordings: readonly PracticeRecording[];
  readonly compare: string; // id of the recording heard instead of the stem, '' : the song

  readonly streak: PracticeStreak | null;
  readonly achievements: readonly Achievement[];
  readonly sessions: readonly PracticeSession[];
  readonly goal: Goal | null;
  readonly practised: number; // s in this sitting
  readonly recordingTime: boolean; // the sitting is being counted (it starts and stops by what is played)

  readonly band: BandState | null;
  readonly mappings: readonly ControlMapping[];
  readonly learning: PracticeControl | null; // the next pedal or knob moved is for it
  readonly midi: 'off' | 'on' | 'refused' | 'unsupported';
}

// Peaks of a stem for drawing: one pair a column, 512 frames at 44.1 kHz wide; grows while it loads.
export interface StemPeaks {
  readonly seconds: number; // of one column
  readonly min: Int8Array;
  readonly max: Int8Array;
  readonly columns: number; // filled so far
}

export interface Practice {
  readonly store: StoreApi<PracticeState>;
  // Verbs reject with a Problem (a Failure) or put it in the state where nobody waits.
  refresh(): Promise<void>;
  // Files go up, are taken apart and analysed; the first is opened at once. One bad file does not stop the rest.
  add(files: readonly File[]): Promise<void>;
  cancelImport(id: string): void;
  dismissImport(id: string): void;
  retryImport(id: string): void;
  setModel(model: Separation): void;
  open(song: string): Promise<void>;
  close(): void;
  separateAgain(model: Separation): Promise<void>; // the open song, another way
  rename(song: string, title: string, artist: string): Promise<void>;
  remove(song: string): Promise<void>;
  downloadUrl(stem: StemName | `without-${StemName}`, form: 'wav' | 'flac' | 'mp3' | 'opus'): string;

  play(): Promise<void>; // from a user's gesture
  stop(): void; // stays where it is
  seek(at: number): void;
  skip(seconds: number): void;
  skipBars(bars: number): void;
  setSpeed(speed: number): void;
  cycleSpeed(): number; // 70, 85, 100 %
  setPitch(semitones: number): void;
  setTuning(hz: number): void;
  setStem(name: StemName, change: Partial<Omit<StemView, 'name'>>): void;
  solo(name: StemName, on: boolean): void;
  setSoloLatch(on: boolean): void;
  setMetronome(on: boolean, db?: number): void;
  setCountIn(bars: number): void;

  markStart(): void; // '['
  markEnd(): void; // ']' : makes a loop and switches it on
  addLoop(start: number, end: number, name?: string): Promise<string>;
  changeLoop(id: string, change: Partial<Pick<PracticeLoop, 'name' | 'start' | 'end'>>): void;
  removeLoop(id: string): void;
  setLoop(id: string): void; // '' : off
  loopHard(index: number): Promise<void>; // that hard passage as the loop
  showMoreHard(): void;
  setInstrument(name: StemName): void;
  setLadder(change: Partial<SpeedLadder>): void;
  clean(): void; // the pass just played was clean (the ladder counts it)
  messy(): void; // it was not

  correctBeats(beats: readonly number[], beatsPerBar: number, firstDownbeat: number): Promise<void>;
  tap(): void; // a beat, now; the first begins to collect
  endTapping(keep: boolean): Promise<void>;
  correct(change: Partial<Pick<SongAnalysis, 'key' | 'chords' | 'sections' | 'beatsPerBar'>>): Promise<void>;
  shiftDownbeat(beats: number): Promise<void>;
  revertAnalysis(): Promise<void>;

  record(): Promise<void>; // starts or ends a take beside the song
  setCompare(recording: string): void;
  removeRecording(id: string): void;
  recordingUrl(id: string): string;

  exportHistory(form: 'json' | 'csv'): string; // address to download
  takeGoal(): Promise<void>; // opens its song, loop and speed

  hostBand(name: string, open: boolean): Promise<string>; // the link
  joinBand(link: string, name: string): Promise<void>;
  leaveBand(): void;
  setBandOpen(open: boolean): void;

  learn(control: PracticeControl | null): Promise<void>;
  forget(mapping: ControlMapping): void;
  keyPressed(chord: string): boolean; // a keyboard pedal: true if it was for a mapping

  // Moving things.
  position(): number; // s of the song at the ear now
  peaks(name: StemName): StemPeaks | null;
  recordingPeaks(id: string): StemPeaks | null;
  level(name: StemName): number; // 0 … 1 peak of what is heard of it
  dispose(): void;
}
