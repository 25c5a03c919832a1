// The library: songs listed, files on their way in, songs renamed and removed.
//
// Files go up two at a time, are known by their SHA-256 (what the server has is not sent again), and each
// fails for itself.
import { isOffline } from './api';
import type { PracticeApi, ProcessReply, SongReply, StemsReply } from './practice_api';
import type { PracticeRoom } from './practice_room';
import { isHere, noSuchSong, serverModel, viewOf } from './practice_song';
import type { Separation, SongImport } from './practice_types';
import { whyNot, type StemsWatch } from './practice_watch';
import { Failure, problemOf, wasCancelled } from './problem';
import type { Problem } from './types';

const AT_ONCE = 2;
const HASHED = 400e6; // bytes: above it the file goes up without its name

interface Arrival {
  readonly file: File;
  readonly model: Separation;
  abort: AbortController;
  stems: string; // their id once known
}

export class Library {
  songs: SongReply[] = [];
  // Opens a song that has come in.
  onGone: () => void = () => {};
  onSong: (song: SongReply, stems: StemsReply) => Promise<void> = async () => {};
  // Takes a song apart in this browser.
  separateHere: (
    file: File,
    arrival: { told(p: number, s: string): void; signal: AbortSignal },
  ) => Promise<string> = async () => '';
  private readonly arrivals = new Map<string, Arrival>();
  private readonly queue: string[] = [];
  private working = 0;
  private opened = false; // the first of a batch is opened

  constructor(
    private readonly room: PracticeRoom,
    private readonly watch: StemsWatch,
  ) {}

  async refresh(): Promise<void> {
    const { room } = this;
    try {
      const songs = await room.api.songs(await room.person());
      this.show([...songs, ...this.songs.filter((s) => isHere(s) && !songs.some((t) => t.id === s.id))]);
      room.remember('songs', this.songs);
    } catch (error) {
      const kept = await room.recall<SongReply[]>('songs');
      if (kept) this.show(kept);
      if (!kept || !isOffline(error)) throw error;
      room.told(error);
    }
  }
  find(id: string): SongReply {
    const song = this.songs.find((s) => s.id === id);
    if (!song) throw noSuchSong();
    return song;
  }
  put(song: SongReply) {
    this.show([song, ...this.songs.filter((s) => s.id !== song.id)]);
    this.room.remember('songs', this.songs);
  }

  add(files: readonly File[]) {
    const { room } = this;
    this.opened = false;
    for (const file of files) {
      const id = crypto.randomUUID();
      this.arrivals.set(id, { file, model: room.get().model, abort: new AbortController(), stems: '' });
      const view: SongImport = {
        id,
        name: file.name,
        state: 'uploading',
        progress: 0,
        sentence: 'Waiting',
        position: 0,
        song: '',
        problem: null,
      };
      room.set({ imports: [...room.get().imports, view] });
      this.queue.push(id);
    }
    this.next();
  }
  cancel(id: string) {
    const arrival = this.arrivals.get(id);
    arrival?.abort.abort();
    if (arrival?.stems) {
      this.watch.stop(arrival.stems);
      void this.room.api.cancelStems(arrival.stems).catch(() => {});
    }
    this.dismiss(id);
  }
  dismiss(id: string) {
    this.arrivals.delete(id);
    this.room.set({ imports: this.room.get().imports.filter((i) => i.id !== id) });
  }
  retry(id: string) {
    const arrival = this.arrivals.get(id);
    if (!arrival) return;
    arrival.abort = new AbortController();
    this.tell(id, { state: 'uploading', progress: 0, sentence: 'Waiting', problem: null });
    this.queue.push(id);
    this.next();
  }

  // News of a separation: for the import it belongs to.
  news(stems: StemsReply) {
    for (const [id, arrival] of this.arrivals) {
      if (arrival.stems !== stems.id) continue;
      const { state, progress, sentence, position } = stems;
      if (state === 'queued' || state === 'running') this.tell(id, { state, progress, sentence, position });
    }
  }

  async rename(id: string, title: string, artist: string): Promise<void> {
    const song = this.find(id);
    if (!isHere(song)) await this.room.api.rename(id, await this.room.person(), title, artist);
    const renamed = { ...song, title, artist };
    this.show(this.songs.map((s) => (s.id === id ? renamed : s)));
    if (this.room.get().song?.id === id) this.room.set({ song: viewOf(renamed) });
    this.room.remember('songs', this.songs);
  }
  async remove(id: string): Promise<void> {
    const song = this.find(id);
    if (!isHere(song)) await this.room.api.removeSong(id, await this.room.person());
    if (song.stems) await this.room.db.dropStems(song.stems).catch(() => {});
    this.show(this.songs.filter((s) => s.id !== id));
    this.room.remember('songs', this.songs);
  }
  close() {
    for (const { abort } of this.arrivals.values()) abort.abort();
  }

  private next() {
    while (this.working < AT_ONCE && this.queue.length) {
      const id = this.queue.shift()!;
      const arrival = this.arrivals.get(id);
      if (!arrival) continue;
      this.working++;
      void this.bring(id, arrival)
        .then(
          () => this.done(id),
          (error: unknown) => {
            if (wasCancelled(error)) this.dismiss(id);
            else void this.failed(id, problemOf(error));
          },
        )
        .finally(() => {
          this.working--;
          this.next();
        });
    }
  }
  // A file that is no song leaves none behind, and gives way to the next.
  private async failed(id: string, problem: Problem) {
    this.tell(id, { state: 'failed', problem, sentence: '', position: 0 });
    const song = this.room.get().imports.find((i) => i.id === id)?.song;
    if (!song || problem.code !== 'bad_input') return;
    this.tell(id, { song: '' });
    if (this.room.get().song?.id === song) this.onGone();
    await this.remove(song).catch(() => {});
  }
  private done(id: string) {
    this.tell(id, { state: 'done', progress: 1, sentence: '', position: 0 });
    void this.refresh().catch(() => {});
  }

  private async bring(id: string, arrival: Arrival): Promise<void> {
    const { file, model, abort } = arrival;
    if (model === 'here') {
      const told = (progress: number, sentence: string) =>
        this.tell(id, { state: 'running', progress, sentence });
      this.tell(id, { song: await this.separateHere(file, { told, signal: abort.signal }) });
      return;
    }
    const person = await this.room.person();
    const told = (progress: number) =>
      this.tell(id, { progress, sentence: progress < 1 ? 'Sending the file' : 'Reading the file' });
    const reply = await sendSong(
      this.room.api,
      file,
      serverModel(model),
      person,
      told,
      abort.signal,
      (blob) => this.room.get().songs.some((song) => song.blob === blob),
    );
    abort.signal.throwIfAborted();
    arrival.stems = reply.stems.id;
    this.put({ ...reply.song, stems: reply.stems.id });
    this.tell(id, { song: reply.song.id, progress: 0 });
    const last = this.watch.follow(reply.stems);
    if (!this.opened && !this.room.get().playing) {
      this.opened = true;
      void this.onSong({ ...reply.song, stems: reply.stems.id }, reply.stems).catch(() => {});
    }
    const stems = await last;
    abort.signal.throwIfAborted();
    if (stems.state === 'failed') throw whyNot(stems);
    if (stems.state === 'cancelled') throw new DOMException('', 'AbortError');
    // The one that was opened first was no song.
    if (!this.room.get().song) await this.onSong({ ...reply.song, stems: stems.id }, stems);
  }
  private tell(id: string, change: Partial<SongImport>) {
    this.room.set({ imports: this.room.get().imports.map((i) => (i.id === id ? { ...i, ...change } : i)) });
  }
  private show(songs: SongReply[]) {
    this.songs = songs;
    const { phase, song } = this.room.get();
    this.room.set({
      songs: songs.map(viewOf),
      ...(phase === 'starting' || (phase === 'empty' && song) ? { phase: song ? phase : 'empty' } : {}),
    });
  }
}

async function sendSong(
  api: PracticeApi,
  file: File,
  model: string,
  person: string,
  told: (fraction: number) => void,
  signal: AbortSignal,
  known: (blob: string) => boolean,
): Promise<ProcessReply> {
  if (file.size > HASHED || !globalThis.crypto?.subtle) {
    const form = new FormData();
    form.set('model', model);
    form.set('person', person);
    form.set('file', file, file.name);
    return JSON.parse(await api.upload('POST', '/api/process', form, told, signal)) as ProcessReply;
  }
  const blob = await sha256Of(await file.arrayBuffer());
  signal.throwIfAborted();
  const wish = { blob, name: file.name, model, person };
  // Only what the server should know is asked for before it is sent: a refusal would stand in the log.
  if (known(blob)) {
    try {
      return await api.process(wish);
    } catch (error) {
      if (!(error instanceof Failure) || error.problem.code !== 'not_found') throw error;
    }
  }
  await api.upload('PUT', `/api/blobs/${blob}`, file, told, signal);
  told(1);
  return api.process(wish);
}

export async function sha256Of(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (b) => b.toString(16).padStart(2, '0')).join('');
}
