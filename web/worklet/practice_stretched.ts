// The unrolled song slower, faster, higher or lower, and which place of it each frame out is.
//
// The stretcher changes time alone, by speed / ratio; reading its output at `ratio` frames a frame gives
// the pitch. (Asked to shift pitch itself, Signalsmith Stretch 1.3 is off by up to 60 cents in the bass.)
// Places are counted, not measured: the stretcher's frame m belongs to the stream time
// I(m - output latency) - input latency, I(m) being the exact number of frames it was given, and the
// frame out t reads m = anchor + t · ratio. So nothing drifts. Nothing allocates but the constructor and
// setPitch().
import { STEMS } from './practice_protocol';
import { RingReader } from './practice_resample';
import { HISTORY, type SongStream } from './practice_stream';
import type { Stretch } from './practice_stretch';

const CHANNELS = 2 * STEMS;
const RING = 8192;
const RECORDS = 256;
const WINDOWS = 1.25; // of the stretcher's window that it sees of what was before

export class StretchedSong {
  target = 0; // stream time of the first frame after warming up
  remaining = 0; // the stretcher's frames until it is warm
  private percent = 100;
  private ratio = 1;
  private readonly ring = Array.from({ length: CHANNELS }, () => new Float32Array(RING));
  private readonly reader = new RingReader();
  private t = 0; // frames out
  private anchorT = 0;
  private anchorPos = 0; // the stretcher's frame that t = anchorT reads
  private made = 0; // by the stretcher
  private consumed = 0;
  private anchorMade = 0;
  private anchorI = 0;
  private readonly recordM = new Float64Array(RECORDS);
  private readonly recordI = new Float64Array(RECORDS);
  private records = 0;

  constructor(
    private readonly stream: SongStream,
    private readonly stretch: Stretch,
  ) {}

  // The stretcher's frames before the first that is heard.
  get warmUp(): number {
    return this.stretch.outputLatency + this.reader.half;
  }

  setSpeed(percent: number) {
    this.anchor();
    this.percent = percent;
  }
  setPitch(semitones: number) {
    this.anchor();
    this.ratio = 2 ** (semitones / 12);
    this.reader.setRatio(this.ratio);
  }

  // Anew, so that the first frame out is the one of stream time `u`; false where a piece is missing.
  begin(u: number): boolean {
    const { stretch } = this;
    const need = u + stretch.inputLatency;
    if (!this.stream.feedTo(need)) return false;
    const window = Math.min(need, HISTORY, Math.round(WINDOWS * 2 * stretch.inputLatency));
    this.stream.read(need - window, window, stretch.inputs, 0);
    stretch.seek(window, this.percent / (100 * this.ratio));
    this.target = u;
    this.t = this.anchorT = 0;
    this.anchorPos = stretch.outputLatency;
    this.made = this.anchorMade = 0;
    this.consumed = this.anchorI = need;
    this.remaining = this.warmUp;
    this.records = 0;
    this.record();
    return true;
  }
  // A part of warming up.
  warm(count: number): boolean {
    if (this.remaining === 0) return true;
    const n = Math.min(count, this.remaining);
    if (!this.make(n)) return false;
    this.remaining -= n;
    return true;
  }

  covers(count: number): boolean {
    const frames = ((count + 2 * this.reader.half) * this.percent) / 100;
    return this.stream.feedTo(this.consumed + Math.ceil(frames) + 2);
  }

  // into[c][at … at + count); covers() must have said so.
  render(into: readonly Float32Array[], at: number, count: number) {
    const last = this.read(this.t + count - 1);
    const need = Math.floor(last) + 1 + this.reader.half - this.made;
    if (need > 0) this.make(need);
    for (let i = 0; i < count; i++) {
      const position = this.read(this.t + i);
      if (this.ratio === 1 && Number.isInteger(position)) {
        const place = position & (RING - 1);
        for (let c = 0; c < this.ring.length; c++) into[c]![at + i] = this.ring[c]![place]!;
      } else this.reader.read(this.ring, position, into, at + i);
    }
    this.t += count;
  }

  // Stream time of the frame out that comes next: linear between the ends of calls, which is exact.
  at(): number {
    const m = this.read(this.t) - this.stretch.outputLatency;
    let k = this.records - 1;
    const oldest = Math.max(0, this.records - RECORDS);
    while (k > oldest && this.recordM[k % RECORDS]! > m) k--;
    const m0 = this.recordM[k % RECORDS]!;
    const i0 = this.recordI[k % RECORDS]!;
    if (k + 1 >= this.records) return i0 - this.stretch.inputLatency;
    const m1 = this.recordM[(k + 1) % RECORDS]!;
    const i1 = this.recordI[(k + 1) % RECORDS]!;
    return i0 + ((m - m0) / (m1 - m0)) * (i1 - i0) - this.stretch.inputLatency;
  }

  private anchor() {
    this.anchorI = this.exact(this.made);
    this.anchorMade = this.made;
    this.anchorPos = this.read(this.t);
    this.anchorT = this.t;
  }
  private read(t: number): number {
    return this.anchorPos + (t - this.anchorT) * this.ratio;
  }
  private exact(made: number): number {
    return this.anchorI + ((made - this.anchorMade) * this.percent) / (100 * this.ratio);
  }

  // `count` frames of the stretcher into the ring; false where a piece is missing: nothing has happened.
  private make(count: number): boolean {
    const end = this.exact(this.made + count);
    const inputs = Math.floor(end) - this.consumed;
    if (!this.stream.feedTo(this.consumed + inputs)) return false;
    const { stretch } = this;
    this.stream.read(this.consumed, inputs, stretch.inputs, 0);
    stretch.process(inputs, count);
    for (let c = 0; c < this.ring.length; c++) {
      const ring = this.ring[c]!;
      const out = stretch.outputs[c]!;
      for (let i = 0; i < count; i++) ring[(this.made + i) & (RING - 1)] = out[i]!;
    }
    this.consumed += inputs;
    this.made += count;
    this.record();
    return true;
  }
  private record() {
    this.recordM[this.records % RECORDS] = this.made;
    this.recordI[this.records % RECORDS] = this.exact(this.made);
    this.records++;
  }
}
