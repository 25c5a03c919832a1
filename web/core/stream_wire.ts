// The stream's messages as they come over the WebSocket: checked, then plain values.
//
// Binary: 24 bytes of header (kind, flags, packets, frames, frame, server time, little-endian), then
// int16 stereo samples or Opus packets of a length each (docs/streams.md). What does not add up is
// refused whole; a message never reads beyond its end.
import type { StreamBar, StreamSettings } from './stream_types';

export type Audio = {
  readonly frame: number; // of the channel, of the first sample
  readonly frames: number;
  readonly serverTime: number; // ms since the epoch, when it was rendered
  readonly bytes: number; // on the wire
} & (
  | { readonly kind: 'pcm'; readonly samples: Int16Array } // stereo, interleaved
  | { readonly kind: 'opus'; readonly packets: readonly Uint8Array<ArrayBuffer>[] }
);

export interface Hello {
  readonly type: 'hello';
  readonly channel: string;
  readonly name: string;
  readonly format: string;
  readonly rate: number;
  readonly frame: number;
  readonly server_time: number;
  readonly message_ms: number;
  readonly settings: StreamSettings;
  readonly seed: string;
  readonly pre_skip?: number;
}
export interface Controlled {
  readonly type: 'control';
  readonly settings: StreamSettings;
  readonly changed: readonly string[];
  readonly frame: number;
  readonly bar_frame: number;
  readonly seed: string;
}
export interface ServerState {
  readonly type: 'state';
  readonly frame: number;
  readonly listeners: number;
  readonly buffer_ms: number;
  readonly render_load: number;
  readonly encode_load: number;
  readonly underruns: number;
  readonly server_time: number;
}
export type Words =
  | Hello
  | Controlled
  | ServerState
  | ({ readonly type: 'bar' } & StreamBar)
  | { readonly type: 'skipped'; readonly messages: number }
  | { readonly type: 'pong'; readonly t: number; readonly server_time: number }
  | { readonly type: 'error'; readonly code: string; readonly message: string; readonly next: string }
  | { readonly type: 'gone' };

const HEADER = 24;
const PCM16 = 1;
const OPUS = 2;
const CHANNELS = 2;
const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

// Null for what is no message of ours.
export function readAudio(buffer: ArrayBuffer): Audio | null {
  if (buffer.byteLength < HEADER) return null;
  const view = new DataView(buffer);
  const kind = view.getUint8(0);
  const count = view.getUint16(2, true);
  const frames = view.getUint32(4, true);
  const frame = Number(view.getBigUint64(8, true));
  const serverTime = view.getFloat64(16, true);
  if (!Number.isSafeInteger(frame) || frames === 0) return null;
  const about = { frame, frames, serverTime, bytes: buffer.byteLength };
  if (kind === PCM16) {
    if (buffer.byteLength !== HEADER + frames * CHANNELS * 2) return null;
    return { ...about, kind: 'pcm', samples: int16(buffer, HEADER, frames * CHANNELS) };
  }
  if (kind !== OPUS || count === 0) return null;
  const packets: Uint8Array<ArrayBuffer>[] = [];
  let at = HEADER;
  for (let i = 0; i < count; i++) {
    if (at + 2 > buffer.byteLength) return null;
    const size = view.getUint16(at, true);
    at += 2;
    if (size === 0 || at + size > buffer.byteLength) return null;
    packets.push(new Uint8Array(buffer, at, size));
    at += size;
  }
  return at === buffer.byteLength ? { ...about, kind: 'opus', packets } : null;
}

// A text message: words, samples in base64, or null for what is neither.
export function readText(text: string): Words | Audio | null {
  let message: { type?: unknown } & Record<string, unknown>;
  try {
    message = JSON.parse(text) as typeof message;
  } catch {
    return null;
  }
  if (typeof message !== 'object' || message === null || typeof message.type !== 'string') return null;
  if (message.type !== 'audio') return message as unknown as Words;
  const { data, frame, frames, server_time } = message;
  if (typeof data !== 'string' || typeof frame !== 'number' || typeof frames !== 'number') return null;
  let raw: string;
  try {
    raw = atob(data);
  } catch {
    return null;
  }
  if (frames <= 0 || raw.length !== frames * CHANNELS * 2) return null;
  const bytes = Uint8Array.from(raw, (c) => c.charCodeAt(0));
  return {
    kind: 'pcm',
    frame,
    frames,
    serverTime: typeof server_time === 'number' ? server_time : 0,
    bytes: text.length,
    samples: int16(bytes.buffer, 0, frames * CHANNELS),
  };
}

function int16(buffer: ArrayBuffer, at: number, count: number): Int16Array {
  if (LITTLE_ENDIAN) return new Int16Array(buffer, at, count);
  const view = new DataView(buffer, at);
  return Int16Array.from({ length: count }, (_, i) => view.getInt16(2 * i, true));
}

// Interleaved int16 as two channels of floats; full scale is 1.
export function planar(samples: Int16Array): [Float32Array<ArrayBuffer>, Float32Array<ArrayBuffer>] {
  const frames = samples.length / CHANNELS;
  const left = new Float32Array(frames);
  const right = new Float32Array(frames);
  for (let i = 0; i < frames; i++) {
    left[i] = samples[2 * i]! / 32768;
    right[i] = samples[2 * i + 1]! / 32768;
  }
  return [left, right];
}
