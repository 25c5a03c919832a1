// What the screen sees of the Stream room: plain data and verbs, no sockets, no audio nodes.
//
// What moves sixty times a second (position, level, spectrum) is read by calling, from
// requestAnimationFrame; all else is in the store and replaced, never changed in place.
import type { StoreApi } from 'zustand/vanilla';
import type { Problem } from './types';

export interface StreamSetting {
  readonly id: string; // 'key', 'bpm', 'pad_on' …
  readonly name: string;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly default: number;
  readonly scale: 'linear' | 'logarithmic' | 'integer' | 'choice' | 'toggle';
  readonly choices: readonly string[];
  readonly when: 'at_once' | 'at_bar';
}

export type StreamSettings = Readonly<Record<string, number>>;

export interface StreamNote {
  readonly voice: string; // 'pad', 'choir', 'piano', 'pluck', 'bell', 'bass', 'drums', 'texture'
  readonly key: number; // MIDI note number
  readonly velocity: number;
  readonly start: number; // frames from the bar's start
  readonly duration: number; // frames
  readonly melody?: boolean; // it belongs to the tune
}

export interface StreamBar {
  readonly frame: number; // of the channel, where it begins
  readonly frames: number;
  readonly bpm: number;
  readonly chapter: number;
  readonly index: number; // within the chapter
  readonly bars: number; // of the chapter
  readonly section: string;
  readonly tension: number; // 0 … 1
  readonly key: string; // 'A aeolian'
  readonly chords: readonly { at: number; frames: number; name: string; pitches: readonly number[] }[];
  readonly notes: readonly StreamNote[];
}

export interface ChannelInfo {
  readonly id: string;
  readonly name: string;
  readonly visibility: 'public' | 'link' | 'private';
  readonly mine: boolean; // this browser holds its secret
  readonly controllable: boolean;
  readonly listeners: number;
  readonly favourite: boolean;
  readonly rating: number; // mine: -1, 0, 1
  readonly seed: string;
}

// Settings kept under a name, of this browser's listener.
export interface StreamPreset {
  readonly id: string;
  readonly name: string;
  readonly settings: StreamSettings;
}

export interface StreamState {
  readonly phase: 'off' | 'connecting' | 'buffering' | 'playing' | 'reconnecting' | 'failed';
  readonly problem: Problem | null;
  readonly channels: readonly ChannelInfo[];
  readonly channel: string; // id
  readonly table: readonly StreamSetting[]; // [] until known
  readonly settings: StreamSettings; // as asked, of everybody
  readonly seed: string; // of the music that is asked for
  readonly presets: readonly StreamPreset[];
  readonly pending: readonly { readonly id: string; readonly frame: number }[]; // heard when frame is
  readonly lowLatency: boolean;
  readonly volume: number; // 0 … 1
  readonly bars: readonly StreamBar[]; // the last 64 and those to come, sorted
  readonly quality: 'good' | 'fair' | 'poor' | 'unknown';
  readonly health: {
    readonly bufferMs: number;
    readonly targetMs: number;
    readonly latencyMs: number; // render to ear
    readonly rttMs: number;
    readonly jitterMs: number;
    readonly driftPpm: number;
    readonly stretch: number; // resampling ratio minus 1
    readonly underruns: number;
    readonly silentMs?: number; // of gaps, since it first played
    readonly reconnects: number;
    readonly decoder: 'webcodecs' | 'wasm' | 'pcm' | 'none';
    readonly kbps: number;
    // of the server, each second
    readonly listeners: number;
    readonly serverBufferMs: number;
    readonly renderLoad: number;
    readonly encodeLoad: number;
    readonly serverUnderruns: number;
  };
}

export interface SaveResult {
  readonly url: string; // of the file, '' for a project
  readonly name: string;
  readonly project: string; // its id, '' otherwise
}

export interface Stream {
  readonly store: StoreApi<StreamState>;
  // Verbs reject with a Problem.
  refresh(): Promise<void>; // channels and the table of settings
  play(channel?: string): Promise<void>; // from a user's gesture
  pause(): void;
  control(changes: StreamSettings): void; // sent at most 20 times a second, the last of each wins
  reseed(seed: string): void;
  setVolume(volume: number): void;
  setLowLatency(on: boolean): void;
  createChannel(options: {
    name: string;
    visibility: 'public' | 'link' | 'private';
    seed?: string;
    settings?: StreamSettings;
    from?: string; // a channel whose settings it takes
  }): Promise<string>;
  deleteChannel(id: string): Promise<void>;
  linkOf(id: string): string;
  favourite(id: string, on: boolean): Promise<void>;
  rate(id: string, rating: -1 | 0 | 1): Promise<void>;
  savePreset(name: string): Promise<void>; // the settings as they are; the same name replaces
  deletePreset(id: string): Promise<void>;
  save(options: {
    seconds: number;
    form: 'flac' | 'opus' | 'wav' | 'mp3' | 'midi' | 'stems' | 'project';
    onProgress?: (progress: number, sentence: string) => void;
    signal?: AbortSignal;
  }): Promise<SaveResult>;
  // Moving things.
  heardFrame(): number; // the channel's frame that is at the ear now, -1 if none
  level(): number; // 0 … 1 peak
  spectrum(into: Float32Array): void; // dB of bins, 0 Hz … half the rate
  dispose(): void;
}
