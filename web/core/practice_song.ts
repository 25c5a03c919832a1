// The song that is open: its stems on their way to the player, what is heard in it, its settings.
import { isOffline } from './api';
import type { Heard, SongReply, SongSettings, StemsReply } from './practice_api';
import type { StoredEntry } from './practice_database';
import { withinLadder, wholePercent } from './practice_ladder';
import type { Loops } from './practice_loops';
import { Pieces, type PieceSource } from './practice_pieces';
import type { PracticeRoom } from './practice_room';
import { NO_SONG, PRACTICE_START } from './practice_state';
import type { Transport } from './practice_transport';
import {
  STEM_NAMES,
  type PracticeSong,
  type Separation,
  type SongAnalysis,
  type StemName,
} from './practice_types';
import { whyNot, type StemsWatch } from './practice_watch';
import { PIECE } from '../worklet/practice_protocol';
import { Failure, failure } from './problem';

const SAVE = 800; // ms of rest before settings go to the server
const HEARD = 500; // ms between two questions for the analysis

interface KeptSettings {
  settings: SongSettings;
  sent: boolean;
}

export class OpenSong {
  pieces: Pieces | null = null;
  stems = ''; // id
  raw: Record<string, unknown> | null = null; // the analysis as the server has it
  onChange: (analysis: SongAnalysis | null) => void = () => {};
  private turn = 0; // of opening: what comes for an earlier one is late
  private saving: ReturnType<typeof setTimeout> | undefined;
  private listening: ReturnType<typeof setTimeout> | undefined;
  private chosen = 0; // Hz that was chosen for A4, 0: the song's own
  private readonly rates = new Map<string, { rate: number; frames: number }>();

  constructor(
    private readonly room: PracticeRoom,
    private readonly transport: Transport,
    private readonly loops: () => Loops,
    private readonly watch: StemsWatch,
  ) {}

  // `stems`: what is known of them already.
  async open(song: SongReply, stems: StemsReply | null = null): Promise<void> {
    this.close();
    const turn = this.turn;
    const { room } = this;
    const id = stems?.id ?? song.stems ?? '';
    room.set({ ...NO_SONG, phase: 'opening', song: viewOf(song), duration: song.duration });
    // Nobody waits for the sound before the song is seen.
    room.output.open().catch((error: unknown) => turn === this.turn && room.told(error));
    try {
      const [entry, kept] = await Promise.all([
        id ? room.db.get<StoredEntry>('entries', id).catch(() => undefined) : undefined,
        room.recall<KeptSettings>(`song:${song.id}`),
      ]);
      if (turn !== this.turn) return;
      this.restore(kept?.settings ?? {});
      if (entry && entry.pieces === Math.ceil(entry.frames / PIECE)) {
        this.begin(id, entry.frames, entry.model, entry);
        const duration = entry.frames / entry.rate;
        room.set({ duration, ready: duration, progress: 1, fromCache: true, took: 0, sentence: '' });
      } else await this.ask(song, stems, turn);
      if (turn !== this.turn) return;
      if (room.get().phase === 'opening') room.set({ phase: 'ready' });
      room.remember('last', song.id);
      if (isHere(song)) return;
      void this.hear(song, turn).catch((error: unknown) => this.unheard(error, turn));
      void this.fetchSettings(song, kept, turn).catch(() => {});
    } catch (error) {
      if (turn !== this.turn) return;
      room.told(error);
      room.set({ phase: 'failed' });
      throw error;
    }
  }
  close() {
    this.turn++;
    clearTimeout(this.listening);
    if (this.saving) this.save(true);
    this.pieces?.close();
    this.pieces = null;
    this.stems = '';
    this.raw = null;
    this.chosen = 0;
  }

  // News of a separation that this song may be of.
  news(stems: StemsReply) {
    const { room } = this;
    const { song } = room.get();
    if (!song || stems.id !== this.stems) return;
    const done = stems.state === 'ready';
    if (stems.frames > 0) this.rates.set(stems.id, { rate: stems.rate || 44100, frames: stems.frames });
    if (!this.pieces && stems.frames > 0 && (done || stems.ready_seconds > 0 || stems.state === 'running'))
      this.begin(stems.id, framesAt(stems), stems.model, null);
    if (done && this.pieces && this.pieces.song.frames !== framesAt(stems)) {
      // The file had claimed another length.
      const at = this.transport.position();
      this.begin(stems.id, framesAt(stems), stems.model, null);
      this.transport.seek(at);
    }
    const duration = stems.frames > 0 && stems.rate > 0 ? stems.frames / stems.rate : room.get().duration;
    const ready = done ? duration : Math.min(stems.ready_seconds, duration);
    this.pieces?.setReady(done ? Infinity : stems.ready_seconds);
    room.set({
      duration,
      ready,
      progress: done ? 1 : stems.progress,
      sentence: done ? '' : stems.sentence,
      took: done ? stems.took : 0,
      fromCache: stems.cached,
      ...(this.pieces && room.get().phase === 'opening' ? { phase: 'ready' } : {}),
    });
    if (stems.state === 'failed')
      room.set({ phase: this.pieces ? 'ready' : 'failed', problem: whyNot(stems).problem });
  }

  // Stems that are made here: the pieces are put by whoever makes them.
  here(id: string, frames: number, model: string): Pieces {
    this.begin(id, frames, model, null, { piece: async () => null });
    this.room.set({ phase: 'ready', duration: frames / this.room.output.rate });
    return this.pieces!;
  }

  // A few times a second.
  look() {
    const { room } = this;
    const loop = this.loops().on();
    this.pieces?.follow(room.output.position(), loop ? loop.start * room.output.rate : -1);
  }

  // ---------------------------------------------------------------- stems

  private async ask(song: SongReply, known: StemsReply | null, turn: number) {
    const { room } = this;
    if (isHere(song))
      throw failure(
        'not_found',
        'The stems of this song are not in this browser any more.',
        'Drop its file again.',
      );
    let stems = known;
    if (!stems && song.stems)
      stems = await room.api.stems(song.stems).catch((error: unknown) => {
        if (isOffline(error)) throw error;
        return null; // dropped by the server: taken apart again
      });
    if (turn !== this.turn) return;
    if (!stems || stems.state === 'failed' || stems.state === 'cancelled') {
      const model = serverModel(song.model);
      const person = await room.person();
      stems = (await room.api.process({ blob: song.blob, name: song.title, model, person })).stems;
    }
    if (turn !== this.turn) return;
    this.stems = stems.id;
    void this.watch.follow(stems).catch((error: unknown) => turn === this.turn && room.told(error));
  }

  private begin(id: string, frames: number, model: string, entry: StoredEntry | null, source?: PieceSource) {
    const { room, transport } = this;
    const { output } = room;
    this.pieces?.close();
    this.stems = id;
    output.send({ type: 'song', frames });
    this.pieces = new Pieces(
      { id, frames, model },
      source ?? this.server(id),
      room.db,
      (message, transfer) => output.send(message, transfer),
      (error) => isOffline(error) || room.told(error),
      entry,
    );
    transport.sendSpeed();
    transport.sendPitch();
    transport.sendGains();
    transport.sendMetronome();
    transport.sendBeats();
    this.loops().send();
    this.pieces.wake();
    if (entry) void this.pieces.enter();
  }
  private server(id: string): PieceSource {
    const { api, output } = this.room;
    return {
      piece: async (index, signal) => {
        try {
          return await Promise.all(
            STEM_NAMES.map((stem) => api.piece(id, stem, output.rate, index * PIECE, PIECE, signal)),
          );
        } catch (error) {
          if (error instanceof Failure && error.problem.code === 'not_yet') return null;
          throw error;
        }
      },
    };
  }

  // ---------------------------------------------------------------- what is heard in it

  async hear(song: { id: string } = this.room.get().song!, turn = this.turn): Promise<void> {
    const { room } = this;
    const instrument = room.get().instrument;
    const key = `analysis:${song.id}:${instrument}`;
    const kept = await room.recall<Omit<Heard, 'job'>>(key);
    if (turn !== this.turn) return;
    if (kept) this.heard({ ...kept, job: '' });
    else room.set({ analysing: true });
    const person = await room.person();
    for (;;) {
      const reply = await room.api.analysis(song.id, instrument, person);
      if (turn !== this.turn || room.get().instrument !== instrument) return;
      if ('analysis' in reply) {
        this.heard(reply);
        if (!reply.job) {
          const { raw, analysis, hard } = reply;
          room.remember(key, { raw, analysis, hard });
          break;
        }
        room.set({ analysing: true });
      }
      await new Promise((resolve) => (this.listening = setTimeout(resolve, HEARD)));
      if (turn !== this.turn) return;
    }
    room.set({ analysing: false });
  }
  private heard({ raw, analysis, hard }: Heard) {
    this.raw = raw;
    this.setAnalysis(analysis);
    this.room.set({ hard, analysing: false });
  }
  private unheard(error: unknown, turn: number) {
    if (turn !== this.turn) return;
    this.room.set({ analysing: false });
    if (!isOffline(error)) this.room.told(error);
  }
  setAnalysis(analysis: SongAnalysis) {
    this.room.set({ analysis, tuning: this.chosen || analysis.tuning });
    this.transport.sendBeats();
    this.transport.sendPitch();
    this.onChange(analysis);
  }
  choseTuning(hz: number) {
    const own = this.room.get().analysis?.tuning ?? PRACTICE_START.tuning;
    this.chosen = Math.abs(hz - own) < 0.05 ? 0 : hz;
  }
  setInstrument(instrument: StemName) {
    const { song } = this.room.get();
    this.room.set({ instrument, hard: [], hardShown: 3 });
    this.transport.sendGains();
    this.save();
    if (song && !isHere(song)) void this.hear(song).catch((error: unknown) => this.unheard(error, this.turn));
  }

  // ---------------------------------------------------------------- settings of the song

  save(now = false) {
    const { room } = this;
    const { song, loops, instrument, speed, pitch, ladder } = room.get();
    clearTimeout(this.saving);
    this.saving = undefined;
    if (!song) return;
    const settings: SongSettings = {
      loops: [...loops],
      instrument,
      speed,
      pitch,
      tuning: this.chosen,
      ladder,
    };
    room.remember(`song:${song.id}`, { settings, sent: false } satisfies KeptSettings);
    const send = () => {
      this.saving = undefined;
      void this.send(song.id, settings);
    };
    if (now) send();
    else this.saving = setTimeout(send, SAVE);
  }
  private async send(song: string, settings: SongSettings) {
    const { room } = this;
    if (isHere({ id: song })) return;
    try {
      await room.api.putSettings(song, await room.person(), settings);
      if (!this.saving) room.remember(`song:${song}`, { settings, sent: true } satisfies KeptSettings);
    } catch (error) {
      if (!isOffline(error)) room.told(error);
    }
  }
  private async fetchSettings(song: SongReply, kept: KeptSettings | undefined, turn: number) {
    // What this browser could not send yet is newer.
    if (kept && !kept.sent) return this.send(song.id, kept.settings);
    const settings = await this.room.api.settings(song.id, await this.room.person());
    if (turn !== this.turn || this.saving) return;
    this.restore(settings);
    if (this.room.get().loop) this.loops().send();
  }
  private restore(settings: Partial<SongSettings>) {
    const { room, transport } = this;
    const { loops, instrument, speed, pitch, tuning, ladder } = settings;
    this.chosen = tuning && tuning >= 400 ? tuning : 0;
    room.set({
      ...(loops ? { loops } : {}),
      ...(instrument && STEM_NAMES.includes(instrument) ? { instrument } : {}),
      ...(speed ? { speed: wholePercent(speed) } : {}),
      ...(pitch !== undefined ? { pitch } : {}),
      ...(ladder ? { ladder: withinLadder({ ...room.get().ladder, ...ladder }) } : {}),
      tuning: this.chosen || room.get().analysis?.tuning || PRACTICE_START.tuning,
    });
    transport.sendSpeed();
    transport.sendPitch();
  }
}

// A song that only this browser has (practice_here.ts).
export const isHere = (song: { id: string }) => song.id.startsWith('here-');
export const viewOf = ({ stems: _, ...song }: SongReply): PracticeSong => ({
  ...song,
  model: (song.model || 'instant') as Separation,
});
export const serverModel = (model: string): string => (model && model !== 'here' ? model : 'instant');

const framesAt = (stems: StemsReply): number =>
  stems.rate === 44100 || stems.rate <= 0 ? stems.frames : Math.round((stems.frames * 44100) / stems.rate);

export const noSuchSong = () =>
  failure('not_found', 'This song is not in the library.', 'Open another, or drop its file again.');
