// What this browser keeps of the Practice room: pieces of stems, sessions that are not sent yet, one's own
// takes, settings. A database of its own, so that the studio's never waits for it.
//
// Pieces have a limit; the songs not opened for longest go first. Where storage is refused, reads find
// nothing and writes reject: the room then works as long as the server is reached.
import type { PracticeRecording } from './practice_types';

const NAME = 'tutti-practice';
const VERSION = 1;
export const STORES = ['entries', 'pieces', 'outbox', 'takes', 'settings'] as const;
type StoreName = (typeof STORES)[number];

// The stems of a song as far as they are here.
export interface StoredEntry {
  readonly id: string; // of the stems
  readonly frames: number;
  readonly rate: number;
  readonly model: string;
  readonly pieces: number; // that are here
  readonly bytes: number;
  readonly used: number; // ms since 1970
  readonly peaks: { readonly min: Int8Array; readonly max: Int8Array }[] | null; // when it is whole
}
export interface StoredTake extends PracticeRecording {
  readonly song: string;
  readonly at: number; // ms since 1970
  readonly rate: number;
  readonly samples: Float32Array;
}

export class PracticeDatabase {
  private readonly db: Promise<IDBDatabase>;

  constructor(name = NAME, factory: IDBFactory = globalThis.indexedDB) {
    this.db = new Promise((resolve, reject) => {
      const request = factory.open(name, VERSION);
      request.onupgradeneeded = () => {
        const db = request.result;
        db.createObjectStore('entries', { keyPath: 'id' });
        db.createObjectStore('pieces');
        db.createObjectStore('outbox', { keyPath: 'id' });
        db.createObjectStore('takes', { keyPath: 'id' }).createIndex('song', 'song');
        db.createObjectStore('settings');
      };
      request.onsuccess = () => {
        request.result.onversionchange = () => request.result.close();
        resolve(request.result);
      };
      request.onerror = () => reject(request.error);
      request.onblocked = () => reject(new Error('another tab holds an older version of the page open'));
    });
    this.db.catch(() => {}); // told where it is used
  }

  async get<T>(store: StoreName, key: IDBValidKey): Promise<T | undefined> {
    return answer((await this.read(store)).get(key)) as Promise<T | undefined>;
  }
  async all<T>(store: StoreName): Promise<T[]> {
    return answer((await this.read(store)).getAll()) as Promise<T[]>;
  }
  async takesOf(song: string): Promise<StoredTake[]> {
    const index = (await this.read('takes')).index('song');
    return answer(index.getAll(IDBKeyRange.only(song))) as Promise<StoredTake[]>;
  }
  put(store: 'entries' | 'outbox' | 'takes', value: object): Promise<void> {
    return this.write(store, (s) => s.put(value));
  }
  set(store: 'pieces' | 'settings', key: IDBValidKey, value: unknown): Promise<void> {
    return this.write(store, (s) => s.put(value, key));
  }
  remove(store: StoreName, key: IDBValidKey | IDBKeyRange): Promise<void> {
    return this.write(store, (s) => s.delete(key));
  }

  // ---------------------------------------------------------------- pieces

  async piece(stems: string, index: number): Promise<ArrayBuffer[] | undefined> {
    return this.get<ArrayBuffer[]>('pieces', [stems, index]);
  }
  async putPiece(stems: string, index: number, buffers: ArrayBuffer[]): Promise<void> {
    await this.set('pieces', [stems, index], buffers);
  }
  async dropStems(stems: string): Promise<void> {
    await this.remove('pieces', IDBKeyRange.bound([stems], [stems, []]));
    await this.remove('entries', stems);
  }

  // Songs not opened for longest go until `limit` bytes hold; `keep` stays.
  async trim(limit: number, keep: string): Promise<number> {
    const entries = (await this.all<StoredEntry>('entries')).sort((a, b) => a.used - b.used);
    let bytes = entries.reduce((sum, e) => sum + e.bytes, 0);
    for (const entry of entries) {
      if (bytes <= limit) break;
      if (entry.id === keep) continue;
      await this.dropStems(entry.id);
      bytes -= entry.bytes;
    }
    return bytes;
  }

  async close() {
    (await this.db.catch(() => null))?.close();
  }

  private async read(name: StoreName): Promise<IDBObjectStore> {
    return (await this.db).transaction(name).objectStore(name);
  }
  // Resolves once the transaction is complete, not merely asked for.
  private async write(name: StoreName, run: (s: IDBObjectStore) => IDBRequest): Promise<void> {
    const db = await this.db;
    return new Promise((resolve, reject) => {
      const transaction = db.transaction(name, 'readwrite');
      const request = run(transaction.objectStore(name));
      transaction.oncomplete = () => resolve();
      transaction.onerror = transaction.onabort = () => reject(transaction.error ?? request.error);
      transaction.commit?.();
    });
  }
}

function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
