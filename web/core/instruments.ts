// Samples of instruments, fetched program by program when the song first needs them.
import type { Desk } from './desk';
import type { Engine } from './engine';
import { isOffline } from './api';
import { failure, problemOf } from './problem';
import type { Takes } from './takes';

const PRESET = /^sf:([^:]*):(\d+):(\d+)$/;

export class Instruments {
  private readonly underWay = new Map<string, number>(); // name → progress
  private readonly failed = new Set<string>();
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
    this.failed.clear();
  }

  // Brings what the engine misses. Resolves when each has come or failed.
  async bring(names: readonly string[]): Promise<void> {
    const wanted = names.filter((name) => !this.underWay.has(name) && !this.failed.has(name));
    await Promise.all(wanted.map((name) => this.bringOne(name)));
  }

  private async bringOne(name: string) {
    this.underWay.set(name, 0);
    this.tell();
    try {
      if (name.startsWith('sf:')) await this.bringPreset(name);
      else await this.bringTake(name);
      this.underWay.delete(name);
      this.tell();
    } catch (error) {
      this.underWay.delete(name);
      this.failed.add(name);
      const problem = problemOf(error);
      this.desk.set({ instrument: { state: 'failed', progress: 0, sentence: problem.message, problem } });
      if (isOffline(error)) this.failed.delete(name); // asked for again with the next plan
    }
  }

  private async bringPreset(name: string) {
    await this.list();
    const [, font = '', bank = '0', program = '0'] = PRESET.exec(name) ?? [];
    const known = this.desk.state.fonts;
    const id = known.some((f) => f.id === font) ? font : known[0]?.id;
    if (id === undefined) {
      throw failure(
        'missing_part',
        'The server has no SoundFont, so there is nothing to play the notes with.',
        'Install one there: apt install timgm6mb-soundfont.',
      );
    }
    const path = `/api/soundfonts/${encodeURIComponent(id)}/presets/${bank}/${program}`;
    const bytes = await this.desk.api.download(path, (progress) => {
      this.underWay.set(name, progress);
      this.tell();
    });
    await this.engine.addResource(name, bytes);
  }

  private async bringTake(name: string) {
    const { rate, channels } = await this.takes.audio(name);
    const used = channels.slice(0, 2);
    const frames = used[0]!.length;
    const samples = new Float32Array(frames * used.length);
    used.forEach((channel, i) => samples.set(channel, i * frames));
    const shape = { rate, channels: used.length as 1 | 2 };
    await this.engine.addResource(name, new Uint8Array(samples.buffer), shape);
  }

  private tell() {
    if (this.underWay.size === 0) {
      const { instrument } = this.desk.state;
      if (instrument?.state === 'running') {
        this.desk.set({ instrument: { state: 'done', progress: 1, sentence: 'The instruments are ready.' } });
      }
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
