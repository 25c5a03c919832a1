// Sessions on their way to the server: written here first, removed when it has them.
//
// The one that is being counted is written every few seconds under the same id; a page that died leaves
// it behind, and the next one sends it. The server knows a session by its id, so repeating is harmless.
import { isOffline } from './api';
import type { PracticeDatabase } from './practice_database';
import type { Sitting } from './practice_sitting';

interface Stored {
  id: string;
  sitting: Sitting;
  open: boolean; // still being counted
  touched: number; // ms since 1970
}
const ALIVE = 60_000; // ms: an open one touched since then may be another tab's

export class SessionOutbox {
  private sending: Promise<void> | null = null;
  private again = false;
  // Where the browser keeps nothing they wait in memory.
  private readonly memory = new Map<string, Stored>();

  constructor(
    private readonly db: PracticeDatabase,
    private readonly send: (sitting: Sitting) => Promise<void>,
    private readonly now: () => number = Date.now,
  ) {}

  async keep(sitting: Sitting, open: boolean): Promise<void> {
    const stored: Stored = {
      id: sitting.id,
      sitting: { ...sitting, loops: sitting.loops.map((l) => ({ ...l })) },
      open,
      touched: this.now(),
    };
    await this.db.put('outbox', stored).then(
      () => this.memory.delete(stored.id),
      () => this.memory.set(stored.id, stored),
    );
  }

  // Sends what can be sent; resolves when all is tried. Offline leaves all where it is.
  flush(): Promise<void> {
    if (this.sending) {
      this.again = true;
      return this.sending;
    }
    this.sending = this.run().finally(() => {
      this.sending = null;
      if (!this.again) return;
      this.again = false;
      void this.flush();
    });
    return this.sending;
  }

  async pending(): Promise<Sitting[]> {
    return (await this.stored()).map((s) => s.sitting);
  }

  private async stored(): Promise<Stored[]> {
    const kept = await this.db.all<Stored>('outbox').catch(() => []);
    return [...kept, ...this.memory.values()].sort((a, b) =>
      a.sitting.started < b.sitting.started ? -1 : 1,
    );
  }
  private async run() {
    for (const stored of await this.stored()) {
      if (stored.open && this.now() - stored.touched < ALIVE) continue;
      try {
        await this.send(stored.sitting);
      } catch (error) {
        if (isOffline(error)) return;
        continue; // refused: it stays, and is tried again with the next page
      }
      this.memory.delete(stored.id);
      await this.db.remove('outbox', stored.id).catch(() => {});
    }
  }
}
