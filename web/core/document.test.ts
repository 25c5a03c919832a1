// The document through WASM: edits by name, merging, clipboard, quantising, files, views.
import { beforeAll, describe, expect, it } from 'vitest';
import { DocumentHandle, newActor } from './document';
import { Failure } from './problem';
import { moduleOf } from './testing/modules';
import { TICKS_PER_QUARTER as QUARTER } from './types';

let module: WebAssembly.Module;
beforeAll(() => void (module = moduleOf('document')));

const fresh = () => new DocumentHandle(module, newActor());
function withTrack(document = fresh()) {
  const track = document.command({ do: 'add_track', name: 'Melody', program: 0 }).result as string;
  const add = (start: number, key: number, duration = QUARTER / 2) =>
    document.command({ do: 'add_note', track, start, duration, key, velocity: 90 }).result as string;
  const list = () => {
    const { length, start, duration, key } = document.notes();
    return Array.from({ length }, (_, i) => [start[i], duration[i], key[i]]);
  };
  return { document, track, add, list };
}

describe('the document in WASM', () => {
  it('holds what was put in, sorted, with ids that find their notes', () => {
    const { document, add, track } = withTrack();
    const ids = [add(QUARTER, 64), add(0, 67), add(0, 60)];
    const notes = document.notes();
    expect([...notes.start]).toEqual([0, 0, QUARTER]);
    expect([...notes.key]).toEqual([60, 67, 64]);
    expect([0, 1, 2].map((i) => notes.id(i))).toEqual([ids[2], ids[1], ids[0]]);
    for (const id of ids) expect(notes.id(notes.indexOf(id))).toBe(id);
    expect(notes.indexOf('999.1')).toBe(-1);
    expect(document.song().tracks[notes.track[0]!]!.id).toBe(track);
  });

  it('undoes and redoes with the labels of the edits', () => {
    const { document, add, list } = withTrack();
    add(0, 60);
    document.command({ do: 'begin', label: 'Two at once' });
    add(QUARTER, 62);
    add(2 * QUARTER, 64);
    document.command({ do: 'end' });
    expect(document.song().undo).toBe('Two at once');
    document.command({ do: 'undo' });
    expect(list()).toEqual([[0, QUARTER / 2, 60]]);
    expect(document.song().redo).toBe('Two at once');
    document.command({ do: 'redo' });
    expect(list()).toHaveLength(3);
    while (document.song().undo !== null) document.command({ do: 'undo' });
    expect(document.song().tracks).toEqual([]);
  });

  it('quantises by grid and strength', () => {
    const { document, add, list } = withTrack();
    const ids = [add(1000, 60), add(QUARTER - 700, 62)];
    document.command({ do: 'quantise', notes: ids, grid: QUARTER / 4, strength: 0.5, ends: false });
    expect(list().map(([start]) => start)).toEqual([500, QUARTER - 350]);
    document.command({ do: 'quantise', notes: ids, grid: QUARTER / 4, strength: 1, ends: true });
    expect(list().map(([start]) => start)).toEqual([0, QUARTER]);
  });

  it('cuts and pastes through text, into another document too', () => {
    const { document, add, list } = withTrack();
    const ids = [add(QUARTER, 60), add(2 * QUARTER, 64)];
    const text = document.command({ do: 'cut_notes', notes: ids }).result as string;
    expect(list()).toEqual([]);
    expect(JSON.parse(text)).toMatchObject({ tutti: 'notes', version: 1 });
    const other = withTrack();
    const made = other.document.command({
      do: 'paste_notes',
      track: other.track,
      at: 5 * QUARTER,
      clipboard: text,
    });
    expect(made.result).toHaveLength(2);
    expect(other.list()).toEqual([
      [5 * QUARTER, QUARTER / 2, 60],
      [6 * QUARTER, QUARTER / 2, 64],
    ]);
    expect(() =>
      other.document.command({ do: 'paste_notes', track: other.track, at: 0, clipboard: 'no notes' }),
    ).toThrow(Failure);
  });

  it('merges with another in any order, with everything twice', () => {
    const a = withTrack();
    a.add(0, 60);
    const first = a.document.takeOperations();
    const b = fresh();
    b.apply(first);
    const note = b.notes().id(0);
    b.command({ do: 'transpose', notes: [note], semitones: 5 });
    a.document.command({ do: 'set_velocity', notes: [note], velocity: 33 });
    const fromA = a.document.takeOperations();
    const fromB = b.takeOperations();
    a.document.apply([...fromB, ...fromB]);
    b.apply(fromA.toReversed());
    b.apply(first);
    expect(a.document.canonical()).toBe(b.canonical());
    expect(a.document.notes().key[0]).toBe(65);
    expect(a.document.notes().velocity[0]).toBe(33);
    const c = fresh();
    c.apply(a.document.allOperations());
    expect(c.canonical()).toBe(b.canonical());
  });

  it('survives .tutti and goes on merging; .maa and MIDI bring the notes back', () => {
    const { document, add, list } = withTrack();
    document.command({ do: 'set_title', title: 'Größe ♯1' });
    document.command({ do: 'set_tempo', bpm: 97.5 });
    add(0, 60);
    add(QUARTER * 3, 71, QUARTER);
    const copy = fresh();
    copy.openTutti(document.saveTutti());
    expect(copy.canonical()).toBe(document.canonical());
    const midi = fresh();
    expect(midi.importMidi(document.exportMidi(), true)).toEqual([]);
    expect(midi.song().tempos[0]!.bpm).toBeCloseTo(97.5, 3);
    expect(midi.song().title).toBe('Größe ♯1');
    const maa = fresh();
    maa.openText(document.exportMaa('2026-01-01T00:00:00Z'));
    expect(maa.song().title).toBe('Größe ♯1');
    for (const other of [copy, midi, maa]) {
      expect(withTrackList(other)).toEqual(list());
    }
  });

  it('answers bad input with words', () => {
    const document = fresh();
    for (const attempt of [
      () => document.openTutti('{"tutti":'),
      () => document.openText('[]'),
      () => document.importMidi(Uint8Array.of(1, 2, 3), true),
      () => document.apply([{ at: 'x' }]),
      () => document.command({ do: 'fly' }),
      () => document.pitchCurve('1.1'),
    ]) {
      expect(attempt).toThrow(Failure);
      try {
        attempt();
      } catch (error) {
        const { message, next } = (error as Failure).problem;
        expect(message.length).toBeGreaterThan(10);
        expect(next.length).toBeGreaterThan(5);
      }
    }
  });

  it('tells musical time by the tempo map', () => {
    const { document } = withTrack();
    document.command({ do: 'set_tempo', bpm: 60 });
    document.command({ do: 'set_metre', numerator: 3, denominator: 4 });
    document.song();
    const { time } = document;
    expect(time.seconds(QUARTER)).toBe(1);
    expect(time.ticks(2.5)).toBe(2.5 * QUARTER);
    expect(time.bar(QUARTER * 4 + 5)).toEqual({ bar: 2, beat: 2, within: 5 });
    expect(time.tickOf(3)).toBe(6 * QUARTER);
    expect(time.barStart(QUARTER * 5)).toBe(3 * QUARTER);
    expect(time.ticksPerBar(0)).toBe(3 * QUARTER);
    expect(time.bpm(0)).toBe(60);
  });

  it('reads ten thousand notes after each edit', () => {
    const { document, track } = withTrack();
    document.command({ do: 'begin', label: 'many' });
    for (let i = 0; i < 10000; i++) {
      document.command({ do: 'add_note', track, start: i * 100, duration: 90, key: i % 128 });
    }
    document.command({ do: 'end' });
    const notes = document.notes();
    expect(notes.length).toBe(10000);
    document.command({ do: 'transpose', notes: [notes.id(0)], semitones: 1 });
    expect(document.notes().key[0]).toBe(1);
    expect(document.compile().length).toBeGreaterThan(20000);
  });
});

function withTrackList(document: DocumentHandle) {
  const { length, start, duration, key } = document.notes();
  return Array.from({ length }, (_, i) => [start[i], duration[i], key[i]]);
}
