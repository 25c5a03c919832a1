// One project kept equal with the server over a WebSocket, through every kind of break.
//
// Local batches go out in order and stay queued until the server acknowledges them (after its durable
// commit); on every new connection all unacknowledged ones are sent again. What others did comes in as
// operations; the document merges duplicates and any order, so nothing here needs to be exactly once.
import type { Batch, Outbox } from './outbox';
import type { Problem } from './types';

export type Socket = Pick<WebSocket, 'send' | 'close' | 'onmessage' | 'onclose' | 'onerror'>;

export interface SyncEvents {
  operations(ops: readonly unknown[]): void; // from the server: apply to the document
  changed(state: SyncState): void;
  people?(people: { id: string; name: string }[]): void;
  refused?(problem: Problem): void; // the server will not take a batch
}

export interface SyncState {
  readonly connected: boolean; // welcomed, not merely open
  readonly pending: number; // batches that are not acknowledged
  readonly revision: number;
}

export interface SyncOptions {
  project: string;
  revision: number; // what the document already holds
  outbox: Outbox;
  connect: (since: number) => Socket;
  events: SyncEvents;
  // Waits, in ms; tests shorten them.
  firstRetry?: number;
  longestRetry?: number;
  ackWithin?: number;
}

interface Message {
  type: string;
  revision?: number;
  ops?: unknown[];
  batch?: string;
  you?: string;
  people?: { id: string; name: string }[];
  code?: string;
  message?: string;
  next?: string;
}

export class Sync {
  private queue: Batch[] = [];
  private socket: Socket | null = null;
  private connected = false;
  private revision: number;
  private you = '';
  private tries = 0;
  private closed = false;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private ackTimer: ReturnType<typeof setTimeout> | undefined;
  private idle: (() => void)[] = [];

  constructor(private readonly options: SyncOptions) {
    this.revision = options.revision;
  }

  // `unsent` is what the outbox held at the start; the document already has these operations.
  start(unsent: Batch[]) {
    this.queue.push(...unsent);
    this.open();
    this.tell();
  }

  // Local edits; resolves when they are safe in this browser.
  push(ops: readonly unknown[]): Promise<void> {
    const { batches, stored } = this.options.outbox.add(this.options.project, ops);
    for (const batch of batches) {
      this.queue.push(batch);
      if (this.connected) this.send(batch);
    }
    this.tell();
    return stored;
  }

  state(): SyncState {
    return { connected: this.connected, pending: this.queue.length, revision: this.revision };
  }

  // The network may be back: try now instead of at the next turn.
  wake() {
    if (this.closed || this.socket) return;
    clearTimeout(this.retry);
    this.tries = 0;
    this.open();
  }

  // Resolves when everything is acknowledged, or after `within` ms.
  settled(within: number): Promise<boolean> {
    if (this.queue.length === 0) return Promise.resolve(true);
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), within);
      this.idle.push(() => (clearTimeout(timer), resolve(true)));
    });
  }

  close() {
    this.closed = true;
    clearTimeout(this.retry);
    this.drop();
  }

  private open() {
    let socket: Socket;
    try {
      socket = this.options.connect(this.revision);
    } catch {
      this.again();
      return;
    }
    this.socket = socket;
    socket.onmessage = (event) => {
      if (this.socket === socket && typeof event.data === 'string') this.receive(event.data);
    };
    socket.onclose = socket.onerror = () => {
      if (this.socket === socket) {
        this.drop();
        this.again();
      }
    };
  }

  private drop() {
    const socket = this.socket;
    this.socket = null;
    this.connected = false;
    clearTimeout(this.ackTimer);
    this.ackTimer = undefined;
    if (socket) {
      socket.onclose = socket.onerror = socket.onmessage = null;
      socket.close();
    }
    this.tell();
  }

  private again() {
    if (this.closed) return;
    const { firstRetry = 300, longestRetry = 15000 } = this.options;
    const wait = Math.min(longestRetry, firstRetry * 2 ** this.tries++);
    // Half of it by chance, so that all pages do not come back in the same moment after a restart.
    this.retry = setTimeout(() => this.open(), wait / 2 + (Math.random() * wait) / 2);
  }

  private receive(text: string) {
    let message: Message;
    try {
      message = JSON.parse(text) as Message;
    } catch {
      return; // not ours: a proxy's page, a cut frame; the next reconnect repairs what was missed
    }
    switch (message.type) {
      case 'welcome':
        this.you = message.you ?? '';
        if (message.ops?.length) this.options.events.operations(message.ops);
        this.revision = Math.max(this.revision, message.revision ?? 0);
        this.connected = true;
        this.tries = 0;
        for (const batch of this.queue) this.send(batch);
        break;
      case 'ops':
        if (message.ops) {
          this.options.events.operations(message.ops);
          this.advance(message.revision, message.ops.length);
        }
        break;
      case 'ack':
        this.acknowledge(message);
        break;
      case 'presence':
        this.options.events.people?.((message.people ?? []).filter((p) => p.id !== this.you));
        return;
      case 'error':
        this.refuse(message);
        break;
    }
    this.tell();
  }

  // Revisions count operations, so a gap shows; across a gap the old revision stays and the next
  // reconnect asks again from there.
  private advance(revision: number | undefined, count: number) {
    if (revision !== undefined && revision > this.revision && revision - count <= this.revision) {
      this.revision = revision;
    }
  }

  private acknowledge(message: Message) {
    const at = this.queue.findIndex((b) => b.batch === message.batch);
    if (at < 0) return; // acknowledged twice
    const [batch] = this.queue.splice(at, 1);
    this.advance(message.revision, batch!.ops.length);
    void this.options.outbox.confirmed(batch!);
    this.watchAcks();
    if (this.queue.length === 0) for (const settle of this.idle.splice(0)) settle();
  }

  // A batch that the server refuses for what is in it would be refused for ever: take it out, say so.
  private refuse(message: Message) {
    const problem = {
      code: message.code ?? 'internal',
      message: message.message ?? 'The server refused an edit.',
      next: message.next ?? 'Reload the page.',
    };
    const at = message.batch ? this.queue.findIndex((b) => b.batch === message.batch) : -1;
    if (at >= 0 && ['bad_input', 'wrong_usage', 'too_large', 'unsupported'].includes(problem.code)) {
      const [batch] = this.queue.splice(at, 1);
      void this.options.outbox.confirmed(batch!);
    }
    this.options.events.refused?.(problem);
  }

  private send(batch: Batch) {
    this.socket?.send(JSON.stringify({ type: 'ops', batch: batch.batch, ops: batch.ops }));
    if (this.ackTimer === undefined) this.watchAcks();
  }

  // A connection that takes edits but never confirms them is dead, whatever TCP believes.
  private watchAcks() {
    clearTimeout(this.ackTimer);
    this.ackTimer = undefined;
    if (this.queue.length === 0 || !this.connected) return;
    this.ackTimer = setTimeout(() => {
      this.ackTimer = undefined;
      this.drop();
      this.again();
    }, this.options.ackWithin ?? 10000);
  }

  private tell() {
    this.options.events.changed(this.state());
  }
}
