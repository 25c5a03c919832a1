// AIFF and AIFF-C with plain PCM, which browsers do not decode. Null for anything else.
import type { Audio } from './wav';

export function readAiff(buffer: ArrayBuffer): Audio | null {
  const view = new DataView(buffer);
  const size = buffer.byteLength;
  const tag = (at: number) => String.fromCharCode(...new Uint8Array(buffer, at, 4));
  if (size < 12 || tag(0) !== 'FORM' || !['AIFF', 'AIFC'].includes(tag(8))) return null;
  const packed = tag(8) === 'AIFC';
  let shape: { count: number; frames: number; bits: number; rate: number; coding: string } | null = null;
  let sound: { start: number; bytes: number } | null = null;
  for (let at = 12; at + 8 <= size;) {
    const length = view.getUint32(at + 4);
    const body = at + 8;
    if (tag(at) === 'COMM' && body + (packed ? 22 : 18) <= size) {
      shape = {
        count: view.getInt16(body),
        frames: view.getUint32(body + 2),
        bits: view.getInt16(body + 6),
        rate: extended(view, body + 8),
        coding: packed ? tag(body + 18) : 'NONE',
      };
    } else if (tag(at) === 'SSND' && body + 8 <= size) {
      const start = body + 8 + view.getUint32(body);
      sound = { start, bytes: Math.max(0, Math.min(body + length, size) - start) };
    }
    at = body + length + (length & 1);
  }
  if (!shape || !sound || shape.count < 1 || !(shape.rate >= 1)) return null;
  const sample = reader(view, shape.coding, shape.bits);
  if (!sample) return null;
  const width = Math.ceil(shape.bits / 8);
  const frames = Math.min(shape.frames, Math.floor(sound.bytes / (width * shape.count)));
  const channels = Array.from({ length: shape.count }, () => new Float32Array(frames));
  let at = sound.start;
  for (let frame = 0; frame < frames; frame++) {
    for (const channel of channels) {
      channel[frame] = sample(at);
      at += width;
    }
  }
  return { rate: shape.rate, channels };
}

// The 80-bit number of the COMM chunk; rates are far inside what a double holds.
function extended(view: DataView, at: number): number {
  const exponent = view.getUint16(at) & 0x7fff;
  const mantissa = view.getUint32(at + 2) * 2 ** 32 + view.getUint32(at + 6);
  return mantissa * 2 ** (exponent - 16383 - 63);
}

function reader(view: DataView, coding: string, bits: number): ((at: number) => number) | null {
  const little = coding === 'sowt';
  if (/^fl32$/i.test(coding)) return (at) => view.getFloat32(at);
  if (coding !== 'NONE' && coding !== 'twos' && !little) return null;
  switch (Math.ceil(bits / 8)) {
    case 1:
      return (at) => view.getInt8(at) / 128;
    case 2:
      return (at) => view.getInt16(at, little) / 32768;
    case 3:
      return little
        ? (at) => ((view.getInt8(at + 2) << 16) | view.getUint16(at, true)) / 8388608
        : (at) => ((view.getInt8(at) << 16) | view.getUint16(at + 1)) / 8388608;
    case 4:
      return (at) => view.getInt32(at, little) / 2147483648;
    default:
      return null;
  }
}
