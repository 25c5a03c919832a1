// From a voice or a file to notes in the song: record, decode, transcribe, write down.
//
// With a count-in or the metronome the song's own tempo holds and the notes stand where they were sung
// against it; without, the engine finds tempo, metre and key, which become the song's if it has none.
import { decodeAudio } from './audio_file';
import type { Desk } from './desk';
import { MELODY_TRIM } from './edits';
import { Microphone, type Captured } from './microphone';
import type { Player } from './playback';
import { problemOf, wasCancelled } from './problem';
import type { Projects } from './projects';
import type { Takes } from './takes';
import { transcribe, type HumSettings } from './transcriber';
import type { Hum, LiveInput, Ticks } from './types';
import { toMono, type Audio } from './wav';

interface Source {
  audio: Audio;
  file: ArrayBuffer | null; // null: from the microphone
  at: Ticks | null; // where the first sample lies in the song; null: to be found
}

export class HumFlow implements Hum {
  private microphone: Microphone | null = null;
  private abort: AbortController | null = null;
  private last: Source | null = null;
  private startedAt: Ticks = 0;
  private withBeat = false;

  constructor(
    private readonly desk: Desk,
    private readonly player: Player,
    private readonly takes: Takes,
    private readonly projects: Projects,
  ) {}

  live(): LiveInput | null {
    return this.microphone?.live() ?? null;
  }

  async record(): Promise<void> {
    if (this.busy()) return;
    const { transport } = this.desk.state;
    this.withBeat = transport.metronome || transport.countInBars > 0;
    const signal = this.begin();
    this.desk.set({ hum: { phase: 'asking' } });
    try {
      if (transport.playing) this.player.stop();
      // Without a beat nothing is heard meanwhile, but the recording runs on the same clock.
      await (this.withBeat ? this.player.ready() : this.player.engine.start());
      const microphone = await Microphone.open(this.player.engine.context!);
      if (signal.aborted) return microphone.close();
      this.microphone = microphone;
      microphone.onLimit = () => void this.stop();
      microphone.onLost = () => void this.stop();
      this.recording(true);
      if (this.withBeat) {
        this.startedAt = this.desk.document!.time.barStart(this.player.position());
        this.player.seek(this.startedAt);
        await this.player.play();
      }
      this.desk.set({
        hum: { phase: this.withBeat && transport.countInBars > 0 ? 'count-in' : 'recording' },
      });
    } catch (error) {
      if (signal.aborted) return;
      this.letGo();
      this.desk.set({ hum: { phase: 'failed', problem: problemOf(error), canRetry: false } });
    }
  }

  // The engine tells when counting is over.
  rolled() {
    if (this.desk.state.hum.phase === 'count-in') this.desk.set({ hum: { phase: 'recording' } });
  }

  async stop(): Promise<void> {
    const { microphone } = this;
    if (!microphone) return;
    this.microphone = null;
    const start = this.withBeat ? this.songStart() : null;
    const captured = await microphone.stop();
    this.letGo();
    const source =
      start === null ? { audio: captured.audio, file: null, at: null } : this.cut(captured, start);
    await this.write(source);
  }

  cancel() {
    this.abort?.abort();
    this.microphone?.close();
    this.microphone = null;
    this.letGo();
    this.desk.set({ hum: { phase: 'idle' } });
  }

  async open(file: File): Promise<void> {
    if (this.busy()) return;
    const signal = this.begin();
    this.desk.set({ hum: { phase: 'decoding', progress: 0, sentence: `Reading ${file.name}` } });
    try {
      const bytes = await file.arrayBuffer();
      const audio = await decodeAudio(bytes);
      if (signal.aborted) return;
      await this.write({ audio, file: bytes, at: null });
    } catch (error) {
      if (signal.aborted) return;
      this.desk.set({ hum: { phase: 'failed', problem: problemOf(error), canRetry: false } });
    }
  }

  async retry(): Promise<void> {
    if (this.last && !this.busy()) await this.write(this.last);
  }

  private busy(): boolean {
    return !['idle', 'failed'].includes(this.desk.state.hum.phase) || !this.desk.document;
  }

  private begin(): AbortSignal {
    this.abort?.abort();
    this.abort = new AbortController();
    return this.abort.signal;
  }

  private recording(on: boolean) {
    this.desk.set({ transport: { ...this.desk.state.transport, recording: on } });
  }

  private letGo() {
    if (this.desk.state.transport.playing) this.player.stop();
    if (this.desk.state.transport.recording) this.recording(false);
    this.player.engine.send({ type: 'countIn', bars: 0 });
  }

  // The clock's frame at which the singer heard the song begin to roll.
  private songStart(): number | null {
    const { engine } = this.player;
    const seconds = this.desk.document!.time.seconds(this.startedAt);
    return engine.frameHeardAt(seconds, (at) => this.desk.document!.time.seconds(at));
  }

  // What was sung from the song's start on; the count-in falls away.
  private cut({ audio, frame }: Captured, start: number): Source {
    const from = Math.round(start - frame);
    const samples = audio.channels[0]!;
    const kept = from >= 0 ? samples.slice(from) : new Float32Array(samples.length - from);
    if (from < 0) kept.set(samples, -from);
    return { audio: { rate: audio.rate, channels: [kept] }, file: null, at: this.startedAt };
  }

  private async write(source: Source): Promise<void> {
    this.last = source;
    const signal = this.begin();
    const project = this.projects.id;
    const tell = (progress: number, sentence: string) => {
      if (!signal.aborted) this.desk.set({ hum: { phase: 'transcribing', progress, sentence } });
    };
    tell(0, 'Listening');
    try {
      const mono = toMono(source.audio);
      const bytes = await transcribe(mono, source.audio.rate, this.settings(source.at), tell, signal);
      const blob = await this.takes.keep(project, source.audio, source.file);
      if (signal.aborted || this.projects.id !== project) return;
      this.enter(source, bytes, blob);
      this.desk.set({ hum: { phase: 'idle' } });
      this.projects.uploadTakes();
    } catch (error) {
      if (wasCancelled(error) || signal.aborted) return;
      this.desk.set({ hum: { phase: 'failed', problem: problemOf(error), canRetry: true } });
    }
  }

  private settings(at: Ticks | null): HumSettings {
    if (at === null) return { tempo: 0, numerator: 0, denominator: 0, grid: 0 };
    const { time } = this.desk.document!;
    const metre = this.desk.state.song.metres.findLast((m) => m.at <= at) ?? { numerator: 4, denominator: 4 };
    return { tempo: time.bpm(at), numerator: metre.numerator, denominator: metre.denominator, grid: 0 };
  }

  private enter(source: Source, hum: Uint8Array, blob: string) {
    const document = this.desk.document!;
    const { notes, song, track } = this.desk.state;
    const program = song.tracks.find((t) => t.id === track)?.program ?? 0;
    const take = {
      blob,
      rate: source.audio.rate,
      frames: source.audio.channels[0]!.length,
      channels: source.audio.channels.length,
    };
    const entered = this.group('Hum', () => {
      const made = document.importMelody(
        hum,
        notes.length === 0 && source.at === null,
        program,
        take,
        source.at,
      );
      document.command({ do: 'set_track', track: made.track, trim: MELODY_TRIM });
      return made;
    });
    this.desk.set({ track: entered.track });
    this.desk.changed(true);
  }

  // One step of undo, or none if it fails.
  private group<T>(label: string, edit: () => T): T {
    const document = this.desk.document!;
    document.command({ do: 'begin', label });
    try {
      const made = edit();
      document.command({ do: 'end' });
      return made;
    } catch (error) {
      document.command({ do: 'cancel' });
      throw error;
    }
  }
}
