// How much to hold back, and how fast to play: the network's jitter and the two clocks, kept apart.
//
// Each piece tells when it came (seconds of the audio clock) and which moment of the channel it holds.
// The line under (arrival - moment) is the best transit and the clocks' skew (stream_clock.ts); what a
// piece came later than that line is its lateness. Slack is how far the reader is behind a piece that
// comes without lateness: it must exceed every lateness, so its target is the largest of the last two
// minutes and a fifth more, or half as much more again once it was too little. The target grows at once
// and shrinks slowly.
//
// The ratio follows the skew, and leads slack to its target by at most 3 cents, by half a percent where
// an underrun is near; it changes by at most 1.7 cents a second. Where nothing drifts and slack is
// right, it is exactly 1. Seconds throughout; no allocation after construction.
import { LowerEnvelope } from './stream_clock';

export interface StreamTiming {
  margin: number; // above lateness: the audio device's buffer, and a thread's turn
  caution: number; // more at the start, while nothing is known of the network
  excess: number; // so much more than the target is cut off instead of played faster
}

const LATE_BIN = 5;
const LATE_BINS = 24; // two minutes
const SPARE = 1.2;
const BURNT = 1.5; // after an underrun
const YOUNG = 4; // s after a beginning, in which the line under the transits is still being found
const ROUGHLY = 0.05; // s: what is above the target then is cut off at once
const CALM = 300; // s: caution and the lesson of an underrun fade over this time
const MOST = 3; // s
const SHRINK = 0.002; // s a second
const LAG = 5; // s to lead slack to its target
const GENTLE = 0.00173; // 3 cents
const URGENT = 0.005;
const SLEW = 0.001; // of the ratio, a second
const STILL = 10e-6; // skew that needs no leading all the time
const NEAR = 0.0008; // s: slack that is off by less is left alone
const RIGHT = 0.0003; // s: where leading stops

export class StreamControl {
  readonly clock = new LowerEnvelope();
  ratio = 1; // channel seconds a second of the audio clock
  target: number;
  jitter = 0; // mean change of transit between pieces (RFC 3550)
  private readonly late = new Float64Array(LATE_BINS);
  private bin = -1;
  private before = 0;
  private known = false;
  private lesson: number; // s above lateness
  private burnt = false; // an underrun lasts
  private leading = false;
  private age = 0; // s of playing since the last beginning
  private shrinking = false;

  constructor(private timing: StreamTiming) {
    this.lesson = timing.caution;
    this.target = timing.margin + timing.caution;
  }

  // Another latency was chosen: nothing that was learnt of the network is lost.
  setTiming(timing: StreamTiming) {
    this.timing = timing;
    this.lesson = Math.max(this.lesson, timing.caution);
    this.target = this.wanted();
  }

  // A new connection, or the audio clock stood still: offsets are others, skew and jitter are not.
  restart() {
    this.clock.restart();
    this.known = false;
    this.age = 0;
  }

  arrived(at: number, moment: number) {
    const transit = at - moment;
    this.clock.add(at, transit);
    if (this.known) this.jitter += (Math.abs(transit - this.before) - this.jitter) / 16;
    this.before = transit;
    this.known = true;
    const lateness = Math.max(0, transit - this.clock.at(at));
    const bin = Math.floor(at / LATE_BIN);
    if (bin !== this.bin) {
      if (this.bin < 0 || bin - this.bin >= LATE_BINS || bin < this.bin) this.late.fill(0);
      else for (let i = this.bin + 1; i <= bin; i++) this.late[i % LATE_BINS] = 0;
      this.bin = bin;
    }
    const slot = bin % LATE_BINS;
    if (lateness > this.late[slot]!) this.late[slot] = lateness;
    const wanted = this.wanted();
    if (wanted > this.target) this.target = wanted;
  }

  // How far a reader at `moment` is behind a piece without lateness.
  slack(at: number, moment: number): number {
    return at - this.clock.at(at) - moment;
  }

  // It was too little: learn from the lateness that did it, as soon as that is known.
  underran() {
    this.lesson = Math.max(this.lesson, this.timing.caution);
    this.burnt = true;
    this.target = Math.max(this.target, this.wanted());
  }
  // It plays again, with this slack.
  resumed(slack: number) {
    this.target = Math.max(this.target, this.wanted());
    if (slack > this.target && slack < this.target + 0.01) this.target = slack; // at rest at once
    this.burnt = false;
    this.leading = false;
  }

  // After `seconds` of playing: the ratio to go on with.
  step(seconds: number, slack: number) {
    this.age += seconds;
    this.lesson *= Math.exp(-seconds / CALM);
    const wanted = this.wanted();
    // Small changes are left alone, so that there is rest.
    if (wanted < 0.8 * this.target - 0.005) this.shrinking = true;
    if (this.shrinking) {
      this.target = Math.max(wanted, this.target - SHRINK * seconds);
      if (this.target <= wanted) this.shrinking = false;
    }
    const skew = -this.clock.slope();
    const off = slack - this.target;
    if (Math.abs(off) > NEAR) this.leading = true;
    else if (Math.abs(off) < RIGHT && Math.abs(skew) < STILL) this.leading = false;
    let goal = 1;
    if (this.leading) {
      const limit = slack < 0.5 * this.target ? URGENT : GENTLE;
      goal += Math.max(-limit, Math.min(limit, off / LAG)) + skew;
      goal = Math.max(1 - URGENT, Math.min(1 + URGENT, goal));
    }
    const step = SLEW * seconds;
    this.ratio += Math.max(-step, Math.min(step, goal - this.ratio));
  }

  get excessive(): number {
    return this.target + (this.age < YOUNG ? ROUGHLY : this.timing.excess);
  }

  private worst(): number {
    let worst = 0;
    for (let i = 0; i < LATE_BINS; i++) worst = Math.max(worst, this.late[i]!);
    return worst;
  }
  private wanted(): number {
    if (this.burnt) this.lesson = Math.max(this.lesson, (BURNT - SPARE) * this.worst());
    return Math.min(MOST, this.timing.margin + SPARE * this.worst() + this.lesson);
  }
}
