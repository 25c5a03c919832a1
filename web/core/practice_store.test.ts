// What must not get lost or grow without end: sessions through a dead server and a dead page, pieces
// fetched nearest first, kept, and let go.
import 'fake-indexeddb/auto';
import { describe, expect, it } from 'vitest';
import { PIECE, type ToPractice } from '../worklet/practice_protocol';
import { PracticeDatabase, type StoredEntry } from './practice_database';
import { SessionOutbox } from './practice_outbox';
import { Pieces, type PieceSource } from './practice_pieces';
import { SittingCounter, type Sitting } from './practice_sitting';
import { failure } from './problem';

let names = 0;
const database = (name = `practice-${++names}`) => new PracticeDatabase(name);
const turn = () => new Promise((resolve) => setTimeout(resolve, 5));
async function until(done: () => boolean) {
  for (let i = 0; i < 2000 && !done(); i++) await turn();
  expect(done()).toBe(true);
}

function counter() {
  let now = 0;
  const ended: Sitting[] = [];
  const sitting = new SittingCounter(
    { now: () => now, date: () => 1_700_000_000_000 + now },
    () => 'Europe/Berlin',
    (s) => ended.push(s),
  );
  const run = (seconds: number, song: string, sounding: boolean, speed = 1) => {
    for (let t = 0; t < seconds; t += 0.1) {
      now += 100;
      sitting.tick(song, sounding, speed);
    }
  };
  return { sitting, ended, run, sleep: (ms: number) => (now += ms) };
}

describe('a sitting', () => {
  it('begins with the sound, goes on over short rests, and ends after long ones', () => {
    const { sitting, ended, run } = counter();
    run(30, 'a', false);
    expect(sitting.current).toBeNull();
    run(60, 'a', true, 0.7);
    run(100, 'a', false);
    run(30, 'a', true, 0.7);
    expect(sitting.seconds).toBeCloseTo(90, 0);
    sitting.passed({ id: 'l', start: 1, end: 2 }, 3);
    sitting.clean({ id: 'l', start: 1, end: 2 }, 0.75);
    run(200, 'a', false);
    expect(ended).toHaveLength(1);
    expect(ended[0]).toMatchObject({ song: 'a', zone: 'Europe/Berlin', speed: 0.75 });
    expect(ended[0]!.loops).toEqual([{ id: 'l', start: 1, end: 2, passes: 3, clean: 1, speed: 0.75 }]);
    expect(ended[0]!.seconds).toBeCloseTo(90, 0);
  });
  it('ends with another song; a moment is none; a computer that slept did not practise', () => {
    const { sitting, ended, run, sleep } = counter();
    run(20, 'a', true);
    run(3, 'b', true);
    expect(ended.map((s) => s.song)).toEqual(['a']);
    sitting.end();
    expect(ended).toHaveLength(1);
    run(10, 'c', true);
    sleep(3_600_000);
    run(1, 'c', true);
    expect(sitting.seconds).toBeLessThan(14);
  });
});

describe('the outbox', () => {
  const made = (id: string, seconds = 60): Sitting => ({
    id,
    song: 's',
    started: `2026-01-0${id}T00:00:00Z`,
    seconds,
    zone: 'UTC',
    speed: 1,
    loops: [],
  });
  const offline = () => failure('offline', 'The server cannot be reached.', '');

  it('loses nothing while the server is away, and sends each once it is back, in order', async () => {
    const db = database();
    let up = false;
    const got: string[] = [];
    const outbox = new SessionOutbox(db, async ({ id }) => {
      if (!up) throw offline();
      got.push(id);
    });
    for (const id of ['2', '1', '3']) await outbox.keep(made(id), false);
    await outbox.flush();
    expect(got).toEqual([]);
    up = true;
    await outbox.flush();
    expect(got).toEqual(['1', '2', '3']);
    await outbox.flush();
    expect(got).toHaveLength(3);
    expect(await outbox.pending()).toEqual([]);
  });
  it('sends what a page left that died while it counted, but not what another still counts', async () => {
    const name = `practice-${++names}`;
    let now = 1e9;
    const first = new SessionOutbox(
      database(name),
      async () => {},
      () => now,
    );
    await first.keep(made('1', 10), true);
    await first.keep(made('1', 20), true); // the same one, further on
    const got: number[] = [];
    const next = new SessionOutbox(
      database(name),
      async ({ seconds }) => void got.push(seconds),
      () => now,
    );
    now += 20_000;
    await next.flush();
    expect(got).toEqual([]);
    now += 100_000;
    await next.flush();
    expect(got).toEqual([20]);
  });
  it('keeps what is refused and still sends the rest; works without storage', async () => {
    const got: string[] = [];
    const send = async ({ id }: Sitting) => {
      if (id === '1') throw failure('bad_input', 'No.', '');
      got.push(id);
    };
    const db = database();
    const outbox = new SessionOutbox(db, send);
    await outbox.keep(made('1'), false);
    await outbox.keep(made('2'), false);
    await outbox.flush();
    expect(got).toEqual(['2']);
    expect((await outbox.pending()).map((s) => s.id)).toEqual(['1']);
    const refused = {
      put: () => Promise.reject(new Error('no storage')),
      all: () => Promise.reject(new Error('no storage')),
      remove: () => Promise.reject(new Error('no storage')),
    } as unknown as PracticeDatabase;
    const bare = new SessionOutbox(refused, send);
    await bare.keep(made('3'), false);
    await bare.flush();
    expect(got).toEqual(['2', '3']);
    expect(await bare.pending()).toEqual([]);
  });
});

const small = (index: number) => Array.from({ length: 4 }, (_, s) => Int16Array.of(index, s, index, s));

function opened(db: PracticeDatabase, count: number, source: PieceSource, entry: StoredEntry | null = null) {
  const sent: ToPractice[] = [];
  const told: unknown[] = [];
  const pieces = new Pieces(
    { id: 'stems', frames: count * PIECE, model: 'instant' },
    source,
    db,
    (m) => sent.push(structuredClone(m)),
    (e) => told.push(e),
    entry,
    1,
  );
  const given = () => sent.flatMap((m) => (m.type === 'piece' ? [m.index] : []));
  return { pieces, sent, told, given };
}

describe('pieces', () => {
  it('come as soon as they are made, those next to the playhead first', async () => {
    const asked: number[] = [];
    const { pieces, given } = opened(database(), 12, {
      piece: async (index) => {
        asked.push(index);
        return small(index);
      },
    });
    pieces.wake();
    await turn();
    expect(asked).toEqual([]); // nothing is made yet
    pieces.setReady(((3 * PIECE + 5) / 44100) as number);
    await until(() => given().length === 3);
    expect(asked).toEqual([0, 1, 2]);
    pieces.follow(7 * PIECE, -1);
    pieces.setReady(Infinity);
    await until(() => given().length === 12);
    expect(asked.slice(3, 8)).toEqual([7, 8, 9, 10, 11]);
    pieces.close();
  });
  it('are there again without the server, whole with their peaks', async () => {
    const db = database();
    let asked = 0;
    const source = { piece: async (i: number) => (asked++, small(i)) };
    const first = opened(db, 5, source);
    first.pieces.setReady(Infinity);
    await until(() => first.given().length === 5);
    await until(() => true);
    await first.pieces.enter();
    first.pieces.close();
    const entry = (await db.get<StoredEntry>('entries', 'stems'))!;
    expect(entry).toMatchObject({ pieces: 5, bytes: 5 * 4 * 8 });
    expect(entry.peaks).toHaveLength(4);
    const again = opened(db, 5, source, entry);
    expect(again.pieces.peaks.whole).toBe(true);
    again.pieces.wake();
    await until(() => again.given().length === 5);
    expect(asked).toBe(5);
    const piece = again.sent.find((m) => m.type === 'piece' && m.index === 3) as { stems: Int16Array[] };
    expect([...piece.stems[2]!]).toEqual([3, 2, 3, 2]);
    again.pieces.close();
  });
  it('of an hour do not all lie in memory: far ones go, the loop’s stays', async () => {
    const here = new Set<number>();
    const db = database();
    const count = Math.ceil((3600 * 44100) / PIECE);
    const { pieces, sent } = opened(db, count, { piece: async (i) => small(i) });
    const settle = async () => {
      let before = -1;
      for (let quiet = 0; quiet < 4;) {
        await turn();
        quiet = sent.length === before ? quiet + 1 : 0;
        before = sent.length;
      }
      here.clear();
      for (const m of sent) {
        if (m.type === 'piece') here.add(m.index);
        if (m.type === 'drop') here.delete(m.index);
      }
    };
    pieces.setReady(Infinity);
    await settle();
    expect(here.size).toBeLessThanOrEqual(100);
    pieces.follow(500 * PIECE, 480 * PIECE);
    await settle();
    expect(here.size).toBeLessThanOrEqual(100);
    for (const index of [480, 500, 501, 540]) expect(here.has(index)).toBe(true);
    expect(here.has(50)).toBe(false);
    pieces.close();
  });
  it('are tried again after a failure', async () => {
    let fails = 1;
    const { pieces, told, given } = opened(database(), 2, {
      piece: async (i) => {
        if (fails-- > 0) throw failure('offline', 'The server cannot be reached.', '');
        return small(i);
      },
    });
    pieces.setReady(Infinity);
    await until(() => given().length === 2);
    expect(told).toHaveLength(1);
    pieces.close();
  });
  it('of the songs not opened for longest go when there are too many', async () => {
    const db = database();
    for (const [id, used] of [
      ['old', 1],
      ['new', 3],
      ['middle', 2],
    ] as const) {
      await db.putPiece(id, 0, [new ArrayBuffer(8)]);
      await db.put('entries', {
        id,
        used,
        bytes: 100,
        frames: 1,
        rate: 44100,
        model: '',
        pieces: 1,
        peaks: null,
      });
    }
    expect(await db.trim(150, 'middle')).toBe(100);
    expect((await db.all<StoredEntry>('entries')).map((e) => e.id)).toEqual(['middle']);
    expect(await db.piece('old', 0)).toBeUndefined();
    expect(await db.piece('middle', 0)).toHaveLength(1);
  });
});
