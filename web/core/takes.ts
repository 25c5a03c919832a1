// The recordings of a project: kept in this browser at once, sent to the server when it can be reached.
//
// A recording is known by its SHA-256, as everywhere in Tutti. The newest one's samples stay in memory
// for drawing and playing.
import type { Api } from './api';
import { decodeAudio } from './audio_file';
import type { Database, StoredTake } from './database';
import type { TakeView, TimeMap, Waveform } from './types';
import { toMono, writeWav, type Audio } from './wav';

const BIN_SECONDS = 0.01;

export interface Recording {
  readonly sha256: string;
  readonly audio: Audio;
}

export class Takes {
  private readonly loaded = new Map<string, Promise<Audio>>();
  private readonly peaks = new Map<string, { min: Float32Array; max: Float32Array }>();

  constructor(
    private readonly api: Api,
    private readonly db: Database,
  ) {}

  // Keeps a recording; `file` is what was opened, or null for the microphone's own samples.
  async keep(project: string, audio: Audio, file: ArrayBuffer | null): Promise<string> {
    const wav = file ?? writeWav(toMono(audio), audio.rate).buffer;
    const sha256 = await sha256Of(wav);
    this.loaded.set(sha256, Promise.resolve(audio));
    const stored: StoredTake = { sha256, project, wav, type: 'application/octet-stream', uploaded: 0 };
    // Where this browser keeps nothing, the server is the only place.
    await this.db.put('takes', stored).catch(() => this.api.putBlob(sha256, wav, stored.type));
    return sha256;
  }

  // Sends what the server does not have yet. Resolves when all is there; rejects when it cannot be.
  async upload(project: string): Promise<void> {
    for (const take of await this.db.ofProject<StoredTake>('takes', project).catch(() => [])) {
      if (take.uploaded) continue;
      await this.api.putBlob(take.sha256, take.wav, take.type);
      await this.db.put('takes', { ...take, uploaded: 1 });
    }
  }

  async rebind(from: string, to: string): Promise<void> {
    for (const take of await this.db.ofProject<StoredTake>('takes', from)) {
      await this.db.put('takes', { ...take, project: to });
    }
  }

  // The samples of a recording, from memory, this browser or the server.
  audio(sha256: string): Promise<Audio> {
    let audio = this.loaded.get(sha256);
    if (!audio) {
      audio = this.fetch(sha256);
      this.loaded.set(sha256, audio);
      audio.catch(() => this.loaded.delete(sha256));
    }
    return audio;
  }

  private async fetch(sha256: string): Promise<Audio> {
    const stored = await this.db.get<StoredTake>('takes', sha256).catch(() => undefined);
    return decodeAudio(stored?.wav ?? (await this.api.bytes(`/api/blobs/${sha256}`)));
  }

  // Null until audio() has been here once.
  async prepareWaveform(sha256: string): Promise<void> {
    if (!this.peaks.has(sha256)) this.peaks.set(sha256, peaksOf(await this.audio(sha256)));
  }
  waveform(take: TakeView & { offset?: number }, time: TimeMap): Waveform | null {
    const peaks = this.peaks.get(take.blob);
    if (!peaks) return null;
    const startSeconds = time.seconds(take.start) - (take.offset ?? 0);
    return { start: take.start, startSeconds, secondsPerBin: BIN_SECONDS, ...peaks };
  }
}

function peaksOf(audio: Audio) {
  const mono = toMono(audio);
  const size = Math.max(1, Math.round(audio.rate * BIN_SECONDS));
  const bins = Math.ceil(mono.length / size);
  const min = new Float32Array(bins);
  const max = new Float32Array(bins);
  for (let bin = 0; bin < bins; bin++) {
    let low = Infinity;
    let high = -Infinity;
    for (let i = bin * size, end = Math.min(mono.length, i + size); i < end; i++) {
      low = Math.min(low, mono[i]!);
      high = Math.max(high, mono[i]!);
    }
    min[bin] = low;
    max[bin] = high;
  }
  return { min, max };
}

async function sha256Of(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (b) => b.toString(16).padStart(2, '0')).join('');
}
