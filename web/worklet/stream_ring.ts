// What has come and is not yet heard: stereo samples by the channel's frame, with the holes marked.
//
// A ring of fixed size. Pieces come in order but may overlap what is there (after a reconnect) or leave
// a hole (something was skipped). Around a hole the sound is faded, and a few zeros keep the
// interpolation from reading what lay there before. One thread; nothing allocates but the constructor.
import { HALF } from './stream_resample';

const MARKS = 8;
export const FADE = 480; // frames: 10 ms

export class StreamRing {
  readonly left: Float32Array;
  readonly right: Float32Array;
  end = 0; // the frame after the last that came
  private readonly mask: number;
  // Holes [from, to) in order; those behind the reader are dropped.
  private readonly from = new Float64Array(MARKS);
  private readonly to = new Float64Array(MARKS);
  private holes = 0;
  private begun = false;

  constructor(bits = 18) {
    this.left = new Float32Array(1 << bits);
    this.right = new Float32Array(1 << bits);
    this.mask = (1 << bits) - 1;
  }

  get size(): number {
    return this.left.length;
  }
  get empty(): boolean {
    return !this.begun;
  }
  place(frame: number): number {
    return frame % this.left.length;
  }

  clear() {
    this.begun = false;
    this.holes = 0;
  }

  // Takes the part that is new. `reader` is the frame that is read next: what is behind it may go.
  // Answers how many frames were taken; -1 where they would not fit.
  write(frame: number, left: Float32Array, right: Float32Array, reader: number): number {
    let skip = 0;
    let fresh = false;
    if (!this.begun) {
      this.begun = true;
      this.end = frame;
      this.zero(frame - 2 * HALF, frame);
      fresh = true;
    } else if (frame > this.end) {
      if (frame + left.length - reader > this.size - 4 * HALF || this.holes === MARKS) return -1;
      this.hole(frame, reader);
      fresh = true;
    } else skip = this.end - frame;
    const count = left.length - skip;
    if (count <= 0) return 0;
    if (this.end + count - reader > this.size - 4 * HALF) return -1;
    const at = this.place(this.end);
    const first = Math.min(count, this.size - at);
    this.left.set(skip === 0 && first === count ? left : left.subarray(skip, skip + first), at);
    this.right.set(skip === 0 && first === count ? right : right.subarray(skip, skip + first), at);
    if (first < count) {
      this.left.set(left.subarray(skip + first), 0);
      this.right.set(right.subarray(skip + first), 0);
    }
    if (fresh) this.ramp(this.end, Math.min(FADE, count), true);
    this.end += count;
    return count;
  }

  // The first frame after `frame` at which the sound breaks off: a hole's, or the end.
  breakAfter(frame: number): number {
    for (let i = 0; i < this.holes; i++) if (this.from[i]! >= frame) return this.from[i]!;
    return this.end;
  }
  // Where the sound goes on after the hole that begins at `frame`; -1 if none begins there.
  over(frame: number): number {
    for (let i = 0; i < this.holes; i++) {
      if (this.from[i]! <= frame && frame < this.to[i]!) return this.to[i]!;
    }
    return -1;
  }
  passed(reader: number) {
    while (this.holes > 0 && this.to[0]! <= reader) {
      this.from.copyWithin(0, 1);
      this.to.copyWithin(0, 1);
      this.holes--;
    }
  }

  private hole(to: number, reader: number) {
    const from = this.end;
    this.ramp(Math.max(from - FADE, reader), from - Math.max(from - FADE, reader), false);
    this.zero(from, Math.min(to, from + 2 * HALF));
    this.zero(Math.max(from, to - 2 * HALF), to);
    this.from[this.holes] = from;
    this.to[this.holes++] = to;
    this.end = to;
  }

  private zero(from: number, to: number) {
    for (let f = Math.max(0, from); f < to; f++) {
      this.left[this.place(f)] = 0;
      this.right[this.place(f)] = 0;
    }
  }

  // Half a cosine over `count` frames from `frame` on, up or down.
  private ramp(frame: number, count: number, up: boolean) {
    for (let i = 0; i < count; i++) {
      const rise = 0.5 - 0.5 * Math.cos((Math.PI * (i + 0.5)) / count);
      const gain = up ? rise : 1 - rise;
      const at = this.place(frame + i) & this.mask;
      this.left[at]! *= gain;
      this.right[at]! *= gain;
    }
  }
}
