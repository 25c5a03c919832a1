// The song as a stream that never jumps for whoever reads it: loops are already unrolled.
//
// Stream time counts the frames that were fed; marks tell which frame of the song lies where. At a
// loop's end the stream goes on with its start: exactly end - start frames later than the pass before,
// the last FADE frames mixed with those before the start, so that nothing clicks. The ring keeps what was
// fed for those who look back (the stretcher's window) or lag behind. Nothing allocates but the
// constructor.
import type { StemPieces } from './practice_pieces';
import { STEMS } from './practice_protocol';

const SIZE = 32768;
export const HISTORY = 8192; // frames before the beginning that are fed with it
const FADE = 256;
const MARKS = 64;
const CHANNELS = 2 * STEMS;

export class SongStream {
  fed = 0;
  private next = 0; // frame of the song that is fed next
  private readonly ring = Array.from({ length: CHANNELS }, () => new Float32Array(SIZE));
  private readonly other = Array.from({ length: CHANNELS }, () => new Float32Array(FADE));
  private readonly up = new Float32Array(FADE);
  private readonly streams = new Float64Array(MARKS);
  private readonly songs = new Float64Array(MARKS);
  private marks = 0; // made so far; the last MARKS of them are known
  private loopStart = 0;
  private loopEnd = 0;

  constructor(private readonly pieces: StemPieces) {
    for (let i = 0; i < FADE; i++) this.up[i] = Math.sin(((i + 0.5) / FADE) * (Math.PI / 2));
  }

  // Stream time HISTORY is the song's `frame`.
  begin(frame: number) {
    this.fed = 0;
    this.marks = 0;
    this.next = frame - HISTORY;
    this.mark();
    this.copy(HISTORY); // where it is not here, silence does
  }

  // 0 and 0: none.
  setLoop(start: number, end: number) {
    this.loopStart = start;
    this.loopEnd = end;
  }
  // Whether what was fed beyond stream time `u` would be otherwise with these marks.
  fedOtherwise(u: number, start: number, end: number): boolean {
    const wrapped = this.marks > 1 && this.streams[(this.marks - 1) % MARKS]! > u;
    const crosses = (e: number) => e > 0 && this.songAt(u) < e && this.next + FADE > e;
    return wrapped || (end > start && crosses(end)) || (this.loopEnd > 0 && crosses(this.loopEnd));
  }

  // Feeds up to stream time `to`; false where a piece is missing, nothing beyond it is fed then.
  feedTo(to: number): boolean {
    while (this.fed < to) {
      const length = this.loopEnd - this.loopStart;
      const fade = Math.min(FADE, length >> 2);
      let n = to - this.fed;
      let mixed = false;
      if (length > 0 && this.next < this.loopEnd) {
        mixed = this.next >= this.loopEnd - fade;
        n = Math.min(n, (mixed ? this.loopEnd : this.loopEnd - fade) - this.next);
      }
      if (!this.pieces.covers(this.next, this.next + n)) {
        n = this.covered(n);
        if (n === 0) return false;
      }
      this.copy(n);
      if (mixed) this.crossfade(n, length, fade);
      if (length > 0 && this.next === this.loopEnd) {
        this.next = this.loopStart;
        this.mark();
      }
    }
    return true;
  }

  // `count` frames from stream time `u` on; they must have been fed, at most SIZE ago.
  read(u: number, count: number, into: readonly Float32Array[], at: number) {
    let done = 0;
    while (done < count) {
      const place = (u + done) % SIZE;
      const n = Math.min(count - done, SIZE - place);
      for (let c = 0; c < CHANNELS; c++) {
        const ring = this.ring[c]!;
        const out = into[c]!;
        for (let i = 0; i < n; i++) out[at + done + i] = ring[place + i]!;
      }
      done += n;
    }
  }

  // The song's frame (and a fraction) at stream time `u`.
  songAt(u: number): number {
    const k = this.markAt(u);
    return this.songs[k % MARKS]! + (u - this.streams[k % MARKS]!);
  }
  // How often the loop had gone round.
  roundsAt(u: number): number {
    return this.markAt(u);
  }
  // Stream time of the next jump after `u`, or Infinity.
  jumpAfter(u: number): number {
    const k = this.markAt(u) + 1;
    return k < this.marks ? this.streams[k % MARKS]! : Infinity;
  }

  private markAt(u: number): number {
    let k = this.marks - 1;
    const oldest = Math.max(0, this.marks - MARKS);
    while (k > oldest && this.streams[k % MARKS]! > u) k--;
    return k;
  }
  private mark() {
    this.streams[this.marks % MARKS] = this.fed;
    this.songs[this.marks % MARKS] = this.next;
    this.marks++;
  }

  // The most of `n` frames that are here.
  private covered(n: number): number {
    let low = 0;
    let high = n;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.pieces.covers(this.next, this.next + middle)) low = middle;
      else high = middle;
    }
    return low;
  }

  private copy(count: number) {
    let done = 0;
    while (done < count) {
      const place = this.fed % SIZE;
      const n = Math.min(count - done, SIZE - place);
      this.pieces.read(this.next, n, this.ring, place);
      this.fed += n;
      this.next += n;
      done += n;
    }
  }

  // The newest n frames lie before the loop's end: what is before its start comes up in them.
  private crossfade(n: number, length: number, fade: number) {
    const from = this.next - n;
    this.pieces.read(from - length, n, this.other, 0);
    for (let i = 0; i < n; i++) {
      const at = Math.floor(((from + i - (this.loopEnd - fade)) * FADE) / fade);
      const rise = this.up[at]!;
      const fall = this.up[FADE - 1 - at]!;
      const place = (this.fed - n + i) % SIZE;
      for (let c = 0; c < CHANNELS; c++) {
        const ring = this.ring[c]!;
        ring[place] = fall * ring[place]! + rise * this.other[c]![i]!;
      }
    }
  }
}
