// Opus packets to samples: by the browser's own decoder, else by libopus as WASM, loaded when needed.
//
// Both give the samples of each message as one piece, in order. The encoder looks ahead, so what comes
// out is `preSkip` frames older than the message's frame says. A new connection needs a new decoder.
import type { Audio } from './stream_wire';
import { planar } from './stream_wire';

export type DecoderKind = 'webcodecs' | 'wasm' | 'pcm' | 'none';
export type Take = (
  frame: number,
  left: Float32Array<ArrayBuffer>,
  right: Float32Array<ArrayBuffer>,
  message: Audio,
) => void;

export interface StreamDecoder {
  readonly kind: DecoderKind;
  decode(message: Audio): void;
  close(): void;
}

const RATE = 48000;
const CONFIG = { codec: 'opus', sampleRate: RATE, numberOfChannels: 2 };

// What this browser can do; the first is tried first.
export async function opusDecoders(): Promise<DecoderKind[]> {
  const kinds: DecoderKind[] = [];
  if (typeof AudioDecoder !== 'undefined') {
    const { supported } = await AudioDecoder.isConfigSupported(CONFIG).catch(() => ({ supported: false }));
    if (supported) kinds.push('webcodecs');
  }
  if (typeof WebAssembly !== 'undefined') kinds.push('wasm');
  return kinds;
}

// `failed` is called once if it cannot go on; nothing comes after that.
export async function makeDecoder(
  kind: DecoderKind,
  preSkip: number,
  take: Take,
  failed: (error: unknown) => void,
): Promise<StreamDecoder> {
  if (kind === 'webcodecs') return new NativeOpus(preSkip, take, failed);
  if (kind === 'wasm') return makeWasm(preSkip, take);
  return new Pcm(take);
}

class Pcm implements StreamDecoder {
  readonly kind = 'pcm';
  constructor(private readonly take: Take) {}
  decode(message: Audio) {
    if (message.kind === 'pcm') this.take(message.frame, ...planar(message.samples), message);
  }
  close() {}
}

interface Awaited {
  message: Audio;
  left: Float32Array<ArrayBuffer>;
  right: Float32Array<ArrayBuffer>;
  filled: number;
  packets: number; // still to come
}

// The decoder answers later, a packet at a time, in order.
class NativeOpus implements StreamDecoder {
  readonly kind = 'webcodecs';
  private readonly decoder: AudioDecoder;
  private readonly queue: Awaited[] = [];
  private packets = 0;

  constructor(
    private readonly preSkip: number,
    private readonly take: Take,
    failed: (error: unknown) => void,
  ) {
    this.decoder = new AudioDecoder({ output: (data) => this.arrived(data), error: failed });
    this.decoder.configure(CONFIG);
  }

  decode(message: Audio) {
    if (message.kind !== 'opus' || this.decoder.state !== 'configured') return;
    this.queue.push({
      message,
      left: new Float32Array(message.frames),
      right: new Float32Array(message.frames),
      filled: 0,
      packets: message.packets.length,
    });
    const duration = (message.frames / message.packets.length / RATE) * 1e6;
    for (const data of message.packets) {
      const timestamp = Math.round(this.packets++ * duration);
      this.decoder.decode(new EncodedAudioChunk({ type: 'key', timestamp, duration, data }));
    }
  }

  close() {
    this.queue.length = 0;
    if (this.decoder.state !== 'closed') this.decoder.close();
  }

  private arrived(data: AudioData) {
    const head = this.queue[0];
    if (head) {
      const count = Math.min(data.numberOfFrames, head.message.frames - head.filled);
      for (const [plane, into] of [head.left, head.right].entries()) {
        data.copyTo(into.subarray(head.filled, head.filled + count), {
          planeIndex: Math.min(plane, data.numberOfChannels - 1),
          format: 'f32-planar',
          frameCount: count,
        });
      }
      head.filled += count;
      if (--head.packets === 0) {
        this.queue.shift();
        this.take(head.message.frame - this.preSkip, head.left, head.right, head.message);
      }
    }
    data.close();
  }
}

async function makeWasm(preSkip: number, take: Take): Promise<StreamDecoder> {
  const { OpusDecoder } = await import('opus-decoder');
  const decoder = new OpusDecoder({ sampleRate: RATE, channels: 2 });
  await decoder.ready;
  return {
    kind: 'wasm',
    decode(message) {
      if (message.kind !== 'opus') return;
      const { channelData, samplesDecoded } = decoder.decodeFrames([...message.packets]);
      if (samplesDecoded === 0) return;
      const [left, right = left] = channelData;
      // The library may hand out its own memory: the piece is given away, so it is copied.
      take(message.frame - preSkip, left!.slice(), right!.slice(), message);
    },
    close: () => decoder.free(),
  };
}
