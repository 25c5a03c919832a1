// The sounds that ours and the peers are given: the same bytes for all, made here.
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const kRate = 48000;

// A 32-bit float WAV of planar channels.
function wav(channels) {
  const frames = channels[0].length;
  const bytes = Buffer.alloc(58 + frames * channels.length * 4);
  bytes.write("RIFF", 0);
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write("WAVEfmt ", 8);
  bytes.writeUInt32LE(18, 16);
  bytes.writeUInt16LE(3, 20);
  bytes.writeUInt16LE(channels.length, 22);
  bytes.writeUInt32LE(kRate, 24);
  bytes.writeUInt32LE(kRate * channels.length * 4, 28);
  bytes.writeUInt16LE(channels.length * 4, 32);
  bytes.writeUInt16LE(32, 34);
  bytes.write("fact", 38);
  bytes.writeUInt32LE(4, 42);
  bytes.writeUInt32LE(frames, 46);
  bytes.write("data", 50);
  bytes.writeUInt32LE(frames * channels.length * 4, 54);
  interleave(channels).copy(bytes, 58);
  return bytes;
}

function interleave(channels) {
  const out = new Float32Array(channels[0].length * channels.length);
  channels.forEach((channel, c) => channel.forEach((x, i) => (out[i * channels.length + c] = x)));
  return Buffer.from(out.buffer);
}

function noise(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2147483648 - 1;
  };
}

// Low noise, two tones and a decaying pluck every half second.
function music(seconds, seed, pitch) {
  const out = new Float32Array(seconds * kRate);
  const random = noise(seed);
  let low = 0;
  for (let i = 0; i < out.length; ++i) {
    const white = random();
    low += 0.05 * (white - low);
    const t = i / kRate;
    const since = t % 0.5;
    out[i] = 0.3 * low + 0.03 * white + 0.15 * Math.sin(2 * Math.PI * pitch * t) + 0.4 * Math.exp(-8 * since) * Math.sin(2 * Math.PI * 196 * since);
  }
  return out;
}

// Paths of: a stereo WAV, the same as raw interleaved floats, a 2-s stereo impulse response, and 50
// mono WAVs of as many seconds.
export function makeInputs(folder, seconds) {
  const paths = { stereo: join(folder, "stereo.wav"), raw: join(folder, "stereo.f32"), impulse: join(folder, "impulse.wav"), tracks: Array.from({ length: 50 }, (_, i) => join(folder, `track${i}.wav`)) };
  if (existsSync(join(folder, "done"))) return paths;
  const both = [music(seconds, 1, 220), music(seconds, 2, 330.3)];
  writeFileSync(paths.stereo, wav(both));
  writeFileSync(paths.raw, interleave(both));
  const tail = [3, 4].map((seed) => {
    const random = noise(seed);
    return Float32Array.from({ length: 2 * kRate }, (_, i) => 0.02 * random() * Math.exp((-3.45 * i) / kRate));
  });
  writeFileSync(paths.impulse, wav(tail));
  paths.tracks.forEach((path, i) => writeFileSync(path, wav([music(seconds, 10 + i, 55 * 2 ** (i / 8))])));
  return paths;
}
