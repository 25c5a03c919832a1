// Which project is open, and how it is kept: on the server, in this browser, or first here and then there.
//
// Opening takes the server's state, or this browser's last copy when there is no server, and puts the
// edits on top that were never acknowledged. A project begun without a server has a name of its own
// ("local-…") until the server gives it one.
import type { StoredProject } from './database';
import type { Desk } from './desk';
import { DocumentHandle, newActor } from './document';
import { loadModule } from './modules';
import { isOffline } from './api';
import { Outbox, type Batch } from './outbox';
import { problemOf } from './problem';
import { Sync, type SyncState } from './sync';
import type { Takes } from './takes';

const LOCAL = 'local-';
const SNAPSHOT_AFTER = 2000; // ms of rest before this browser's copy is written again
const RETRY = 3000;

export class Projects {
  private readonly outbox: Outbox;
  private sync: Sync | null = null;
  private serverRevision = 0;
  private snapshotTimer: ReturnType<typeof setTimeout> | undefined;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private opening = 0;
  private early: Batch[] = []; // written to the outbox while there was no connection to give them to

  constructor(
    private readonly desk: Desk,
    private readonly takes: Takes,
  ) {
    this.outbox = new Outbox(desk.db, (error) => desk.complain(error));
    desk.onChange((local) => {
      if (local) this.send();
      this.keepSoon();
    });
  }

  get id(): string {
    return this.desk.state.project?.id ?? '';
  }

  // The project asked for, or the last one, or a new one.
  async openFirst(wanted: string | undefined) {
    const last = wanted ?? (await this.desk.db.get<string>('settings', 'project').catch(() => undefined));
    if (last) {
      try {
        return await this.open(last);
      } catch (error) {
        if (wanted || !['not_found', 'offline'].includes(problemOf(error).code)) throw error;
      }
    }
    await this.create('');
  }

  async open(id: string) {
    const turn = ++this.opening;
    const [module, found] = await Promise.all([loadModule('document'), this.find(id)]);
    const unsent = await this.outbox.pending(id);
    if (turn !== this.opening) return; // another one was asked for meanwhile
    const document = new DocumentHandle(module, newActor());
    if (found.document) document.openTutti(found.document);
    for (const batch of unsent) {
      try {
        document.apply(batch.ops);
      } catch (error) {
        this.desk.complain(error);
        void this.outbox.confirmed(batch);
      }
    }
    document.forgetHistory();
    await this.leave();
    this.begin(id, document, found.revision);
    if (id.startsWith(LOCAL)) void this.bringToServer(id);
    else this.connect(id, unsent);
  }

  async create(title: string): Promise<void> {
    ++this.opening;
    const module = await loadModule('document');
    const document = new DocumentHandle(module, newActor());
    let id: string;
    try {
      id = (await this.desk.api.createProject(title || 'Untitled')).id;
    } catch (error) {
      if (!isOffline(error)) throw error;
      id = LOCAL + crypto.randomUUID();
    }
    await this.leave();
    this.begin(id, document, 0);
    if (id.startsWith(LOCAL)) void this.bringToServer(id);
    else this.connect(id, []);
    if (title) this.desk.document!.command({ do: 'set_title', title });
    this.desk.document!.forgetHistory();
    this.desk.changed(true);
  }

  async delete(id: string) {
    if (!id.startsWith(LOCAL)) await this.desk.api.deleteProject(id);
    await this.desk.db.remove('projects', id).catch(() => {});
    if (id === this.id) await this.create('');
    await this.list();
  }

  async list() {
    try {
      const { projects } = await this.desk.api.projects();
      this.desk.set({ projects: [...projects].sort((a, b) => (a.updated < b.updated ? 1 : -1)) });
    } catch (error) {
      if (!isOffline(error)) throw error;
      const kept = await this.desk.db.all<StoredProject>('projects').catch(() => []);
      kept.sort((a, b) => b.at - a.at);
      this.desk.set({
        projects: kept.map(({ id, title, revision, at }) => {
          const time = new Date(at).toISOString();
          return { id, title, revision, created: time, updated: time };
        }),
      });
    }
  }

  // What a file holds, as operations, without touching the open project.
  async operationsOf(read: (document: DocumentHandle) => void): Promise<unknown[]> {
    const document = new DocumentHandle(await loadModule('document'), newActor());
    read(document);
    return document.allOperations();
  }

  // Puts operations of a file into the open project, as if they had been made here.
  bring(ops: readonly unknown[]) {
    this.desk.document!.apply(ops);
    this.deliver(ops);
    this.desk.changed(true);
  }

  // Everything acknowledged, recordings too, or an error that says why not.
  async saved(within: number): Promise<boolean> {
    if (!this.sync) return false;
    if (!(await this.sync.settled(within))) return false;
    await this.takes.upload(this.id);
    return true;
  }

  uploadTakes() {
    if (!this.id.startsWith(LOCAL)) void this.takes.upload(this.id).catch(() => {}); // again when connected
  }

  wake() {
    this.sync?.wake();
    if (this.id.startsWith(LOCAL)) void this.bringToServer(this.id);
  }

  // Writes this browser's copy now (the page is being hidden or closed).
  keepNow() {
    clearTimeout(this.snapshotTimer);
    this.snapshotTimer = undefined;
    const { db, document, state } = this.desk;
    if (!document || !state.project) return;
    const stored: StoredProject = {
      id: state.project.id,
      title: state.song.title || state.project.title,
      revision: this.sync?.state().revision ?? this.serverRevision,
      document: document.saveTutti(),
      at: Date.now(),
    };
    void db.put('projects', stored).catch(() => {});
  }

  async leave() {
    clearTimeout(this.retryTimer);
    if (this.snapshotTimer !== undefined) this.keepNow();
    this.sync?.close();
    this.sync = null;
    this.early = [];
  }

  private async find(id: string): Promise<{ document: string | null; revision: number }> {
    const kept = await this.desk.db.get<StoredProject>('projects', id).catch(() => undefined);
    if (!id.startsWith(LOCAL)) {
      try {
        const { document, revision } = await this.desk.api.project(id);
        return { document: JSON.stringify(document), revision };
      } catch (error) {
        if (!isOffline(error) || !kept) throw error;
      }
    }
    return { document: kept?.document ?? null, revision: kept?.revision ?? 0 };
  }

  private begin(id: string, document: DocumentHandle, revision: number) {
    this.serverRevision = revision;
    this.desk.document = document;
    this.desk.set({
      ready: true,
      project: { id, title: '' },
      selection: new Set(),
      track: null,
      hum: { phase: 'idle' },
      people: [],
      save: { kind: 'saved', at: Date.now() },
    });
    void this.desk.db.set('project', id).catch(() => {});
    this.desk.changed(false);
  }

  private connect(id: string, unsent: Awaited<ReturnType<Outbox['pending']>>) {
    const sync = new Sync({
      project: id,
      revision: this.serverRevision,
      outbox: this.outbox,
      connect: (since) => this.desk.api.socket(`/ws/projects/${encodeURIComponent(id)}?since=${since}`),
      events: {
        operations: (ops) => this.receive(ops),
        changed: (state) => this.tell(state),
        people: (people) => this.desk.set({ people }),
        refused: (problem) => this.desk.set({ save: { kind: 'failed', problem } }),
      },
    });
    this.sync = sync;
    const known = new Set(unsent.map((batch) => batch.batch));
    sync.start([...unsent, ...this.early.filter((batch) => !known.has(batch.batch))]);
    this.early = [];
  }

  private receive(ops: readonly unknown[]) {
    try {
      this.desk.document!.apply(ops);
      this.desk.changed(false);
    } catch (error) {
      this.desk.complain(error);
    }
  }

  private send() {
    this.deliver(this.desk.document!.takeOperations());
  }

  private deliver(ops: readonly unknown[]) {
    if (ops.length === 0) return;
    if (this.sync) void this.sync.push(ops);
    else {
      // Begun without a server: the outbox holds everything until there is one.
      this.early.push(...this.outbox.add(this.id, ops).batches);
      this.offlineSave();
    }
  }

  private tell({ connected, pending }: SyncState) {
    const { save, online } = this.desk.state;
    if (connected && !online) this.uploadTakes();
    const next =
      pending === 0 && (connected || save.kind === 'saved')
        ? ({ kind: 'saved', at: save.kind === 'saved' ? save.at : Date.now() } as const)
        : ({ kind: connected ? 'saving' : 'offline', pending } as const);
    const same =
      next.kind === save.kind &&
      ('pending' in next ? 'pending' in save && next.pending === save.pending : true);
    if (!same || connected !== online) this.desk.set({ save: same ? save : next, online: connected });
  }

  private offlineSave() {
    void this.outbox.pending(this.id).then((batches) => {
      if (!this.sync) this.desk.set({ save: { kind: 'offline', pending: batches.length }, online: false });
    });
  }

  // A project that began here gets its place on the server as soon as there is one.
  private async bringToServer(local: string) {
    clearTimeout(this.retryTimer);
    try {
      const { id } = await this.desk.api.createProject(this.desk.state.song.title || 'Untitled');
      if (this.id !== local) return;
      this.desk.set({ project: { id, title: '' } }); // edits from here on are written under the new name
      await this.outbox.rebind(local, id);
      await this.takes.rebind(local, id);
      const unsent = await this.outbox.pending(id);
      await this.desk.db.set('project', id);
      await this.desk.db.remove('projects', local);
      if (this.id === id) this.connect(id, unsent);
      this.keepSoon();
    } catch {
      if (this.id !== local) return;
      this.offlineSave();
      this.retryTimer = setTimeout(() => void this.bringToServer(local), RETRY);
    }
  }

  private keepSoon() {
    this.snapshotTimer ??= setTimeout(() => this.keepNow(), SNAPSHOT_AFTER);
  }
}
