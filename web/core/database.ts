// What this browser keeps: unsent edits, the last state of each project, recordings, small settings.
//
// One IndexedDB database. Every write ends with commit(), so that it is on its way to the browser's own
// process before this page can die. When storage is refused (private windows, full disk) calls reject;
// the session says so once, and work goes on as long as the server is reached.

const NAME = 'tutti';
const VERSION = 1;

export interface StoredBatch {
  seq?: number; // order of writing, given by the database
  project: string;
  batch: string;
  ops: string; // JSON array
}
export interface StoredProject {
  id: string;
  title: string;
  revision: number; // of the server; operations in the outbox come on top
  document: string; // .tutti text
  at: number;
}
export interface StoredTake {
  sha256: string;
  project: string;
  wav: ArrayBuffer;
  type: string;
  uploaded: number; // 0 or 1
}

export class Database {
  private readonly db: Promise<IDBDatabase>;

  constructor(name = NAME, factory: IDBFactory = globalThis.indexedDB) {
    this.db = new Promise((resolve, reject) => {
      const request = factory.open(name, VERSION);
      request.onupgradeneeded = () => {
        const db = request.result;
        db.createObjectStore('outbox', { keyPath: 'seq', autoIncrement: true }).createIndex(
          'project',
          'project',
        );
        db.createObjectStore('projects', { keyPath: 'id' });
        const takes = db.createObjectStore('takes', { keyPath: 'sha256' });
        takes.createIndex('project', 'project');
        db.createObjectStore('settings');
      };
      request.onsuccess = () => {
        // A newer page in another tab wants to upgrade: let go, or it would wait for ever.
        request.result.onversionchange = () => request.result.close();
        resolve(request.result);
      };
      request.onerror = () => reject(request.error);
      request.onblocked = () => reject(new Error('another tab holds an older version of the page open'));
    });
    this.db.catch(() => {}); // told where it is used
  }

  async usable(): Promise<boolean> {
    return this.db.then(
      () => true,
      () => false,
    );
  }
  async close() {
    (await this.db.catch(() => null))?.close();
  }

  put(
    store: 'projects' | 'takes' | 'outbox',
    value: StoredProject | StoredTake | StoredBatch,
  ): Promise<IDBValidKey> {
    return this.write(store, (s) => s.put(value));
  }
  set(key: string, value: unknown): Promise<IDBValidKey> {
    return this.write('settings', (s) => s.put(value, key));
  }
  remove(store: string, key: IDBValidKey): Promise<undefined> {
    return this.write(store, (s) => s.delete(key));
  }
  async get<T>(store: string, key: IDBValidKey): Promise<T | undefined> {
    return done((await this.store(store)).get(key)) as Promise<T | undefined>;
  }
  async all<T>(store: string): Promise<T[]> {
    return done((await this.store(store)).getAll()) as Promise<T[]>;
  }
  async ofProject<T>(store: 'outbox' | 'takes', project: string): Promise<T[]> {
    const index = (await this.store(store)).index('project');
    return done(index.getAll(IDBKeyRange.only(project))) as Promise<T[]>;
  }

  private async store(name: string): Promise<IDBObjectStore> {
    return (await this.db).transaction(name).objectStore(name);
  }

  // Resolves once the transaction is complete, not merely asked for.
  private async write<T>(store: string, run: (s: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    const db = await this.db;
    return new Promise((resolve, reject) => {
      const transaction = db.transaction(store, 'readwrite', { durability: 'strict' });
      const request = run(transaction.objectStore(store));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error ?? request.error);
      transaction.commit?.();
    });
  }
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
