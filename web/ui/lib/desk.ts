// What is chosen and open on the mixing desk: strip, effect, automation. Gone with the tab.
import { createStore } from 'zustand/vanilla';
import type { Id, SongView, StripId, StripView } from '../../core';
import { MASTER } from '../../core';

export interface DeskScreen {
  readonly strip: StripId | null; // the chosen one
  readonly device: Id | null; // whose panel is open
  readonly adding: StripId | null; // whose menu of effects is open
  readonly targets: Readonly<Record<string, string>>; // the parameter shown on a strip's lane
  readonly groups: Readonly<Record<string, string>>; // the band shown of an effect
  readonly side: 'mixer' | 'timeline'; // what is in sight on narrow screens
  readonly shape: number; // of new points, index into SHAPES
}

export const desk = createStore<DeskScreen>(() => ({
  strip: null,
  device: null,
  adding: null,
  targets: {},
  groups: {},
  side: 'mixer',
  shape: 1,
}));

export function stripOf(song: SongView, id: StripId): StripView | null {
  return id === MASTER ? song.master : (song.tracks.find((t) => t.id === id) ?? null);
}

// The strip a device is in, and the device.
export function deviceOf(song: SongView, id: Id | null) {
  if (id === null) return null;
  for (const strip of [MASTER as StripId, ...song.tracks.map((t) => t.id)]) {
    const device = stripOf(song, strip)?.devices.find((d) => d.id === id);
    if (device) return { strip, device };
  }
  return null;
}

export function stripName(song: SongView, id: StripId): string {
  if (id === MASTER) return 'Master';
  const place = song.tracks.findIndex((t) => t.id === id);
  return song.tracks[place]?.name || `Track ${place + 1}`;
}

// Strips as they stand on the desk: tracks, then buses, then the master.
export function stripOrder(song: SongView): StripId[] {
  const sources = song.tracks.filter((t) => t.kind !== 'bus');
  const buses = song.tracks.filter((t) => t.kind === 'bus');
  return [...sources, ...buses].map((t): StripId => t.id).concat(MASTER);
}

// The strip that acts: the chosen one if it is still there, else the track of the session.
export function chosen(song: SongView, track: Id | null): StripId {
  const { strip } = desk.getState();
  if (strip !== null && stripOf(song, strip)) return strip;
  return track ?? song.tracks[0]?.id ?? MASTER;
}
