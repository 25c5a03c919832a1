// What the separator gives, in the form that the player takes.
import { PIECE, STEMS } from '../worklet/practice_protocol';

// Stretches of planar floats become pieces of 16 bits.
export class PieceMaker {
  private stems: Int16Array<ArrayBuffer>[] = [];
  private at = 0; // frames made

  constructor(
    private readonly frames: number,
    private readonly made: (index: number, stems: Int16Array<ArrayBuffer>[]) => void,
  ) {}

  // Planes as separate_step() gives them: drums left, drums right, bass left …
  add(planes: Float32Array, frames: number) {
    for (let done = 0; done < frames && this.at < this.frames;) {
      const index = Math.floor(this.at / PIECE);
      const size = Math.min(PIECE, this.frames - index * PIECE);
      const offset = this.at - index * PIECE;
      if (offset === 0) this.stems = Array.from({ length: STEMS }, () => new Int16Array(2 * size));
      const n = Math.min(frames - done, size - offset);
      for (let c = 0; c < 2 * STEMS; c++) {
        const out = this.stems[c >> 1]!;
        for (let i = 0; i < n; i++) {
          const x = Math.round(planes[c * frames + done + i]! * 32768);
          out[2 * (offset + i) + (c & 1)] = Math.max(-32768, Math.min(32767, x));
        }
      }
      this.at += n;
      done += n;
      if (offset + n === size) this.made(index, this.stems);
    }
  }
}
