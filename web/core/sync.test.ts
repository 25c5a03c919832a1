// Sync against a server that drops, duplicates, delays and dies, with the real outbox on a real
// (in-memory) IndexedDB: what is acknowledged is on the server; what is not comes back after a restart.
import 'fake-indexeddb/auto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Database } from './database';
import { Outbox } from './outbox';
import { Sync, type Socket, type SyncState } from './sync';

interface Op {
  id: number;
}

// The server's promises in small: batches by name, operations by id, an ack only after storing.
class Server {
  readonly stored: Op[] = [];
  private readonly batches = new Map<string, number>();
  readonly lines = new Set<Line>();
  up = true;
  random: () => number;
  // Chances of each trouble for a message from the page.
  lose = 0; // the connection breaks before the message is read
  loseAck = 0; // … after it is stored, before the ack is sent
  doubleAck = 0;

  constructor(seed: number) {
    let state = seed * 0x9e3779b9;
    this.random = () => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return (state >>> 0) / 2 ** 32;
    };
  }

  connect(since: number): Socket {
    if (!this.up) throw new Error('refused');
    const line = new Line(this);
    this.lines.add(line);
    line.say({ type: 'welcome', revision: this.stored.length, you: 'me', ops: this.stored.slice(since) });
    return line as unknown as Socket;
  }

  take(line: Line, text: string) {
    const { batch, ops } = JSON.parse(text) as { batch: string; ops: Op[] };
    if (this.random() < this.lose) return line.break();
    if (!this.batches.has(batch)) {
      for (const op of ops) if (!this.stored.some((s) => s.id === op.id)) this.stored.push(op);
      this.batches.set(batch, this.stored.length);
      for (const other of this.lines) {
        if (other !== line) other.say({ type: 'ops', revision: this.stored.length, ops });
      }
    }
    if (this.random() < this.loseAck) return line.break();
    const ack = { type: 'ack', batch, revision: this.batches.get(batch) };
    line.say(ack);
    if (this.random() < this.doubleAck) line.say(ack);
  }

  crash() {
    this.up = false;
    for (const line of [...this.lines]) line.break();
  }
}

class Line {
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  onerror: (() => void) | null = null;
  private open = true;
  constructor(private readonly server: Server) {}
  send(text: string) {
    setImmediate(() => this.open && this.server.take(this, text));
  }
  say(message: unknown) {
    const data = JSON.stringify(message);
    queueMicrotask(() => this.open && this.onmessage?.({ data }));
  }
  break() {
    this.open = false;
    this.server.lines.delete(this);
    setTimeout(() => this.onclose?.(), 0);
  }
  close() {
    this.open = false;
    this.server.lines.delete(this);
  }
}

let databases = 0;
const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0)) await thing.close();
});

function page(server: Server, name: string, project = 'p') {
  const db = new Database(name);
  const outbox = new Outbox(db);
  const applied: Op[] = [];
  let state: SyncState = { connected: false, pending: 0, revision: 0 };
  const refused = vi.fn();
  const sync = new Sync({
    project,
    revision: 0,
    outbox,
    connect: (since) => server.connect(since),
    firstRetry: 1,
    longestRetry: 4,
    ackWithin: 500,
    events: {
      operations: (ops) => applied.push(...(ops as Op[])),
      changed: (s) => (state = s),
      refused,
    },
  });
  open.push(sync, db);
  return { db, outbox, sync, applied, refused, state: () => state };
}

const freshName = () => `test-${++databases}`;

describe('sync', () => {
  it('delivers every edit once through lost connections, lost and doubled acks', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const server = new Server(seed);
      server.lose = 0.2;
      server.loseAck = 0.2;
      server.doubleAck = 0.3;
      const me = page(server, freshName());
      me.sync.start([]);
      for (let id = 0; id < 30; id++) {
        const stored = me.sync.push([{ id }]);
        if (id % 7 === 0) await stored;
      }
      expect(await me.sync.settled(20000)).toBe(true);
      expect(server.stored.map((op) => op.id).sort((a, b) => a - b)).toEqual(
        Array.from({ length: 30 }, (_, i) => i),
      );
      await vi.waitFor(async () => expect(await me.outbox.pending('p')).toEqual([]));
    }
  });

  it('sends again after the page died what was never acknowledged, and nothing else', async () => {
    const name = freshName();
    const server = new Server(3);
    const first = page(server, name);
    first.sync.start([]);
    await first.sync.push([{ id: 1 }]);
    await first.sync.settled(5000);
    server.crash();
    await vi.waitFor(() => expect(first.state().connected).toBe(false));
    await first.sync.push([{ id: 2 }]);
    await first.sync.push([{ id: 3 }, { id: 4 }]);
    first.sync.close(); // the tab is gone; nothing was sent

    server.up = true;
    const second = page(server, name);
    const unsent = await second.outbox.pending('p');
    expect(unsent.map((b) => b.ops)).toEqual([[{ id: 2 }], [{ id: 3 }, { id: 4 }]]);
    second.sync.start(unsent);
    expect(await second.sync.settled(5000)).toBe(true);
    expect(server.stored.map((op) => op.id)).toEqual([1, 2, 3, 4]);
    await vi.waitFor(async () => expect(await second.outbox.pending('p')).toEqual([]));
  });

  it('keeps a batch until the ack, also when the server stored it and died before saying so', async () => {
    const server = new Server(5);
    server.loseAck = 1;
    const me = page(server, freshName());
    me.sync.start([]);
    await me.sync.push([{ id: 9 }]);
    await vi.waitFor(() => expect(server.stored).toHaveLength(1));
    expect(me.state().pending).toBe(1);
    expect(await me.outbox.pending('p')).toHaveLength(1);
    server.loseAck = 0;
    expect(await me.sync.settled(5000)).toBe(true);
    expect(server.stored).toHaveLength(1);
  });

  it('hears what others did, also what it missed while away', async () => {
    const server = new Server(7);
    const me = page(server, freshName());
    const other = page(server, freshName());
    me.sync.start([]);
    other.sync.start([]);
    await other.sync.push([{ id: 1 }]);
    await vi.waitFor(() => expect(me.applied.map((op) => op.id)).toContain(1));
    server.crash();
    await vi.waitFor(() => expect(me.state().connected).toBe(false));
    await other.sync.push([{ id: 2 }]);
    server.up = true;
    await vi.waitFor(() => expect(me.applied.map((op) => op.id)).toContain(2), 5000);
    expect(me.state().revision).toBe(2);
  });

  it('does not step over a gap in revisions', async () => {
    const server = new Server(11);
    const me = page(server, freshName());
    me.sync.start([]);
    await vi.waitFor(() => expect(me.state().connected).toBe(true));
    const [line] = server.lines;
    line!.say({ type: 'ops', revision: 5, ops: [{ id: 50 }] }); // 1 … 4 never came
    await vi.waitFor(() => expect(me.applied).toHaveLength(1));
    expect(me.state().revision).toBe(0);
  });

  it('lets go of a batch that the server refuses for what is in it, and tells', async () => {
    const server = new Server(13);
    server.take = (line, text) => {
      const { batch } = JSON.parse(text) as { batch: string };
      line.say({ type: 'error', code: 'bad_input', message: 'No.', next: 'Undo.', batch });
    };
    const me = page(server, freshName());
    me.sync.start([]);
    await me.sync.push([{ id: 1 }]);
    await vi.waitFor(() => expect(me.refused).toHaveBeenCalledOnce());
    expect(me.state().pending).toBe(0);
    await vi.waitFor(async () => expect(await me.outbox.pending('p')).toEqual([]));
  });

  it('gives up a connection that takes edits and never confirms them', async () => {
    const server = new Server(17);
    const honest = server.take.bind(server);
    let connections = 0;
    const connect = server.connect.bind(server);
    server.connect = (since) => (connections++, connect(since));
    server.take = (line, text) => {
      if (connections > 1) honest(line, text);
    };
    const me = page(server, freshName());
    me.sync.start([]);
    await me.sync.push([{ id: 1 }]);
    expect(await me.sync.settled(5000)).toBe(true);
    expect(connections).toBe(2);
  });

  it('splits what is too much for one batch', async () => {
    const server = new Server(19);
    const me = page(server, freshName());
    me.sync.start([]);
    const many = Array.from({ length: 12001 }, (_, id) => ({ id }));
    const sizes: number[] = [];
    server.take = (line, text) => {
      const { batch, ops } = JSON.parse(text) as { batch: string; ops: Op[] };
      sizes.push(ops.length);
      line.say({ type: 'ack', batch, revision: 0 });
    };
    await me.sync.push(many);
    expect(await me.sync.settled(5000)).toBe(true);
    expect(sizes).toEqual([5000, 5000, 2001]);
  });

  it('moves a project that began without a server to its new name', async () => {
    const db = new Database(freshName());
    open.push(db);
    const outbox = new Outbox(db);
    await outbox.add('local-1', [{ id: 1 }]).stored;
    await outbox.add('local-1', [{ id: 2 }]).stored;
    await outbox.rebind('local-1', 'real');
    expect(await outbox.pending('local-1')).toEqual([]);
    expect((await outbox.pending('real')).map((b) => b.ops)).toEqual([[{ id: 1 }], [{ id: 2 }]]);
  });
});
