// Samples of instruments, fetched program by program when the song first needs them.
import type { Desk } from './desk';
import type { Engine } from './engine';
import { synths } from '../contract/synths';
import { isOffline } from './api';
import { failure, problemOf } from './problem';
import type { Takes } from './takes';
import type { FontInfo, Job, Problem } from './types';

const PRESET = /^sf:(.*):(\d+):(\d+)$/;
const DRUMS = 128; // the bank of percussion
const isSynth = (id: string): boolean => synths.some((synth) => synth.id === id);
const STREAM_CHUNK = 16384; // frames, as StreamedAudio of engine/graph has them

export class Instruments {
  private readonly underWay = new Map<string, number>(); // name → progress
  private readonly asked = new Map<string, Promise<void>>();
  private problem: Problem | null = null;
  private fonts: Promise<void> | null = null;

  constructor(
    private readonly desk: Desk,
    private readonly engine: Engine,
    private readonly takes: Takes,
  ) {}

  // The SoundFonts of the server, asked for once.
  async list(): Promise<void> {
    this.fonts ??= this.desk.api.soundfonts().then(
      (fonts) => this.desk.set({ fonts }),
      (error: unknown) => {
        this.fonts = null;
        if (!isOffline(error)) this.desk.complain(error);
      },
    );
    return this.fonts;
  }

  // A new worklet has nothing; what failed may work now.
  forget() {
    this.underWay.clear();
    this.asked.clear();
  }

  // What the tracks play, also where they have no notes yet (keys may be tried), and what else the
  // engine misses. Resolves when each has come or failed.
  async bring(missing: readonly string[] = []): Promise<void> {
    const { song } = this.desk.state;
    const names = new Set(missing.filter((name) => !name.startsWith('sf:') || PRESET.test(name)));
    for (const track of song.tracks) {
      if (track.kind === 'audio' || track.kind === 'bus' || isSynth(track.instrument)) continue;
      // A MIDI bank is two controllers; SoundFonts know the first.
      const bank = track.kind === 'drums' ? DRUMS : Math.floor(track.bank / 128);
      names.add(`sf:${track.soundfont}:${bank}:${track.program}`);
    }
    await Promise.all([...names].map((name) => this.asked.get(name) ?? this.bringOne(name)));
  }

  private bringOne(name: string): Promise<void> {
    const work = this.fetch(name).then(
      () => void this.underWay.delete(name),
      (error: unknown) => {
        this.underWay.delete(name);
        // Without a server it is asked for again with the next plan.
        if (isOffline(error)) this.asked.delete(name);
        this.problem = problemOf(error);
      },
    );
    this.asked.set(name, work);
    this.underWay.set(name, 0);
    this.problem = null;
    this.tell();
    return work.then(() => this.tell());
  }

  private async fetch(name: string) {
    if (name.startsWith('sf:')) await this.fetchPreset(name);
    else await this.fetchTake(name);
  }

  private async fetchPreset(name: string) {
    await this.list();
    const [, font, bank, program] = PRESET.exec(name)!;
    const known = this.desk.state.fonts;
    const found = known.find((f) => f.id === font) ?? known[0];
    if (!found) {
      throw failure(
        'missing_part',
        'The server has no SoundFont, so there is nothing to play the notes with.',
        'Install one there: apt install timgm6mb-soundfont.',
      );
    }
    const wanted = { bank: Number(bank), program: Number(program) };
    const has = nearest(found, wanted);
    const path = `/api/soundfonts/${encodeURIComponent(found.id)}/presets/${has.bank}/${has.program}`;
    const bytes = await this.desk.api.download(path, (progress) => {
      this.underWay.set(name, progress);
      this.tell();
    });
    if (has.bank !== wanted.bank || has.program !== wanted.program) renumber(bytes, wanted);
    await this.engine.addResource(name, bytes);
  }

  // Recordings are decoded here and go to the engine chunk by chunk as they are played, so that an hour of
  // music does not sit in the audio thread's memory; impulse responses are wanted whole.
  private async fetchTake(name: string) {
    const { rate, channels } = await this.takes.audio(name);
    const used = channels.slice(0, 2);
    const frames = used[0]!.length;
    if (!this.isImpulse(name)) return this.engine.openStream(name, rate, frames, used.length === 2);
    const samples = new Float32Array(frames * used.length);
    used.forEach((channel, i) => samples.set(channel, i * frames));
    const shape = { rate, channels: used.length as 1 | 2 };
    return this.engine.addResource(name, new Uint8Array(samples.buffer), shape);
  }

  private isImpulse(name: string): boolean {
    const { master, tracks } = this.desk.state.song;
    return [master, ...tracks].some((strip) => strip.devices.some((d) => d.impulse === name));
  }

  // Chunks that the engine will soon need.
  async feed(wants: readonly { label: string; chunk: number }[]) {
    for (const { label, chunk } of wants) {
      const audio = await this.takes.audio(label).catch(() => null);
      if (!audio) continue;
      const from = chunk * STREAM_CHUNK;
      const [left, right = null] = audio.channels.map((c) => c.slice(from, from + STREAM_CHUNK));
      if (!left || left.length === 0) continue;
      const moved = right ? [left.buffer, right.buffer] : [left.buffer];
      this.engine.send({ type: 'samples', label, chunk, left, right }, moved);
    }
  }

  private tell() {
    if (this.underWay.size === 0) {
      const { problem } = this;
      const job: Job = problem
        ? { state: 'failed', progress: 0, sentence: problem.message, problem }
        : { state: 'done', progress: 1, sentence: 'The instruments are ready' };
      this.desk.set({ instrument: job });
      return;
    }
    const all = [...this.underWay.values()];
    const progress = all.reduce((a, b) => a + b, 0) / all.length;
    const names = [...this.underWay.keys()].map((name) => this.nameOf(name));
    const sentence = `Loading ${[...new Set(names)].join(', ')}`;
    this.desk.set({ instrument: { state: 'running', progress, sentence } });
  }

  private nameOf(resource: string): string {
    const [, font, bank, program] = PRESET.exec(resource) ?? [];
    if (bank === undefined) return resource.startsWith('sf:') ? 'an instrument' : 'the recording';
    const { fonts } = this.desk.state;
    const of = fonts.find((f) => f.id === font) ?? fonts[0];
    return of?.presets.find((p) => p.bank === +bank && p.program === +program!)?.name ?? 'an instrument';
  }
}

interface PresetId {
  bank: number;
  program: number;
}

// As instruments/sound_bank.h chooses for a whole SoundFont: the same program in bank 0, then the first
// preset of bank 0; for percussion, kit 0.
function nearest({ presets }: FontInfo, wanted: PresetId): PresetId {
  const find = (bank: number, program: number) =>
    presets.find((p) => p.bank === bank && p.program === program);
  const exact = find(wanted.bank, wanted.program);
  if (exact) return exact;
  if (wanted.bank === DRUMS) return find(DRUMS, 0) ?? wanted;
  return find(0, wanted.program) ?? presets.find((p) => p.bank === 0) ?? wanted;
}

// Writes another bank and program into a SoundFont of one preset: the first record of its 'phdr' chunk
// (SoundFont specification 2.04, section 7.2), so that the sampler finds the stand-in.
function renumber(bytes: Uint8Array, { bank, program }: PresetId) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = bytes.length - 46; at >= 0; at--) {
    if (view.getUint32(at) !== 0x70686472) continue;
    view.setUint16(at + 8 + 20, program, true);
    view.setUint16(at + 8 + 22, bank, true);
    return;
  }
}
