// Edits that the server has not confirmed yet, in this browser's database.
//
// A batch is written before it is sent and removed only when the server says that it is on disk; a page
// that dies in between sends it again at its next start. The server knows a batch by its name, so
// sending twice changes nothing.
import type { Database, StoredBatch } from './database';

export interface Batch {
  readonly batch: string;
  readonly ops: readonly unknown[];
  seq: number | null; // key in the database, null while it is being written or when it cannot be
  written?: Promise<unknown>; // settles when the database has it
}

const MOST_OPS = 5000; // the server takes 10,000 a batch

export class Outbox {
  constructor(
    private readonly db: Database,
    private readonly onTrouble: (error: unknown) => void = () => {},
  ) {}

  // What was left by this or an earlier page, oldest first.
  async pending(project: string): Promise<Batch[]> {
    const stored = await this.db.ofProject<StoredBatch>('outbox', project).catch(() => []);
    stored.sort((a, b) => a.seq! - b.seq!);
    return stored.map((s) => ({ batch: s.batch, ops: JSON.parse(s.ops) as unknown[], seq: s.seq! }));
  }

  // Batches for these operations, written to the database at once; `stored` settles when they are safe.
  add(project: string, ops: readonly unknown[]): { batches: Batch[]; stored: Promise<void> } {
    const batches: Batch[] = [];
    const writes: Promise<unknown>[] = [];
    for (let from = 0; from < ops.length; from += MOST_OPS) {
      const batch: Batch = { batch: crypto.randomUUID(), ops: ops.slice(from, from + MOST_OPS), seq: null };
      batches.push(batch);
      const write = this.db
        .put('outbox', { project, batch: batch.batch, ops: JSON.stringify(batch.ops) })
        .then((key) => void (batch.seq = key as number))
        .catch((error: unknown) => this.onTrouble(error));
      batch.written = write;
      writes.push(write);
    }
    return { batches, stored: Promise.all(writes).then(() => undefined) };
  }

  // The server has it on disk.
  async confirmed(batch: Batch): Promise<void> {
    await batch.written;
    if (batch.seq !== null) await this.db.remove('outbox', batch.seq).catch(this.onTrouble);
  }

  // A project that began offline got its real id.
  async rebind(from: string, to: string): Promise<void> {
    for (const stored of await this.db.ofProject<StoredBatch>('outbox', from)) {
      await this.db.put('outbox', { ...stored, project: to });
    }
  }
}
