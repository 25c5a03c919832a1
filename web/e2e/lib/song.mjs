// A song of our own for the Practice room, as WAV of 16 bits: drums, bass, chords and a voice-like lead in
// A minor, 4/4; one pair of bars has a bass line of sixteenths, which is hard.
import { writeFileSync } from 'node:fs';

export const BPM = 120;
export const HARD_BARS = [9, 10]; // from 1

const RATE = 44100;
const CHORDS = [
  [45, [57, 60, 64]],
  [41, [53, 57, 60]],
  [48, [55, 60, 64]],
  [43, [55, 59, 62]],
];
const hz = (key) => 440 * 2 ** ((key - 69) / 12);

function random(seed) {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 31 - 1;
  };
}

// Bars of four beats; left and right differ as in a mix.
export function songSamples(bars = 16, seed = 1) {
  const beat = 60 / BPM;
  const frames = Math.ceil((bars * 4 * beat + 1) * RATE);
  const left = new Float64Array(frames);
  const right = new Float64Array(frames);
  const noise = random(seed * 7919 + 12345);
  const add = (from, seconds, pan, sound) => {
    const first = Math.round(from * RATE);
    const count = Math.min(Math.round(seconds * RATE), frames - first);
    for (let i = 0; i < count; i++) {
      const value = sound(i / RATE);
      left[first + i] += value * Math.sqrt((1 - pan) / 2);
      right[first + i] += value * Math.sqrt((1 + pan) / 2);
    }
  };
  const tone = (from, seconds, key, gain, pan, partials) =>
    add(from, seconds, pan, (t) => {
      const edge = Math.min(1, t / 0.008, (seconds - t) / 0.02) * Math.exp(-t / (seconds * 1.2));
      let sum = 0;
      for (let h = 1; h <= partials; h++) sum += Math.sin(2 * Math.PI * hz(key) * h * t) / h;
      return gain * edge * sum;
    });
  const kick = (at) =>
    add(
      at,
      0.22,
      0,
      (t) => 0.9 * Math.exp(-t * 18) * Math.sin(2 * Math.PI * (50 * t + (9 * (1 - Math.exp(-t * 30))) / 3)),
    );
  const snare = (at) =>
    add(at, 0.18, 0, (t) => Math.exp(-t * 22) * (0.5 * noise() + 0.3 * Math.sin(2 * Math.PI * 190 * t)));
  const hat = (at) => add(at, 0.05, 0.3, (t) => 0.22 * Math.exp(-t * 90) * noise());

  for (let bar = 0; bar < bars; bar++) {
    const at = bar * 4 * beat;
    const [root, chord] = CHORDS[(bar + seed) % 4];
    for (let b = 0; b < 4; b++) {
      (b % 2 === 0 ? kick : snare)(at + b * beat);
      hat(at + b * beat);
      hat(at + (b + 0.5) * beat);
    }
    if (HARD_BARS.includes(bar + 1)) {
      const run = [0, 12, 7, 3, 10, 12, 5, 7];
      for (let s = 0; s < 16; s++) tone(at + s * 0.25 * beat, 0.24 * beat, root + run[s % 8], 0.35, 0, 4);
    } else {
      for (let b = 0; b < 4; b += 2) tone(at + b * beat, 1.9 * beat, root, 0.35, 0, 4);
    }
    for (const key of chord) tone(at, 3.9 * beat, key, 0.08, -0.5, 6);
    for (let n = 0; n < 3; n++) {
      const from = at + (n + 0.02) * beat;
      const key = chord[(n + bar) % 3] + 12;
      add(from, 0.85 * beat, 0, (t) => {
        const edge = Math.min(1, t / 0.03, (0.85 * beat - t) / 0.05);
        const bend = key + 0.3 * Math.sin(2 * Math.PI * 5.5 * t);
        let sum = 0;
        for (let h = 1; h <= 8; h++) sum += Math.sin(2 * Math.PI * hz(bend) * h * t) / h ** 1.3;
        return 0.12 * edge * sum;
      });
    }
  }
  return { left, right, frames, seconds: frames / RATE };
}

export function writeSong(path, bars, seed) {
  const { left, right, frames, seconds } = songSamples(bars, seed);
  const bytes = Buffer.alloc(44 + frames * 4);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(36 + frames * 4, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(2, 22);
  bytes.writeUInt32LE(RATE, 24);
  bytes.writeUInt32LE(RATE * 4, 28);
  bytes.writeUInt16LE(4, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(frames * 4, 40);
  for (let i = 0; i < frames; i++) {
    bytes.writeInt16LE(Math.round(Math.max(-1, Math.min(1, left[i])) * 32767), 44 + i * 4);
    bytes.writeInt16LE(Math.round(Math.max(-1, Math.min(1, right[i])) * 32767), 46 + i * 4);
  }
  writeFileSync(path, bytes);
  return { path, seconds };
}
