// Eight channels of the song at any speed and pitch, and which frame of it sounds at each frame out.
//
// At 100 % and no other pitch the samples pass as they are; otherwise through the stretcher. Both read
// the same unrolled stream, so going from one to the other is a short crossfade at the same place of the
// song; the stretcher is warmed up beside the sound first. Nothing allocates but the constructor and
// setSemitones().
import type { StemPieces } from './practice_pieces';
import { STEMS } from './practice_protocol';
import { HISTORY, SongStream } from './practice_stream';
import type { Stretch } from './practice_stretch';
import { StretchedSong } from './practice_stretched';

const CHANNELS = 2 * STEMS;
const BLOCK = 128;
const BUDGET = 1024; // frames of warming up a block: some 1.5 ms of work
const CROSS = 256; // frames from the one to the other
const AHEAD = 256; // frames that must be there beyond what is rendered, to fade out in time
const SAME = 0.002; // semitones that nobody hears

export class PracticeVoice {
  readonly out = Array.from({ length: CHANNELS }, () => new Float32Array(BLOCK));
  readonly stream: SongStream;
  // Stream times of the first frame rendered last, and of the one that comes next.
  from = 0;
  to = 0;
  private readonly stretched: StretchedSong | null;
  private readonly second = Array.from({ length: CHANNELS }, () => new Float32Array(BLOCK));
  private percent = 100;
  private semitones = 0;
  private u = 0; // stream time of the direct sound
  private mix = 0; // 0 direct … 1 stretched
  private on = false; // the stretcher runs

  constructor(pieces: StemPieces, stretch: Stretch | null) {
    this.stream = new SongStream(pieces);
    this.stretched = stretch && new StretchedSong(this.stream, stretch);
    this.begin(0);
  }

  get speed(): number {
    return this.percent / 100;
  }

  // Stands at this frame of the song; prepare() until it answers true, then render().
  begin(frame: number) {
    this.stream.begin(frame);
    this.u = this.from = this.to = HISTORY;
    this.mix = 0;
    this.on = false;
  }
  position(): number {
    return this.stream.songAt(this.to);
  }

  setSpeed(percent: number) {
    if (percent === this.percent) return;
    this.percent = percent;
    this.stretched?.setSpeed(percent);
    this.fresh();
  }
  setSemitones(semitones: number) {
    const wanted = Math.abs(semitones) > SAME ? semitones : 0;
    if (wanted === this.semitones) return;
    this.semitones = wanted;
    this.stretched?.setPitch(wanted);
    this.fresh();
  }

  // True as soon as the first frames can be rendered; a little work each time. False too where a piece
  // is missing (see covered()).
  prepare(): boolean {
    if (!this.wanted()) {
      this.mix = 0;
      this.on = false;
      return this.stream.feedTo(this.u + BLOCK + AHEAD);
    }
    const { stretched } = this;
    if (!this.on) this.on = stretched!.begin(this.u);
    if (!this.on || !stretched!.warm(BUDGET) || stretched!.remaining > 0) return false;
    this.mix = 1;
    return true;
  }

  // Whether the next `count` frames and some to fade out can be rendered.
  covered(count: number): boolean {
    if (this.mix < 1 && !this.stream.feedTo(this.u + count + AHEAD)) return false;
    return !this.on || this.stretched!.remaining > 0 || this.stretched!.covers(count + AHEAD);
  }

  // out[c][at … at + count); covered() must have said so.
  render(at: number, count: number) {
    const { stretched } = this;
    const wanted = this.wanted();
    if (wanted && !this.on) {
      const blocks = Math.ceil(stretched!.warmUp / BUDGET) + 1;
      this.on = stretched!.begin(this.u + blocks * BLOCK);
    }
    // Where a piece is missing, or it came too late to meet the direct sound: again.
    if (this.on && stretched!.remaining > 0 && !stretched!.warm(BUDGET)) this.on = false;
    if (this.on && this.mix === 0 && this.u > stretched!.target) this.on = false;
    const ready = wanted && this.on && stretched!.remaining === 0;
    this.from = this.now();
    for (let done = 0; done < count;) {
      let part = count - done;
      if (this.mix === 0 && (!ready || this.u < stretched!.target)) {
        if (ready) part = Math.min(part, stretched!.target - this.u);
        this.direct(at + done, part);
      } else if (this.mix === 1 && wanted) stretched!.render(this.out, at + done, part);
      else {
        if (this.mix === 1) this.u = Math.round(stretched!.at());
        this.both(at + done, part, ready ? 1 / CROSS : -1 / CROSS);
        if (this.mix === 0) this.on = false;
      }
      done += part;
    }
    this.to = this.now();
  }

  private now(): number {
    return this.mix < 1 ? this.u : this.stretched!.at();
  }
  private wanted(): boolean {
    return this.stretched !== null && (this.percent !== 100 || this.semitones !== 0);
  }
  // What warms up for another speed is of no use.
  private fresh() {
    if (this.on && this.mix === 0) this.on = false;
  }

  private direct(at: number, count: number) {
    this.stream.feedTo(this.u + count);
    this.stream.read(this.u, count, this.out, at);
    this.u += count;
  }
  private both(at: number, count: number, step: number) {
    this.direct(at, count);
    this.stretched!.render(this.second, at, count);
    const begin = this.mix;
    for (let c = 0; c < CHANNELS; c++) {
      const out = this.out[c]!;
      const other = this.second[c]!;
      for (let i = 0; i < count; i++) {
        const mix = Math.min(1, Math.max(0, begin + step * (i + 1)));
        // Nearly the same sound at the same place: gains that add up to one.
        out[at + i] = (1 - mix) * out[at + i]! + mix * other[at + i]!;
      }
    }
    this.mix = Math.min(1, Math.max(0, begin + step * count));
  }
}
