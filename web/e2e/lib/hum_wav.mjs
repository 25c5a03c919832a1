// A hum for the fake microphone and for files: a voice-like tone, as WAV of 16 bits.
import { writeFileSync } from 'node:fs';

// Keys and beats of a tune at 100 quarter notes a minute.
export const TUNE = [
  [60, 1],
  [62, 1],
  [64, 1],
  [65, 1],
  [67, 2],
  [64, 1],
  [60, 1],
  [62, 1],
  [59, 1],
  [60, 2],
];
const BEAT = 0.6;

export const tuneSeconds = TUNE.reduce((sum, [, beats]) => sum + beats * BEAT, 0);
export const tuneKeys = TUNE.map(([key]) => key);

// Each note: a little vibrato, soft ends, six harmonics; under all of it a breath of noise.
export function humSamples(rate, lead = 0.4) {
  const total = Math.ceil((lead + tuneSeconds + 0.6) * rate);
  const samples = new Float64Array(total);
  let state = 12345;
  for (let i = 0; i < total; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    samples[i] = 0.001 * ((state >>> 0) / 2 ** 31 - 1);
  }
  let start = lead;
  let phase = 0;
  for (const [key, beats] of TUNE) {
    const length = beats * BEAT - 0.08;
    for (let i = 0; i < length * rate; i++) {
      const t = i / rate;
      const hz = 440 * 2 ** ((key - 69 + 0.15 * Math.sin(2 * Math.PI * 5.5 * t)) / 12);
      phase += hz / rate;
      const edge = Math.min(1, t / 0.03, (length - t) / 0.05);
      let tone = 0;
      for (let h = 1; h <= 6; h++) tone += Math.sin(2 * Math.PI * phase * h) / h ** 2;
      samples[Math.round(start * rate) + i] += 0.3 * edge * tone;
    }
    start += beats * BEAT;
  }
  return samples;
}

export function wavBytes(samples, rate) {
  const bytes = Buffer.alloc(44 + samples.length * 2);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(36 + samples.length * 2, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(rate, 24);
  bytes.writeUInt32LE(rate * 2, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(samples.length * 2, 40);
  samples.forEach((s, i) => bytes.writeInt16LE(Math.round(Math.max(-1, Math.min(1, s)) * 32767), 44 + 2 * i));
  return bytes;
}

export function writeHum(path, rate = 48000, lead = undefined) {
  writeFileSync(path, wavBytes(humSamples(rate, lead), rate));
  return path;
}
