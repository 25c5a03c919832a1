// WAV (PCM) reading at the file's own rate and depth, and the writing of recordings.
//
// decodeAudioData would resample to the context's rate; a hum must reach the engine as it was recorded,
// so that the page, the server and the command line find the same notes. Integer samples become
// float32 by division by 2^(bits-1), exactly as libsndfile does. Anything but plain PCM answers null and
// goes to the browser's own decoders.

export interface Audio {
  readonly rate: number;
  readonly channels: Float32Array<ArrayBuffer>[];
}

export function readWav(buffer: ArrayBuffer): Audio | null {
  const view = new DataView(buffer);
  const size = buffer.byteLength;
  const tag = (at: number) => String.fromCharCode(...new Uint8Array(buffer, at, 4));
  if (size < 44 || tag(0) !== 'RIFF' || tag(8) !== 'WAVE') return null;
  let format = 0;
  let count = 0;
  let rate = 0;
  let bits = 0;
  for (let at = 12; at + 8 <= size;) {
    const length = view.getUint32(at + 4, true);
    const body = at + 8;
    if (tag(at) === 'fmt ' && length >= 16 && body + 16 <= size) {
      format = view.getUint16(body, true);
      count = view.getUint16(body + 2, true);
      rate = view.getUint32(body + 4, true);
      bits = view.getUint16(body + 14, true);
      // WAVE_FORMAT_EXTENSIBLE keeps the real format in the first bytes of its GUID.
      if (format === 0xfffe && length >= 40 && body + 26 <= size) format = view.getUint16(body + 24, true);
    } else if (tag(at) === 'data') {
      if (count < 1 || rate < 1) return null;
      // A recorder that was cut off leaves 0 or too much here: read what is there.
      const bytes = length === 0 || body + length > size ? size - body : length;
      return readSamples(view, body, bytes, { format, count, rate, bits });
    }
    at = body + length + (length & 1);
  }
  return null;
}

interface Layout {
  format: number;
  count: number;
  rate: number;
  bits: number;
}

function readSamples(view: DataView, start: number, bytes: number, layout: Layout): Audio | null {
  const { count, rate } = layout;
  const sample = sampleReader(view, layout);
  if (!sample) return null;
  const width = layout.bits / 8;
  const frames = Math.floor(bytes / (width * count));
  const channels = Array.from({ length: count }, () => new Float32Array(frames));
  let at = start;
  for (let frame = 0; frame < frames; frame++) {
    for (const channel of channels) {
      channel[frame] = sample(at);
      at += width;
    }
  }
  return { rate, channels };
}

function sampleReader(view: DataView, { format, bits }: Layout): ((at: number) => number) | null {
  if (format === 3 && bits === 32) return (at) => view.getFloat32(at, true);
  if (format === 3 && bits === 64) return (at) => view.getFloat64(at, true);
  if (format !== 1) return null;
  switch (bits) {
    case 8:
      return (at) => (view.getUint8(at) - 128) / 128;
    case 16:
      return (at) => view.getInt16(at, true) / 32768;
    case 24:
      return (at) => ((view.getInt8(at + 2) << 16) | view.getUint16(at, true)) / 8388608;
    case 32:
      return (at) => view.getInt32(at, true) / 2147483648;
    default:
      return null;
  }
}

// A 32-bit float WAV of one channel, as takes are kept and uploaded.
export function writeWav(samples: Float32Array, rate: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(58 + samples.byteLength);
  const view = new DataView(bytes.buffer);
  const tag = (at: number, text: string) =>
    bytes.set(
      [...text].map((c) => c.charCodeAt(0)),
      at,
    );
  tag(0, 'RIFF');
  view.setUint32(4, 50 + samples.byteLength, true);
  tag(8, 'WAVEfmt ');
  view.setUint32(16, 18, true); // formats other than integer PCM carry an extension size…
  view.setUint16(20, 3, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * 4, true);
  view.setUint16(32, 4, true);
  view.setUint16(34, 32, true);
  tag(38, 'fact'); // …and a fact chunk with the number of frames
  view.setUint32(42, 4, true);
  view.setUint32(46, samples.length, true);
  tag(50, 'data');
  view.setUint32(54, samples.byteLength, true);
  for (let i = 0; i < samples.length; i++) view.setFloat32(58 + 4 * i, samples[i]!, true);
  return bytes;
}

// All channels as one: their mean. What the engine transcribes.
export function toMono({ channels }: Audio): Float32Array<ArrayBuffer> {
  const first = channels[0]!;
  if (channels.length === 1) return first;
  const mono = new Float32Array(first.length);
  for (let i = 0; i < mono.length; i++) {
    let sum = 0;
    for (const channel of channels) sum += channel[i]!;
    mono[i] = sum / channels.length;
  }
  return mono;
}
