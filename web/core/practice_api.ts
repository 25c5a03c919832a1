// The Practice room's requests, and the server's names turned into the room's.
import { Api, type JobInfo } from './api';
import { failure } from './problem';
import type { Sitting } from './practice_sitting';
import type {
  Achievement,
  Goal,
  HardPassage,
  PracticeLoop,
  PracticeSession,
  PracticeSong,
  PracticeStreak,
  Separation,
  SongAnalysis,
  SpeedLadder,
  StemName,
} from './practice_types';
import type { Problem } from './types';

export interface SongReply extends Omit<PracticeSong, 'model'> {
  model: string;
  stems?: string | null; // id of its newest stems, '' : none
}
export interface StemsReply {
  id: string;
  song: string; // blob
  model: string;
  state: 'queued' | 'running' | 'ready' | 'failed' | 'cancelled';
  progress: number;
  sentence: string;
  position: number;
  ready_seconds: number;
  rate: number;
  frames: number;
  took: number;
  cached: boolean;
  problem?: Partial<Problem> | null;
}
export interface ProcessReply {
  song: SongReply;
  stems: StemsReply;
  job: string;
}
export interface Heard {
  readonly raw: Record<string, unknown>; // the analysis as the server has it
  readonly analysis: SongAnalysis;
  readonly hard: readonly HardPassage[];
  readonly job: string; // that works out what is missing, ''
}
export interface SongSettings {
  loops: PracticeLoop[];
  instrument: StemName;
  speed: number;
  pitch: number;
  tuning: number; // 0: the song's own
  ladder: SpeedLadder;
}
interface LoopReply extends Omit<PracticeLoop, 'bestSpeed'> {
  best_speed?: number;
}
interface ChordReply {
  start: number;
  end: number;
  name: string; // by Harte's grammar, 'A:min'
  symbol?: string; // 'Am'
}
interface PassageReply {
  start: number;
  end: number;
  firstBar?: number;
  lastBar?: number;
  score: number;
  reasons: string[];
}

const path = (...parts: string[]) => parts.map((p) => `/${encodeURIComponent(p)}`).join('');
const query = (values: Record<string, string | number | undefined>) => {
  const given = Object.entries(values).filter(([, v]) => v !== undefined && v !== '');
  return given.length ? `?${new URLSearchParams(given.map(([k, v]) => [k, String(v)])).toString()}` : '';
};

export class PracticeApi extends Api {
  // ---------------------------------------------------------------- songs and stems

  async songs(person: string): Promise<SongReply[]> {
    const reply = await this.json<SongReply[] | { songs: SongReply[] }>(
      'GET',
      `/api/songs${query({ person })}`,
    );
    return Array.isArray(reply) ? reply : reply.songs;
  }
  async rename(song: string, person: string, title: string, artist: string): Promise<void> {
    await this.send('PUT', `/api/songs${path(song)}`, { person, title, artist });
  }
  async removeSong(song: string, person: string): Promise<void> {
    await this.request('DELETE', `/api/songs${path(song)}${query({ person })}`);
  }
  process(body: { blob: string; name: string; model: string; person: string }): Promise<ProcessReply> {
    return this.json('POST', '/api/process', body);
  }
  stems(id: string): Promise<StemsReply> {
    return this.json('GET', `/api/stems${path(id)}`);
  }
  async cancelStems(id: string): Promise<void> {
    await this.request('DELETE', `/api/stems${path(id)}`);
  }
  // Interleaved stereo, 16 bits.
  async piece(
    id: string,
    stem: StemName,
    rate: number,
    from: number,
    frames: number,
    signal?: AbortSignal,
  ): Promise<Int16Array> {
    const bytes = await this.bytes(
      `/api/stems${path(id, stem)}/audio${query({ rate, from, frames, form: 'pcm16' })}`,
      signal,
    );
    return new Int16Array(bytes, 0, bytes.byteLength >> 1);
  }
  stemUrl(id: string, stem: string, form: string): string {
    return `${this.base}/api/stems${path(id, `${stem}.${form}`)}`;
  }
  async separators(): Promise<{ id: Separation; name: string; installed: boolean }[]> {
    const reply = await this.json<
      { id: Separation; name: string; installed: boolean }[] | { separators: [] }
    >('GET', '/api/separators');
    const all = Array.isArray(reply) ? reply : reply.separators;
    return all.map(({ id, name, installed }) => ({ id, name, installed }));
  }

  // Bytes up, with progress where the browser tells it.
  upload(
    method: 'PUT' | 'POST',
    to: string,
    body: Blob | FormData,
    onProgress: (fraction: number) => void,
    signal: AbortSignal,
  ): Promise<string> {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open(method, this.base + to);
      if (body instanceof Blob) request.setRequestHeader('content-type', 'application/octet-stream');
      request.upload.onprogress = ({ loaded, total }) => total && onProgress(loaded / total);
      const abort = () => request.abort();
      signal.addEventListener('abort', abort, { once: true });
      request.onabort = () => reject(new DOMException('', 'AbortError'));
      request.onerror = () =>
        reject(failure('offline', 'The server cannot be reached.', 'Try again as soon as it is back.'));
      request.onload = () => {
        if (request.status >= 200 && request.status < 300) resolve(request.responseText);
        else reject(refusalOf(request.status, request.responseText));
      };
      request.send(body);
    });
  }

  // ---------------------------------------------------------------- what is heard in a song

  // Null while it is still being heard.
  async analysis(song: string, instrument: StemName, person: string): Promise<Heard | { job: string }> {
    const response = await this.request(
      'GET',
      `/api/songs${path(song)}/analysis${query({ instrument, person })}`,
    );
    const reply = (await response.json()) as Record<string, unknown>;
    if (response.status === 202 || !reply.analysis) return { job: String(reply.job ?? '') };
    return {
      raw: reply.analysis as Record<string, unknown>,
      analysis: analysisOf(reply.analysis as Record<string, unknown>),
      job: String(reply.job ?? ''),
      hard: ((reply.difficulty as PassageReply[] | undefined) ?? []).map(passageOf),
    };
  }
  async correct(song: string, person: string, analysis: Record<string, unknown>): Promise<void> {
    await this.send('PUT', `/api/songs${path(song)}/analysis${query({ person })}`, analysis);
  }
  async revert(song: string, person: string): Promise<void> {
    await this.request('DELETE', `/api/songs${path(song)}/analysis${query({ person })}`);
  }
  jobOf(id: string): Promise<JobInfo> {
    return this.job(id);
  }

  // ---------------------------------------------------------------- a person's practice

  async settings(song: string, person: string): Promise<Partial<SongSettings>> {
    const reply = await this.json<Partial<Omit<SongSettings, 'loops'>> & { loops?: LoopReply[] }>(
      'GET',
      `/api/songs${path(song)}/practice${query({ person })}`,
    );
    const { loops, ...rest } = reply;
    return loops
      ? { ...rest, loops: loops.map(({ best_speed, ...l }) => ({ ...l, bestSpeed: best_speed ?? 0 })) }
      : rest;
  }
  async putSettings(song: string, person: string, settings: SongSettings): Promise<void> {
    const loops = settings.loops.map(({ bestSpeed, ...l }) => ({ ...l, best_speed: bestSpeed }));
    await this.send('PUT', `/api/songs${path(song)}/practice${query({ person })}`, {
      ...settings,
      loops,
      person,
    });
  }
  async addSession(person: string, sitting: Sitting): Promise<void> {
    await this.send('POST', '/api/sessions', { person, ...sitting });
  }
  async sessions(person: string): Promise<PracticeSession[]> {
    const reply = await this.json<Record<string, unknown>[] | { sessions: Record<string, unknown>[] }>(
      'GET',
      `/api/sessions${query({ person })}`,
    );
    return (Array.isArray(reply) ? reply : reply.sessions).map(sessionOf);
  }
  async streak(person: string, zone: string): Promise<PracticeStreak> {
    const s = await this.json<Record<string, unknown>>('GET', `/api/streak${query({ person, zone })}`);
    type Days = PracticeStreak['week'];
    return {
      days: Number(s.days ?? 0),
      today: s.today === true,
      longest: Number(s.longest ?? 0),
      week: (s.week as Days | undefined) ?? [],
      calendar: (s.calendar as Days | undefined) ?? [],
      totalSeconds: Number(s.total_seconds ?? 0),
    };
  }
  async achievements(person: string): Promise<Achievement[]> {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const reply = await this.json<Achievement[] | { achievements: Achievement[] }>(
      'GET',
      `/api/achievements${query({ person, zone })}`,
    );
    const all = Array.isArray(reply) ? reply : reply.achievements;
    return all.map((a) => ({ ...a, earned: a.earned ?? '' }));
  }
  async goal(person: string, zone: string, song: string): Promise<Goal | null> {
    const g = await this.json<Partial<Goal> | null>('GET', `/api/coach${query({ person, zone, song })}`);
    if (!g || !g.title) return null;
    return {
      song: g.song ?? '',
      title: g.title,
      start: g.start ?? 0,
      end: g.end ?? 0,
      speed: g.speed ?? 1,
      target: g.target ?? 1,
      minutes: g.minutes ?? 10,
      reasons: g.reasons ?? [],
    };
  }
  historyUrl(person: string, form: 'json' | 'csv'): string {
    return `${this.base}/api/practice/export${query({ person, form })}`;
  }

  // ---------------------------------------------------------------- band

  makeBand(body: {
    song: string;
    stems: string;
    name: string;
    open: boolean;
    person: string;
  }): Promise<{ id: string; secret: string; link: string }> {
    return this.json('POST', '/api/band', body);
  }
  band(id: string): Promise<{ id: string; song?: SongReply | string; stems?: StemsReply | string }> {
    return this.json('GET', `/api/band${path(id)}`);
  }
  weights(onProgress: (fraction: number) => void, signal: AbortSignal): Promise<Uint8Array> {
    return this.download('/api/models/instant', onProgress, signal);
  }

  private send(method: string, to: string, body: object) {
    return this.request(method, to, JSON.stringify(body), 'application/json');
  }
}

function refusalOf(status: number, text: string) {
  if ([502, 503, 504].includes(status))
    return failure('offline', 'The server cannot be reached.', 'Try again as soon as it is back.');
  try {
    const p = JSON.parse(text) as Record<string, string | undefined>;
    return failure(
      p.code ?? 'internal',
      p.detail ?? p.title ?? `The server answered ${status}.`,
      p.next ?? 'Try again.',
    );
  } catch {
    return failure('internal', `The server answered ${status}.`, 'Try again in a moment.');
  }
}

export function analysisOf(a: Record<string, unknown>): SongAnalysis {
  const loudness = a.loudness as { integrated?: number } | number | undefined;
  const tuning = Number(a.tuning ?? 440);
  return {
    tempo: Number(a.tempo ?? 0),
    beats: (a.beats as number[] | undefined) ?? [],
    downbeats: (a.downbeats as number[] | undefined) ?? [],
    beatsPerBar: Number(a.beatsPerBar ?? String(a.timeSignature ?? '4/4').split('/')[0]),
    key: String(a.key ?? ''),
    tuning: tuning >= 380 && tuning <= 500 ? tuning : 440,
    chords: ((a.chords as ChordReply[] | undefined) ?? []).map(({ start, end, name, symbol }) => ({
      start,
      end,
      name: symbol && name !== 'N' ? symbol : name,
    })),
    sections: (a.sections as SongAnalysis['sections'] | undefined) ?? [],
    loudness: typeof loudness === 'number' ? loudness : Number(loudness?.integrated ?? -70),
    corrected: a.corrected === true,
  };
}
// 'Am' as 'A:min', for the server.
export function harteOf(name: string): string {
  const parts = /^([A-G][#b]?)(.*)$/.exec(name);
  if (!parts || name.includes(':')) return name;
  const [, root, kind] = parts;
  const kinds: Record<string, string> = { '': 'maj', m: 'min', m7: 'min7' };
  return `${root}:${kinds[kind!] ?? kind}`;
}
export const analysisReply = (a: SongAnalysis): Record<string, unknown> => ({
  tempo: a.tempo,
  beats: a.beats,
  downbeats: a.downbeats,
  beatsPerBar: a.beatsPerBar,
  timeSignature: `${a.beatsPerBar}/4`,
  key: a.key,
  tuning: a.tuning,
  chords: a.chords.map((c) => ({ ...c, name: harteOf(c.name) })),
  sections: a.sections,
  corrected: a.corrected,
});

export const passageOf = (p: PassageReply): HardPassage => ({
  start: p.start,
  end: p.end,
  firstBar: p.firstBar ?? 0,
  lastBar: p.lastBar ?? 0,
  score: p.score,
  reasons: p.reasons,
});

function sessionOf(s: Record<string, unknown>): PracticeSession {
  const loops = s.loops as { passes?: number }[] | number | undefined;
  return {
    id: String(s.id ?? ''),
    song: String(s.song ?? ''),
    title: String(s.title ?? ''),
    started: String(s.started ?? ''),
    seconds: Number(s.seconds ?? 0),
    loops: Array.isArray(loops) ? loops.reduce((sum, l) => sum + (l.passes ?? 0), 0) : Number(loops ?? 0),
    speed: Number(s.speed ?? 0),
  };
}
