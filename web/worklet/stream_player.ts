// The stream's reader: pieces in, sound out, whatever the network does in between.
//
// It waits until slack has reached its target, plays, and where nothing has come fades out, counts an
// underrun and waits again. Holes (pieces that were skipped) are stepped over. Where far too much has
// come, it goes on at the live edge. Frames are the channel's; times are seconds of the audio clock.
// render() never allocates. One thread; knows no AudioWorklet, so that tests can run it in fast time.
import { StreamControl, type StreamTiming } from './stream_control';
import { makeKernel, HALF, readBetween } from './stream_resample';
import { FADE, StreamRing } from './stream_ring';
import { STREAM_REPORT as R } from './stream_protocol';

const SETTLE = 4800; // frames over which a fraction of a sample is taken back before rest
const RENEWED = 10; // s: a piece that is so much older begins another time line

export const STATE = { empty: 0, waiting: 1, playing: 2 } as const;

export class StreamPlayer {
  readonly control: StreamControl;
  readonly ring: StreamRing;
  state: number = STATE.empty;
  underruns = 0;
  jumps = 0; // to the live edge
  holes = 0;
  silent = 0; // frames of silence since it first played
  played = 0; // frames of sound
  private readonly kernel = makeKernel();
  private readonly out = new Float32Array(2);
  private whole = 0; // position: the frame that is read next, and a fraction
  private fraction = 0;
  private settle = 0; // outputs left of the way back to a whole sample
  private settleStep = 0;
  private gain = 0;
  private slope = 0; // of the gain, a frame; 0: at rest
  private jumpAfterFade = false;
  private stopAfterFade = false;
  private leaving = false; // what is there fades, then nothing is left of it
  private broke = false; // it has run dry since it last waited
  private readonly nominal: number;

  constructor(
    private readonly rate: number, // of the audio clock
    timing: StreamTiming,
    private readonly streamRate = 48000,
    ringBits = 18,
  ) {
    this.control = new StreamControl(timing);
    this.ring = new StreamRing(ringBits);
    this.nominal = streamRate / rate;
  }

  position(): number {
    return this.whole + this.fraction;
  }

  // The connection is new, or the audio clock stood still.
  restart() {
    this.control.restart();
  }
  // Nothing of what is there goes on; what sounds fades first.
  leave() {
    if (this.state !== STATE.playing) return this.clear();
    this.leaving = true;
    this.jumpAfterFade = false;
    this.slope = -1 / FADE;
  }
  private clear() {
    this.leaving = false;
    this.ring.clear();
    this.restart();
    this.state = STATE.empty;
    this.gain = this.slope = 0;
    this.jumpAfterFade = this.stopAfterFade = this.broke = false;
  }

  // A piece whose first sample is the channel's `frame`, handed over at `at` (seconds of the audio clock).
  push(frame: number, left: Float32Array, right: Float32Array, at: number) {
    if (left.length === 0) return;
    if (this.leaving) this.clear();
    const older = (this.whole - frame - left.length) / this.streamRate;
    if (this.state !== STATE.empty && older > RENEWED) this.clear();
    this.control.arrived(at, frame / this.streamRate);
    if (this.state === STATE.empty) {
      this.ring.clear();
      this.begin(frame);
      this.state = STATE.waiting;
    }
    if (this.ring.write(frame, left, right, this.whole) < 0) {
      // Nobody has read for longer than the ring is: begin anew with this piece.
      this.ring.clear();
      this.ring.write(frame, left, right, frame);
      this.begin(frame);
      this.jumps++;
      if (this.state === STATE.playing) this.gain = 0;
    }
  }

  // Fills the two channels; `at` is the audio clock's second of their first sample.
  render(left: Float32Array, right: Float32Array, at: number) {
    const count = left.length;
    if (this.state === STATE.waiting) this.tryToBegin(at);
    let done = 0;
    if (this.state === STATE.playing) {
      const slack = this.control.slack(at, this.position() / this.streamRate);
      this.control.step(count / this.rate, slack);
      if (slack > this.control.excessive && this.slope === 0) {
        this.jumpAfterFade = true;
        this.slope = -1 / FADE;
      }
      done = this.play(left, right, count, at);
      this.played += done;
    }
    if (done < count) {
      left.fill(0, done);
      right.fill(0, done);
      if (this.played > 0 && this.state !== STATE.empty) this.silent += count - done;
    }
    this.ring.passed(this.whole - 2 * HALF);
  }

  // Allocates nothing: fills the numbers of STREAM_REPORT. `at` is the second after the last sample.
  report(into: Float64Array, at: number) {
    const { control } = this;
    into[R.at] = at;
    into[R.position] = this.state === STATE.empty ? -1 : this.position();
    into[R.state] = this.state;
    into[R.ratio] = this.state === STATE.playing ? control.ratio : 0;
    into[R.fill] = this.state === STATE.empty ? 0 : Math.max(0, this.ring.end - this.whole) / this.streamRate;
    into[R.slack] = this.state === STATE.empty ? 0 : control.slack(at, this.position() / this.streamRate);
    into[R.target] = control.target;
    into[R.jitter] = control.jitter;
    into[R.skew] = -control.clock.slope();
    into[R.underruns] = this.underruns;
    into[R.jumps] = this.jumps;
    into[R.holes] = this.holes;
    into[R.silent] = this.silent;
    into[R.played] = this.played;
  }

  private begin(frame: number) {
    this.whole = frame;
    this.fraction = 0;
    this.settle = 0;
  }

  private tryToBegin(at: number) {
    const { control, ring } = this;
    // In a hole, or so near one that it is not worth beginning before it.
    const brink = ring.breakAfter(this.whole);
    const hole = ring.over(brink - this.whole < 2 * FADE ? brink : this.whole);
    if (hole >= 0) this.goOver(hole);
    let slack = control.slack(at, this.whole / this.streamRate);
    if (slack > control.target + 0.01) {
      // More than needed: leave out what is too old, unless it is the beginning of what there is.
      const skip = Math.floor((slack - control.target) * this.streamRate);
      const to = Math.min(this.whole + skip, ring.end - HALF - 1);
      if (slack > control.excessive || !this.broke) {
        if (to > this.whole) this.leap(to);
        slack = control.slack(at, this.whole / this.streamRate);
      }
    }
    if (slack < control.target || ring.breakAfter(this.whole) - this.whole < 2 * FADE) return;
    control.resumed(slack);
    this.broke = false;
    this.state = STATE.playing;
    this.gain = 0;
    this.slope = 1 / FADE;
  }

  private leap(to: number) {
    const over = this.ring.over(to);
    this.begin(over >= 0 ? over : to);
    if (this.played > 0) this.jumps++;
  }

  private goOver(to: number) {
    this.begin(to);
    this.holes++;
  }

  // Answers how many frames were made; fewer than asked when the sound has ended.
  private play(left: Float32Array, right: Float32Array, count: number, at: number): number {
    const { ring } = this;
    let done = 0;
    while (done < count && this.state === STATE.playing) {
      const brink = ring.breakAfter(this.whole);
      const ratio = this.control.ratio * this.nominal;
      // Outputs until the interpolation would read over the brink (zeros lie beyond a hole).
      const reach = brink === ring.end ? brink - HALF - 1 : brink;
      const possible = Math.floor((reach - this.position()) / ratio);
      if (possible <= 0) {
        const next = ring.over(brink);
        if (brink === ring.end || next < 0) {
          this.dry();
          break;
        }
        this.goOver(next); // the ring has faded both sides
        // What is missing shortens the slack: where that leaves too little, wait as long.
        const slack = this.control.slack(at + done / this.rate, this.whole / this.streamRate);
        if (slack < 0.5 * this.control.target) {
          this.state = STATE.waiting;
          this.gain = this.slope = 0;
          this.broke = true;
        }
        continue;
      }
      let run = Math.min(count - done, possible);
      if (brink === ring.end && possible < FADE + count && this.slope >= 0) {
        // The end is near: fade so that it is reached in silence.
        this.slope = -Math.max(this.gain, 1e-3) / Math.max(1, Math.min(FADE, possible - 1));
        this.stopAfterFade = true;
      }
      if (this.slope !== 0) {
        const goal = this.slope > 0 ? 1 : 0;
        run = Math.min(run, Math.max(1, Math.ceil((goal - this.gain) / this.slope)));
      }
      this.make(left, right, done, run, ratio);
      done += run;
      if (this.slope > 0 && this.gain >= 1) {
        this.gain = 1;
        this.slope = 0;
      } else if (this.slope < 0 && this.gain <= 0) {
        this.gain = this.slope = 0;
        if (this.leaving) {
          this.clear();
        } else if (this.jumpAfterFade) {
          const slack = this.control.slack(at + done / this.rate, this.position() / this.streamRate);
          const skip = Math.floor((slack - this.control.target) * this.streamRate);
          if (skip > 0) this.leap(Math.min(this.whole + skip, ring.end - HALF - 1));
          this.slope = 1 / FADE;
        } else if (this.stopAfterFade) {
          this.dry();
        }
        this.jumpAfterFade = this.stopAfterFade = false;
      }
    }
    return done;
  }

  private dry() {
    if (this.leaving) return this.clear();
    this.state = STATE.waiting;
    this.gain = this.slope = 0;
    this.jumpAfterFade = this.stopAfterFade = false;
    this.broke = true;
    this.underruns++;
    this.control.underran();
  }

  private make(left: Float32Array, right: Float32Array, from: number, count: number, ratio: number) {
    const { ring, out } = this;
    const mask = ring.size - 1;
    let at = ring.place(this.whole);
    let moved = 0;
    if (ratio === 1 && this.fraction !== 0 && this.settle === 0) {
      const way = this.fraction < 0.5 ? -this.fraction : 1 - this.fraction;
      this.settle = SETTLE;
      this.settleStep = way / SETTLE;
    } else if (ratio !== 1) this.settle = 0;
    if (ratio === 1 && this.fraction === 0) {
      for (let i = from; i < from + count; i++) {
        left[i] = ring.left[at]!;
        right[i] = ring.right[at]!;
        at = (at + 1) & mask;
      }
      moved = count;
    } else {
      let { fraction } = this;
      for (let i = from; i < from + count; i++) {
        readBetween(this.kernel, ring.left, ring.right, at, fraction, out);
        left[i] = out[0]!;
        right[i] = out[1]!;
        fraction += ratio;
        if (this.settle > 0) {
          fraction += this.settleStep;
          if (--this.settle === 0) fraction = Math.round(fraction);
        }
        const step = Math.floor(fraction);
        fraction -= step;
        moved += step;
        at = (at + step) & mask;
      }
      this.fraction = fraction;
    }
    this.whole += moved;
    if (this.slope === 0) return;
    // Half a cosine: no corner at either end.
    for (let i = from; i < from + count; i++) {
      this.gain = Math.max(0, Math.min(1, this.gain + this.slope));
      const gain = 0.5 - 0.5 * Math.cos(Math.PI * this.gain);
      left[i]! *= gain;
      right[i]! *= gain;
    }
  }
}
