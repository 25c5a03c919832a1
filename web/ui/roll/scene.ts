// Everything a frame of the piano roll is painted from. Plain data: the controller fills it, the
// painters read it, nothing here knows React or the session.
import type { PitchCurve } from '../../core';
import type { TimeMap } from '../lib/time';
import type { Preview } from './drag';
import type { NoteIndex } from './notes';
import type { RollPalette } from './palette';
import { type Layout, type View, gridHeight, keyOfY } from './view';

export interface Scene {
  layout: Layout;
  view: View;
  map: TimeMap;
  grid: number; // ticks, 0: none
  palette: RollPalette;
  index: NoteIndex;
  selected: Uint8Array; // a mark for each note
  track: number; // whose notes are edited; the others are ghosts
  tones: readonly string[]; // the tracks' colours, as CSS
  preview: Preview | null; // of the selected notes, while a drag is under way
  curve: PitchCurve | null;
  scale: readonly boolean[] | null; // the 12 pitch classes of the song's key
  tonic: number; // pitch class, -1 without a key
  flats: boolean;
  pressed: number; // key held on the keyboard, -1 without
  loop: { readonly on: boolean; readonly start: number; readonly end: number };
}

// What moves while nothing else does: painted on its own canvas above the scene.
export interface Overlay {
  playhead: number; // ticks
  playing: boolean;
  recording: boolean;
  box: { ax: number; ay: number; bx: number; by: number } | null; // rubber band, CSS pixels
  draft: { start: number; duration: number; key: number } | null; // a note being drawn
  cursor: { tick: number; key: number } | null; // the keyboard's place, shown while the roll has focus
  hoverKey: number; // -1 without
  // Live hum: its first value lies at startSeconds of the song, before 0 when there was a count-in;
  // lead: seconds recorded before it was the song's turn.
  trace: { startSeconds: number; lead: number; hop: number; pitch: Float32Array } | null;
}

export function devicePixels(): number {
  return Math.min(3, Math.max(1, globalThis.devicePixelRatio || 1));
}

export function visibleKeys({ layout, view }: Scene): { low: number; high: number } {
  return {
    high: keyOfY(layout, view, layout.ruler + 0.5),
    low: keyOfY(layout, view, layout.ruler + gridHeight(layout) - 0.5),
  };
}
