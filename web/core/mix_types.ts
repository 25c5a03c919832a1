// The mixing desk as the screen sees it: strips with their inserts, sends and automation, and what is
// known of an effect without making one. Plain data; types.ts says the rest.
import type { Id, Ticks } from './types';

// A track, or the master at the end of the desk.
export const MASTER = 'master';
export type StripId = Id | typeof MASTER;

// An effect in a strip's row of inserts.
export interface DeviceView {
  readonly id: Id;
  readonly effect: string; // id of EffectInfo
  readonly bypass: boolean;
  readonly values: Readonly<Record<string, number>>; // those that are not at their default
  readonly impulse: string; // SHA-256 of an impulse response, '' when it has none of its own
  readonly side: Id; // the track it listens to, '' its own input
  readonly sidePre: boolean; // … before that track's fader
}

// A copy of a strip's signal to a bus.
export interface SendView {
  readonly id: Id;
  readonly to: Id;
  readonly gainDb: number;
  readonly pre: boolean; // before the fader
  readonly mute: boolean;
}

export const SHAPES = ['hold', 'linear', 'curved', 'smooth'] as const;
export type Shape = (typeof SHAPES)[number];

export interface PointView {
  readonly id: Id;
  readonly at: Ticks;
  readonly value: number; // in the parameter's unit
  readonly shape: Shape; // how it goes on from here to the next point
  readonly bend: number; // −1 … 1, of 'curved'
}

// Automation of one parameter. target: 'gain_db', 'pan', 'mute', 'device:<id>:<parameter>',
// 'send:<id>:gain_db', or a MIDI controller of an imported file.
export interface LaneView {
  readonly id: Id;
  readonly target: string;
  readonly points: readonly PointView[]; // by time
}

export interface StripView {
  readonly devices: readonly DeviceView[];
  readonly sends: readonly SendView[]; // the master has none
  readonly lanes: readonly LaneView[];
}

export const PAN_LAWS = ['Constant power, −3 dB', 'Compromise, −4.5 dB', 'Linear, −6 dB', 'Balance'] as const;

// ---------------------------------------------------------------- what is known of an effect

export type ScaleName = 'linear' | 'logarithmic' | 'integer' | 'choice' | 'toggle';

export interface ParameterInfo {
  readonly id: string;
  readonly name: string;
  readonly unit: string; // 'dB', 'Hz', 's', 'ms', '%', 'cents', 'semitones', ''
  readonly min: number;
  readonly max: number;
  readonly initial: number;
  readonly scale: ScaleName;
  readonly choices: readonly string[];
  readonly structural: boolean; // no automation; takes effect when the effect is made anew
}

export interface PresetInfo {
  readonly name: string;
  readonly values: Readonly<Record<string, number>>; // the others are at their defaults
}

export interface EffectInfo {
  readonly id: string;
  readonly name: string;
  readonly category: string; // 'equaliser', 'filter', 'dynamics' …
  readonly summary: string;
  readonly aliases: readonly string[];
  readonly parameters: readonly ParameterInfo[];
  readonly presets: readonly PresetInfo[];
  readonly readings: readonly ParameterInfo[]; // what it shows while it works
  readonly sideChain: boolean;
  readonly impulse: boolean;
}

// ---------------------------------------------------------------- read per frame, by calling

// Of one strip, after its fader, since the last report (1/60 s).
export interface StripMeters {
  readonly peakLeft: number; // linear
  readonly peakRight: number;
}

// ---------------------------------------------------------------- pictures of an effect

export type PlotKind = 'response' | 'level' | 'transfer' | 'decay' | 'movement';

// Measured on the effect itself, as it is set: the engine's own code runs a test signal through it.
//   response  x: Hz (logarithmic),   y: dB of a small impulse; one curve
//   level     x: dBFS in,            y: dBFS out of a steady tone
//   transfer  x: input −1 … 1,       y: output
//   decay     x: seconds,            y: dB of what is left of an impulse, left and right
//   movement  x: seconds,            y: level of a steady tone, left and right, dB
export interface Plot {
  readonly kind: PlotKind;
  readonly x: Float32Array;
  readonly y: readonly Float32Array[];
}
