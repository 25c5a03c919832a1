// A song made of known samples, and a player in fast time.
import { moduleOf } from './modules';
import { PracticePlayer } from '../../worklet/practice_player';
import { PIECE, PRACTICE_RATE, STEMS } from '../../worklet/practice_protocol';
import { Stretch } from '../../worklet/practice_stretch';

export const BLOCK = 128;

export const stretchOf = (rate = PRACTICE_RATE) => new Stretch(moduleOf('stretch'), rate, 2 * STEMS);

// 16-bit samples of (stem, channel, frame).
export type Sound = (stem: number, channel: number, frame: number) => number;

export function pieceOf(index: number, frames: number, sound: Sound): Int16Array[] {
  const count = Math.min(PIECE, frames - index * PIECE);
  return Array.from({ length: STEMS }, (_, s) => {
    const piece = new Int16Array(2 * count);
    for (let i = 0; i < count; i++) {
      piece[2 * i] = sound(s, 0, index * PIECE + i);
      piece[2 * i + 1] = sound(s, 1, index * PIECE + i);
    }
    return piece;
  });
}

export function playerOf(frames: number, sound: Sound, stretch: Stretch | null = null, rate = PRACTICE_RATE) {
  const player = new PracticePlayer(rate, stretch);
  player.receive({ type: 'song', frames });
  for (let i = 0; i * PIECE < frames; i++)
    player.receive({ type: 'piece', index: i, stems: pieceOf(i, frames, sound) });
  return player;
}

export interface Heard {
  left: Float32Array;
  right: Float32Array;
}

// Blocks from context frame `from` on; `each` is called after each with its first frame.
export function heard(
  player: PracticePlayer,
  frames: number,
  from = 0,
  each: (frame: number) => void = () => {},
): Heard {
  const count = Math.ceil(frames / BLOCK) * BLOCK;
  const left = new Float32Array(count);
  const right = new Float32Array(count);
  for (let at = 0; at < count; at += BLOCK) {
    player.render(left.subarray(at, at + BLOCK), right.subarray(at, at + BLOCK), from + at);
    each(from + at);
  }
  return { left, right };
}
