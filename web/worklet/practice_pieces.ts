// The stems of a song as they lie in the audio thread: pieces of 16-bit samples by their number.
//
// Four stereo stems take 0.7 MB a second; the page decides which pieces of a long song are here.
// read() and covers() allocate nothing.
import { PIECE, STEMS } from './practice_protocol';

const SCALE = 1 / 32768; // exact: int16 / 32768 is a float32

export class StemPieces {
  private pieces: (readonly Int16Array[] | null)[] = [];
  frames = 0;

  begin(frames: number) {
    this.frames = frames;
    this.pieces = new Array<null>(Math.ceil(frames / PIECE)).fill(null);
  }
  put(index: number, stems: readonly Int16Array[]) {
    if (index >= 0 && index < this.pieces.length && stems.length === STEMS) this.pieces[index] = stems;
  }
  drop(index: number) {
    if (index >= 0 && index < this.pieces.length) this.pieces[index] = null;
  }

  // Whether [from, to) is here; what is outside the song always is: silence.
  covers(from: number, to: number): boolean {
    const first = Math.floor(Math.max(0, from) / PIECE);
    const end = Math.min(this.frames, to);
    for (let i = first; i * PIECE < end; i++) if (!this.pieces[i]) return false;
    return true;
  }

  // Eight channels from `frame` on into[c][at …]; silence where nothing is.
  read(frame: number, count: number, into: readonly Float32Array[], at: number) {
    let done = 0;
    while (done < count) {
      const from = frame + done;
      if (from < 0 || from >= this.frames) {
        const n = from < 0 ? Math.min(count - done, -from) : count - done;
        for (let c = 0; c < 2 * STEMS; c++) into[c]!.fill(0, at + done, at + done + n);
        done += n;
        continue;
      }
      const index = Math.floor(from / PIECE);
      const offset = from - index * PIECE;
      const n = Math.min(count - done, PIECE - offset, this.frames - from);
      const piece = this.pieces[index];
      for (let s = 0; s < STEMS; s++) {
        const left = into[2 * s]!;
        const right = into[2 * s + 1]!;
        const samples = piece?.[s];
        for (let i = 0; i < n; i++) {
          const k = 2 * (offset + i);
          // A stem may end sooner than its piece.
          left[at + done + i] = samples && k < samples.length ? samples[k]! * SCALE : 0;
          right[at + done + i] = samples && k + 1 < samples.length ? samples[k + 1]! * SCALE : 0;
        }
      }
      done += n;
    }
  }
}
