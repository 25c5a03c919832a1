// The piano roll in words, for screen readers and for the line that tells what is selected.
import type { NotesView } from '../../core';
import { type TimeMap, spokenBeats, spokenPosition, ticksPerBeat } from '../lib/time';
import { noteName, plural, sureness } from '../lib/words';
import { say } from '../lib/screen';
import type { RollController } from './controller';

// "F♯4, bar 2 beat 3, half a beat, velocity 90, sure"
export function describeNote(notes: NotesView, i: number, map: TimeMap, flats = false): string {
  const start = notes.start[i]!;
  const beats = notes.duration[i]! / ticksPerBeat(map.metreAt(start));
  return [
    noteName(notes.key[i]!, flats),
    spokenPosition(map, start),
    spokenBeats(beats),
    `velocity ${notes.velocity[i]}`,
    sureness(notes.confidence[i]!),
  ].join(', ');
}

export interface Summary {
  readonly notes: number;
  readonly bars: number;
  readonly confidence: number; // mean, 0 … 1; 1 without notes
}

// Of the notes of one track: how many, over how many bars, how sure the transcriber was.
export function summarise(notes: NotesView, track: number, map: TimeMap): Summary {
  let count = 0;
  let end = 0;
  let first = Infinity;
  let sure = 0;
  for (let i = 0; i < notes.length; ++i) {
    if (notes.track[i] !== track) continue;
    ++count;
    first = Math.min(first, notes.start[i]!);
    end = Math.max(end, notes.start[i]! + notes.duration[i]!);
    sure += notes.confidence[i]!;
  }
  if (count === 0) return { notes: 0, bars: 0, confidence: 1 };
  const bars = map.position(Math.max(0, end - 1)).bar - map.position(first).bar + 1;
  return { notes: count, bars, confidence: sure / count };
}

// What the toolbar says of a selection: "F♯4 · 2.3 · 480 ms · velocity 90" or "6 notes · F♯3–A4".
export function describeSelection(
  notes: NotesView,
  places: readonly number[],
  map: TimeMap,
  flats: boolean,
): string {
  if (places.length === 0) return '';
  if (places.length === 1) {
    const i = places[0]!;
    const start = notes.start[i]!;
    const { bar, beat } = map.position(start);
    const seconds = map.seconds(start + notes.duration[i]!) - map.seconds(start);
    const long = seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(2)} s`;
    const sure = notes.confidence[i]! < 1 ? ` · ${Math.round(notes.confidence[i]! * 100)} % sure` : '';
    return `${noteName(notes.key[i]!, flats)} · ${bar}.${beat} · ${long} · velocity ${notes.velocity[i]}${sure}`;
  }
  let low = 127;
  let high = 0;
  for (const i of places) {
    low = Math.min(low, notes.key[i]!);
    high = Math.max(high, notes.key[i]!);
  }
  const range = low === high ? noteName(low, flats) : `${noteName(low, flats)}–${noteName(high, flats)}`;
  return `${plural(places.length, 'note')} selected · ${range}`;
}

// Says where the keyboard stands now.
export function announceFocus(roll: RollController): void {
  const { notes } = roll.session.store.getState();
  const { focus, cursor } = roll.state.getState();
  const { map, flats } = roll.scene;
  const i = focus === null ? -1 : notes.indexOf(focus);
  if (i >= 0) say(describeNote(notes, i, map, flats));
  else say(`${noteName(cursor.key, flats)}, ${spokenPosition(map, cursor.tick)}, empty`);
}
