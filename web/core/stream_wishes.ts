// What this listener asks of a channel: shown at once, sent soon, and true when the server has said so.
//
// Changes are sent at most 20 times a second, the last of each setting wins. An answer that does not yet
// hold a wish leaves it shown; a refusal, or silence, shows again what the server has. A change is
// pending until the ear has come to the frame from which it is heard.
import type { StreamSettings } from './stream_types';
import type { Controlled } from './stream_wire';

export interface Pending {
  readonly id: string;
  readonly frame: number;
}
export interface Wished {
  readonly settings: StreamSettings;
  readonly seed: string;
  readonly pending: readonly Pending[];
}
export type Ask = (changes: StreamSettings, seed: string | null) => void;

const EVERY = 50; // ms
const PATIENCE = 3000; // ms for an answer
const SAME = 1e-6; // of values that went through text

export class Wishes {
  private server: StreamSettings = {};
  private serverSeed = '';
  private pending: readonly Pending[] = [];
  private readonly mine = new Map<string, number>(); // not yet confirmed
  private mineSeed: string | null = null;
  private unsent: Record<string, number> = {};
  private unsentSeed: string | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private patience: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly ask: Ask,
    private readonly tell: (state: Wished) => void,
    private readonly when: (id: string) => 'at_once' | 'at_bar',
  ) {}

  want(changes: StreamSettings) {
    for (const [id, value] of Object.entries(changes)) {
      this.mine.set(id, value);
      this.unsent[id] = value;
    }
    this.soon();
  }
  wantSeed(seed: string) {
    this.mineSeed = this.unsentSeed = seed;
    this.soon();
  }

  // All of a channel, as its greeting or its information says.
  start(settings: StreamSettings, seed: string) {
    this.server = settings;
    this.serverSeed = seed;
    this.show();
  }
  // Another channel: nothing of the old one holds.
  forget() {
    clearTimeout(this.timer);
    clearTimeout(this.patience);
    this.timer = undefined;
    this.mine.clear();
    this.mineSeed = this.unsentSeed = null;
    this.unsent = {};
    this.pending = [];
  }

  confirmed(message: Omit<Controlled, 'type'>) {
    this.server = message.settings;
    this.serverSeed = message.seed;
    for (const [id, value] of this.mine) {
      if (!(id in this.unsent) && Math.abs((message.settings[id] ?? NaN) - value) < SAME)
        this.mine.delete(id);
    }
    if (this.unsentSeed === null && this.mineSeed === message.seed) this.mineSeed = null;
    if (this.mine.size === 0 && this.mineSeed === null) clearTimeout(this.patience);
    const changed = message.changed.map((id) => ({
      id,
      frame: this.when(id) === 'at_once' ? message.frame : message.bar_frame,
    }));
    this.pending = [...this.pending.filter((p) => !message.changed.includes(p.id)), ...changed];
    this.show();
  }

  // The server will not have it.
  refused() {
    clearTimeout(this.patience);
    for (const id of [...this.mine.keys()]) if (!(id in this.unsent)) this.mine.delete(id);
    if (this.unsentSeed === null) this.mineSeed = null;
    this.show();
  }

  // The ear has come to `frame`.
  heard(frame: number) {
    if (frame < 0 || !this.pending.some((p) => p.frame <= frame)) return;
    this.pending = this.pending.filter((p) => p.frame > frame);
    this.show();
  }

  private soon() {
    this.show();
    if (this.timer !== undefined) return;
    this.send();
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (Object.keys(this.unsent).length || this.unsentSeed !== null) this.soon();
    }, EVERY);
  }

  private send() {
    const changes = this.unsent;
    const seed = this.unsentSeed;
    this.unsent = {};
    this.unsentSeed = null;
    clearTimeout(this.patience);
    this.patience = setTimeout(() => this.refused(), PATIENCE);
    this.ask(changes, seed);
  }

  private show() {
    this.tell({
      settings: { ...this.server, ...Object.fromEntries(this.mine) },
      seed: this.mineSeed ?? this.serverSeed,
      pending: this.pending,
    });
  }
}
