// A recording from a file: PCM read exactly as it is, everything else by the browser's decoders.
//
// decodeAudioData converts to its context's rate, so the context is made at the rate that the file's
// header tells; the notes then do not depend on this machine's sound card.
import { failure } from './problem';
import { readAiff } from './aiff';
import { readWav, type Audio } from './wav';

const MOST_SECONDS = 30 * 60;

export async function decodeAudio(buffer: ArrayBuffer): Promise<Audio> {
  if (buffer.byteLength === 0) {
    throw failure('bad_input', 'This file is empty.', 'Choose another recording.');
  }
  const audio = readWav(buffer) ?? readAiff(buffer) ?? (await decodeByBrowser(buffer));
  const frames = audio.channels[0]!.length;
  if (frames === 0)
    throw failure('bad_input', 'This recording has no sound in it.', 'Choose another recording.');
  if (frames > MOST_SECONDS * audio.rate) {
    throw failure(
      'too_large',
      'This recording is longer than 30 minutes.',
      'Cut out the part with the melody.',
    );
  }
  return audio;
}

async function decodeByBrowser(buffer: ArrayBuffer): Promise<Audio> {
  const rate = rateOf(buffer);
  const context = new OfflineAudioContext(1, 1, rate);
  try {
    const decoded = await context.decodeAudioData(buffer.slice(0));
    const channels = Array.from({ length: decoded.numberOfChannels }, (_, i) => decoded.getChannelData(i));
    return { rate: decoded.sampleRate, channels };
  } catch {
    throw failure(
      'unsupported',
      'This file could not be read as a recording.',
      'Use WAV, FLAC, MP3, Ogg, Opus, M4A, WebM or AIFF.',
    );
  }
}

// The sampling rate that a FLAC, Ogg Vorbis, MP3 or MP4 header tells; 48000 for the rest (Opus always is).
export function rateOf(buffer: ArrayBuffer): number {
  const bytes = new Uint8Array(buffer);
  const at = (i: number) => bytes[i] ?? 0;
  const tag = (i: number, text: string) => [...text].every((c, k) => at(i + k) === c.charCodeAt(0));
  let rate = 0;
  if (tag(0, 'fLaC')) rate = (at(18) << 12) | (at(19) << 4) | (at(20) >> 4);
  else if (tag(0, 'OggS') && tag(29, 'vorbis')) {
    rate = at(40) | (at(41) << 8) | (at(42) << 16) | (at(43) << 24);
  } else if (tag(4, 'ftyp')) rate = mp4Rate(bytes);
  else rate = mp3Rate(at, tag, bytes.length);
  return rate >= 8000 && rate <= 192000 ? rate : 48000;
}

// The sample entry 'mp4a' says it in 16.16 bits; the boxes around it may lie at the end of the file.
function mp4Rate(bytes: Uint8Array): number {
  for (let i = bytes.length - 32; i > 0; i--) {
    if (bytes[i] === 0x6d && bytes[i + 1] === 0x70 && bytes[i + 2] === 0x34 && bytes[i + 3] === 0x61) {
      return (bytes[i + 28]! << 8) | bytes[i + 29]!;
    }
  }
  return 0;
}

function mp3Rate(at: (i: number) => number, tag: (i: number, t: string) => boolean, size: number): number {
  let start = 0;
  if (tag(0, 'ID3')) start = 10 + ((at(6) << 21) | (at(7) << 14) | (at(8) << 7) | at(9));
  else if (at(0) !== 0xff) return 0;
  for (let i = start; i < Math.min(size, start + 4096); i++) {
    if (at(i) !== 0xff || (at(i + 1) & 0xe0) !== 0xe0) continue;
    const version = (at(i + 1) >> 3) & 3; // 3: MPEG-1, 2: MPEG-2, 0: MPEG-2.5
    const layer = (at(i + 1) >> 1) & 3;
    const index = (at(i + 2) >> 2) & 3;
    if (version === 1 || layer === 0 || index === 3) continue;
    return [44100, 48000, 32000][index]! / (version === 3 ? 1 : version === 2 ? 2 : 4);
  }
  return 0;
}
