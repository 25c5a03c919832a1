// Brings the pieces of a song's stems to the player: from this browser, else from the server, those next
// to the playhead first, and no more at once than memory should hold.
//
// Pieces that came are kept in the database; those far from the playhead leave the player when a song is
// longer than MOST of them. One object a song that is open. No clocks: wake() says that something changed.
import { PIECE, PRACTICE_RATE, STEMS, type ToPractice } from '../worklet/practice_protocol';
import type { PracticeDatabase, StoredEntry } from './practice_database';
import { PeaksOfSong } from './practice_peaks';

const MOST = 96; // 270 MB: 6.4 minutes of four stems
const BEHIND = 4; // pieces kept before the playhead
const LIMIT = 2e9; // bytes kept in this browser
const RETRY = 1500; // ms after a failure

export interface PieceSource {
  // The four stems of one piece, interleaved stereo; null where it is not made yet.
  piece(index: number, signal: AbortSignal): Promise<Int16Array[] | null>;
}
export interface SongOfPieces {
  readonly id: string; // of the stems
  readonly frames: number;
  readonly model: string;
}

export class Pieces {
  readonly count: number;
  readonly peaks: PeaksOfSong;
  private readonly state: Uint8Array; // 0 not in the player, 1 on its way, 2 there
  private readonly kept = new Set<number>();
  private readonly abort = new AbortController();
  private working = 0;
  private ready: number; // pieces that the source has
  private at = 0; // piece of the playhead
  private loopAt = -1; // piece that the loop goes back to
  private resting: ReturnType<typeof setTimeout> | undefined;
  private bytes = 0;

  constructor(
    readonly song: SongOfPieces,
    private readonly source: PieceSource,
    private readonly db: PracticeDatabase,
    private readonly send: (message: ToPractice, transfer: Transferable[]) => void,
    private readonly told: (problem: unknown) => void,
    entry: StoredEntry | null,
    private readonly parallel = 3,
    private readonly limit = LIMIT,
  ) {
    this.count = Math.ceil(song.frames / PIECE);
    this.state = new Uint8Array(this.count);
    this.ready = entry?.pieces === this.count ? this.count : 0;
    this.bytes = entry?.bytes ?? 0;
    this.peaks = new PeaksOfSong(song.frames, PRACTICE_RATE, entry?.peaks ?? null);
  }

  // Seconds from the start that the source has.
  setReady(seconds: number) {
    const frames = Math.floor(seconds * PRACTICE_RATE);
    const pieces = frames >= this.song.frames - PRACTICE_RATE / 100 ? this.count : Math.floor(frames / PIECE);
    if (pieces <= this.ready) return;
    this.ready = pieces;
    this.wake();
  }
  // Where the playhead is and where the loop begins, in frames (-1: none).
  follow(frame: number, loopStart: number) {
    const at = Math.min(this.count - 1, Math.max(0, Math.floor(frame / PIECE)));
    const loopAt = loopStart < 0 ? -1 : Math.floor(loopStart / PIECE);
    if (at === this.at && loopAt === this.loopAt) return;
    this.at = at;
    this.loopAt = loopAt;
    this.wake();
  }
  inPlayer(index: number): boolean {
    return this.state[index] === 2;
  }

  wake() {
    while (this.working < this.parallel && !this.abort.signal.aborted) {
      const index = this.next();
      if (index < 0) return;
      this.working++;
      this.state[index] = 1;
      void this.bring(index)
        .then((there) => {
          this.state[index] = there ? 2 : 0;
          this.working--;
          if (there) this.wake();
        })
        .catch((error: unknown) => {
          this.state[index] = 0;
          this.working--;
          if (this.abort.signal.aborted) return;
          this.told(error);
          this.rest();
        });
    }
  }
  // A piece that was made here.
  async put(index: number, stems: Int16Array[]) {
    this.peaks.add(index, stems);
    await this.keep(index, stems);
    if (this.state[index] === 0 && this.wanted(index)) {
      this.state[index] = 2;
      this.give(index, stems);
    }
  }
  close() {
    this.abort.abort();
    clearTimeout(this.resting);
  }

  // Nearest after the playhead, where the loop goes back to, then around; -1: nothing to do.
  private next(): number {
    const free = (i: number) => i >= 0 && i < this.ready && this.state[i] === 0;
    if (free(this.at)) return this.at;
    if (free(this.loopAt)) return this.loopAt;
    for (let i = this.at; i < Math.min(this.count, this.at + MOST - BEHIND - 2); i++) if (free(i)) return i;
    for (let i = this.at; i >= 0; i--) if (free(i) && this.wanted(i)) return i;
    return -1;
  }
  private wanted(index: number): boolean {
    if (this.count <= MOST || index === this.loopAt || index === 0) return true;
    return index >= this.at - BEHIND && index < this.at + MOST - BEHIND - 2;
  }

  private async bring(index: number): Promise<boolean> {
    const stored = await this.db.piece(this.song.id, index).catch(() => undefined);
    let stems: Int16Array[] | null = stored?.map((b) => new Int16Array(b)) ?? null;
    if (!stems || stems.length !== STEMS) {
      stems = await this.source.piece(index, this.abort.signal);
      if (!stems || this.abort.signal.aborted) return false;
      this.peaks.add(index, stems);
      await this.keep(index, stems);
    } else {
      this.kept.add(index);
      this.peaks.add(index, stems);
    }
    if (this.abort.signal.aborted) return false;
    this.give(index, stems);
    return true;
  }
  private give(index: number, stems: Int16Array[]) {
    for (let i = 0; this.count > MOST && i < this.count; i++) {
      if (this.state[i] !== 2 || this.wanted(i) || i === index) continue;
      this.state[i] = 0;
      this.send({ type: 'drop', index: i }, []);
    }
    this.send(
      { type: 'piece', index, stems },
      stems.map((s) => s.buffer as ArrayBuffer),
    );
  }

  // Into the database, which copies; a full disk is no reason to stop.
  private async keep(index: number, stems: readonly Int16Array[]) {
    if (this.kept.has(index)) return;
    const buffers = stems.map((s) => (s.byteLength === s.buffer.byteLength ? s.buffer : s.slice().buffer));
    try {
      await this.db.putPiece(this.song.id, index, buffers as ArrayBuffer[]);
    } catch {
      return;
    }
    this.kept.add(index);
    this.bytes += stems.reduce((sum, s) => sum + s.byteLength, 0);
    await this.enter();
  }
  // The song's line in the list of what is here.
  async enter() {
    const { song, peaks } = this;
    const entry: StoredEntry = {
      id: song.id,
      frames: song.frames,
      rate: PRACTICE_RATE,
      model: song.model,
      pieces: Math.max(this.kept.size, this.ready === this.count && peaks.whole ? this.count : 0),
      bytes: this.bytes,
      used: Date.now(),
      peaks: peaks.whole ? peaks.kept() : null,
    };
    await this.db.put('entries', entry).catch(() => {});
    if (this.kept.size % 16 === 0 || entry.pieces === this.count)
      await this.db.trim(this.limit, song.id).catch(() => {});
  }
  private rest() {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.wake(), RETRY);
  }
}
