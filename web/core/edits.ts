// The musician's edits as commands to the document (engine/project/command.h).
import type { Desk } from './desk';
import { problemOf } from './problem';
import type { Edits, Id, TrackView } from './types';

type Command = { do: string; [parameter: string]: unknown };

// Runs one command; what it refuses is told, not thrown, since the screen can only show it.
export function runner(desk: Desk) {
  return (command: Command): unknown => {
    if (!desk.document) return undefined;
    try {
      const { changed, result } = desk.document.command(command);
      if (changed) desk.changed(true);
      return result;
    } catch (error) {
      // Somebody else may have removed it in this very moment; that is no fault.
      if (problemOf(error).code !== 'not_found') desk.complain(error);
      return undefined;
    }
  };
}

// What document fields are called that have another name here.
const FIELDS: Record<string, string> = {
  gainDb: 'gain',
  trimDb: 'trim',
  panLaw: 'pan_law',
  invertLeft: 'invert_left',
  invertRight: 'invert_right',
  soloSafe: 'solo_safe',
};
export const trackFields = (fields: object) =>
  Object.fromEntries(Object.entries(fields).map(([name, v]) => [FIELDS[name] ?? name, v]));

// An instrument by itself leaves room for twenty others. This much more, as the trim of a track made here,
// puts a melody on the piano near −23 LUFS, where radio stands.
export const MELODY_TRIM = 15;

export function makeEdits(desk: Desk): Edits {
  const run = runner(desk);
  const round = Math.round;
  const list = (ids: Iterable<Id>) => {
    const { notes } = desk.state;
    return [...ids].filter((id) => notes.indexOf(id) >= 0);
  };
  const onNotes = (what: string, ids: Iterable<Id>, parameters: Record<string, unknown>) => {
    const notes = list(ids);
    if (notes.length > 0) run({ do: what, notes, ...parameters });
  };

  const group = <T>(label: string, edits: () => T): T => {
    begin(label);
    try {
      return edits();
    } finally {
      end();
    }
  };
  const begin = (label: string) => {
    desk.hold();
    run({ do: 'begin', label });
  };
  const end = () => {
    desk.ending();
    desk.let();
    run({ do: 'end' });
    desk.changed(true);
  };

  const edits: Edits = {
    addNote({ track, start, duration, key, velocity = 100 }) {
      const add = (into: Id) =>
        run({
          do: 'add_note',
          track: into,
          start: round(Math.max(0, start)),
          duration: round(Math.max(1, duration)),
          key,
          velocity,
        }) as Id;
      const into = track ?? desk.state.track;
      if (into) return add(into);
      return group('Add a note', () => {
        const made = edits.addTrack('Melody');
        desk.set({ track: made });
        return add(made);
      });
    },
    move: (ids, ticks, keys) => {
      if (round(ticks) !== 0 || keys !== 0) onNotes('move_notes', ids, { by: round(ticks), keys });
    },
    resize: (ids, edge, ticks) => {
      if (round(ticks) !== 0)
        onNotes('stretch_notes', ids, { by: round(ticks), from_start: edge === 'start' });
    },
    setVelocity: (ids, velocity) => onNotes('set_velocity', ids, { velocity: round(velocity) }),
    changeVelocity: (ids, by) => onNotes('change_velocity', ids, { by: round(by) }),
    remove: (ids) => onNotes('remove_notes', ids, {}),
    quantise: (ids, grid, strength, what = 'starts') =>
      onNotes('quantise', ids, { grid: Math.max(1, round(grid)), strength, ends: what === 'both' }),
    asHeard: (ids) => onNotes('unquantise', ids, {}),
    snapToKey(ids) {
      const { key } = desk.state.song;
      if (key) onNotes('snap_to_key', ids, { key });
      else desk.say('This song has no key yet.', 'Choose its key first; then notes can snap to it.');
    },
    transpose: (ids, semitones) => onNotes('transpose', ids, { semitones }),
    setTitle: (title) => void run({ do: 'set_title', title }),
    setTempo: (bpm, at = 0) => void run({ do: 'set_tempo', bpm, at: round(at) }),
    setMetre: (numerator, denominator, at = 0) =>
      void run({ do: 'set_metre', numerator, denominator, at: round(at) }),
    setKey: (key) => void run({ do: 'set_key', key: key || null }),
    setLoop(change) {
      const { loop } = desk.state.song;
      const { on, start, end } = { ...loop, ...change };
      run({ do: 'set_loop', on, start: round(Math.min(start, end)), end: round(Math.max(start, end)) });
    },
    setTrack(id, fields: Partial<Omit<TrackView, 'id' | 'kind'>>) {
      run({ do: 'set_track', track: id, ...trackFields(fields) });
    },
    addTrack: (name, program = 0) => run({ do: 'add_track', name, program, trim: MELODY_TRIM }) as Id,
    removeTrack: (id) => void run({ do: 'remove_entity', id }),
    setTakeGain: (id, db) => void run({ do: 'set_take_gain', take: id, db }),
    setMasterGain: (db) => void run({ do: 'set_master_gain', db }),
    group,
    beginGesture: begin,
    endGesture: end,
  };
  return edits;
}
