// Requests to the server, typed by the contract. Every failure becomes a Failure with words.
import type { components } from '../contract/api';
import { Failure, failure } from './problem';

type Schema = components['schemas'];
export type JobInfo = Schema['JobInfo'] & { readonly project?: string };

// POST /api/mixdown.
export interface MixdownRequest {
  readonly project: string;
  readonly format: string;
  readonly lufs?: number;
  readonly true_peak: number;
  readonly stems: boolean;
}

const OFFLINE = failure(
  'offline',
  'The server cannot be reached.',
  'Your work stays here and is sent when it is back.',
);

export const isOffline = (error: unknown) => error instanceof Failure && error.problem.code === 'offline';

export class Api {
  constructor(readonly base: string = location.origin) {}

  projects(): Promise<Schema['ProjectList']> {
    return this.json('GET', '/api/projects');
  }
  createProject(title: string): Promise<Schema['ProjectInfo']> {
    return this.json('POST', '/api/projects', { title });
  }
  project(id: string): Promise<Schema['ProjectFull']> {
    return this.json('GET', `/api/projects/${encodeURIComponent(id)}`);
  }
  async deleteProject(id: string): Promise<void> {
    await this.request('DELETE', `/api/projects/${encodeURIComponent(id)}`);
  }
  soundfonts(): Promise<Schema['SoundfontInfo'][]> {
    return this.json('GET', '/api/soundfonts');
  }
  startJob(job: Schema['NewJob']): Promise<JobInfo> {
    return this.json('POST', '/api/jobs', job);
  }
  startMixdown(mix: MixdownRequest): Promise<JobInfo> {
    return this.json('POST', '/api/mixdown', mix);
  }
  job(id: string): Promise<JobInfo> {
    return this.json('GET', `/api/jobs/${encodeURIComponent(id)}`);
  }
  async cancelJob(id: string): Promise<void> {
    await this.request('DELETE', `/api/jobs/${encodeURIComponent(id)}`);
  }
  async putBlob(sha256: string, bytes: BodyInit, type: string, signal?: AbortSignal): Promise<void> {
    await this.request('PUT', `/api/blobs/${sha256}`, bytes, type, signal);
  }
  async bytes(path: string, signal?: AbortSignal): Promise<ArrayBuffer> {
    return (await this.request('GET', path, undefined, undefined, signal)).arrayBuffer();
  }

  // Bytes with progress: `onProgress` gets 0 … 1 as far as the size is known.
  async download(
    path: string,
    onProgress: (fraction: number) => void,
    signal?: AbortSignal,
  ): Promise<Uint8Array> {
    const response = await this.request('GET', path, undefined, undefined, signal);
    // Content-Length counts compressed bytes when the body is compressed.
    const total = response.headers.has('content-encoding')
      ? 0
      : Number(response.headers.get('content-length'));
    if (!response.body || !total) return new Uint8Array(await response.arrayBuffer());
    const pieces: Uint8Array[] = [];
    let size = 0;
    for (const reader = response.body.getReader(); ;) {
      const { done, value } = await reader.read();
      if (done) break;
      pieces.push(value);
      size += value.byteLength;
      onProgress(Math.min(1, size / total));
    }
    const all = new Uint8Array(size);
    let at = 0;
    for (const piece of pieces) {
      all.set(piece, at);
      at += piece.byteLength;
    }
    return all;
  }

  socket(path: string): WebSocket {
    return new WebSocket(this.base.replace(/^http/, 'ws') + path);
  }

  protected async json<T>(method: string, path: string, body?: unknown): Promise<T> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    return (await this.request(method, path, text, text && 'application/json')).json() as Promise<T>;
  }

  protected async request(
    method: string,
    path: string,
    body?: BodyInit,
    type?: string,
    signal?: AbortSignal,
  ): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(this.base + path, {
        method,
        body: body ?? null,
        headers: type ? { 'content-type': type } : {},
        signal: signal ?? null,
      });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw OFFLINE;
    }
    if (response.ok) return response;
    throw await failureOf(response);
  }
}

async function failureOf(response: Response): Promise<Failure> {
  // A proxy in between answers for a server that is down.
  if ([502, 503, 504].includes(response.status)) return OFFLINE;
  try {
    const problem = (await response.json()) as Partial<Schema['Problem']>;
    return failure(
      problem.code ?? 'internal',
      problem.detail ?? problem.title ?? `The server answered ${response.status}.`,
      problem.next ?? 'Try again.',
    );
  } catch {
    return failure('internal', `The server answered ${response.status}.`, 'Try again in a moment.');
  }
}
