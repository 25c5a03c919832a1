// A channel, a network and a sound card in fast time, for tests of the stream's reader.
//
// True time is the server's. The audio clock runs `ppm` faster; its device takes 512 frames at once.
// Delivery is in order, as by TCP: a message that is late holds up those behind it.
import { StreamPlayer } from '../stream_player';
import type { StreamTiming } from '../stream_control';

export const RATE = 48000;
const BLOCK = 128;
const BURST = 4; // blocks that the device asks for in one go

export const NORMAL: StreamTiming = { margin: 0.045, caution: 0.02, excess: 1 };
export const LOW: StreamTiming = { margin: 0.025, caution: 0.01, excess: 0.3 };

export function randomOf(seed: number): () => number {
  let state = (seed * 0x9e3779b9) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

// Random delay to 200 ms, and 2 of 100 messages half a second more.
export const rough = (random: () => number) => () => random() * 0.2 + (random() < 0.02 ? 0.5 : 0);
export const calm = (random: () => number) => () => random() * 0.002;

export interface Trial {
  seconds: number;
  message: number; // frames
  timing: StreamTiming;
  delay: () => number; // s, of the next message
  ppm?: number;
  sample?: (frame: number) => number; // what the channel plays; both sides the same
  lost?: (frame: number) => boolean; // messages that never come
  // After each burst of blocks: what was played, and true time at its start.
  each?: (player: StreamPlayer, time: number, left: Float32Array) => void;
}

export function play(trial: Trial): StreamPlayer {
  const { seconds, message, timing, delay, ppm = 0, sample = () => 0.25, lost = () => false, each } = trial;
  const player = new StreamPlayer(RATE, timing);
  const speed = 1 + ppm * 1e-6;
  const left = new Float32Array(BLOCK * BURST);
  const right = new Float32Array(BLOCK * BURST);
  const lefts = Array.from({ length: BURST }, (_, i) => left.subarray(i * BLOCK, (i + 1) * BLOCK));
  const rights = Array.from({ length: BURST }, (_, i) => right.subarray(i * BLOCK, (i + 1) * BLOCK));
  const first = 1_000_000; // the channel has played for a while
  let sent = 0;
  let arrives = delay();
  const send = () => {
    const frame = first + sent * message;
    if (!lost(frame)) {
      const piece = Float32Array.from({ length: message }, (_, i) => sample(frame + i));
      player.push(frame, piece, piece, arrives * speed);
    }
    sent++;
    arrives = Math.max(arrives, (sent * message) / RATE + delay());
  };
  for (let block = 0; (block * BLOCK) / RATE < seconds; block += BURST) {
    const time = (block * BLOCK) / RATE / speed;
    while (arrives <= time) send();
    for (let i = 0; i < BURST; i++) {
      player.render(lefts[i]!, rights[i]!, ((block + i) * BLOCK) / RATE);
    }
    each?.(player, time, left);
  }
  return player;
}
