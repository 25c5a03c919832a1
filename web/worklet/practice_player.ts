// The Practice room's player: transport, count-in, volumes, metronome, one's own take, over PracticeVoice.
//
// Volumes are after the stretcher, so that solo and mute are heard in the block after the message, over
// a ramp of 5 ms. Starting, seeking and stopping fade over 3 ms. Where a piece is missing it fades out and
// waits. The whole is free of clocks and of AudioWorklet, so that tests can run it in fast time; render()
// never allocates.
import { beatFrom, Clicks, countIn, NO_BEATS, type Beats, type CountIn } from './practice_clicks';
import { StemPieces } from './practice_pieces';
import { PRACTICE_REPORT as R, PRACTICE_STATE as STATE, STEMS, type ToPractice } from './practice_protocol';
import type { Stretch } from './practice_stretch';
import { PracticeVoice } from './practice_voice';

const FADE = 128; // frames of starting and ending
const RAMP = 0.005; // s of a volume
const NEVER: CountIn = { frames: 0, at: [], accents: [] };

export class PracticePlayer {
  readonly pieces = new StemPieces();
  readonly voice: PracticeVoice;
  readonly clicks: Clicks;
  state: number = STATE.stopped;
  starved = 0;
  ended = 0;
  commands = 0;
  private beats: Beats = NO_BEATS;
  private metronome = 0;
  private counting: CountIn = NEVER;
  private counted = 0; // frames since the first click
  private nextClick = 0;
  private startAt = -1; // the context's frame of the first sound; -1: as soon as possible
  private fade = 0; // 0 … 1
  private fading = 0; // -1 out, 1 in, 0 at rest
  private after: 'stop' | 'seek' | 'wait' | 'play' | null = null; // when it has faded out
  private seekTo = 0;
  private restAt = -1; // where it was sent while it fades out to stop
  private waitAt = -1; // frame of the song that a play at a set time begins with
  private bars = 0;
  private heard = 0; // frame of the song up to which clicks were made
  private rounds = 0; // of the loop before this stream
  private take: { samples: Float32Array; start: number; percent: number } | null = null;
  private takeAt = -1;
  private readonly gains = new Float32Array(STEMS).fill(1);
  private readonly goals = new Float32Array(STEMS).fill(1);
  private readonly levels = new Float32Array(STEMS);
  private readonly step: number;

  constructor(
    private readonly rate: number,
    stretch: Stretch | null,
  ) {
    this.voice = new PracticeVoice(this.pieces, stretch);
    this.clicks = new Clicks(rate);
    this.step = 1 / (RAMP * rate);
  }

  get running(): boolean {
    return this.state !== STATE.stopped;
  }
  position(): number {
    if (this.after === 'seek' || this.after === 'play') return this.seekTo;
    return Math.min(this.pieces.frames, Math.max(0, this.voice.position()));
  }

  receive(message: ToPractice) {
    this.commands++;
    switch (message.type) {
      case 'song':
        this.pieces.begin(message.frames);
        this.beats = NO_BEATS;
        this.take = null;
        this.setLoop(0, 0);
        this.place(0);
        this.rest();
        break;
      case 'piece':
        this.pieces.put(message.index, message.stems);
        break;
      case 'drop':
        this.pieces.drop(message.index);
        break;
      case 'play':
        this.play(message.from, message.at, message.bars);
        break;
      case 'stop':
        if (this.state === STATE.playing) this.fadeOut('stop');
        else if (this.running) this.rest();
        break;
      case 'seek':
        this.seek(message.to);
        break;
      case 'loop':
        this.setLoop(message.start, message.end);
        break;
      case 'speed':
        this.voice.setSpeed(message.percent);
        break;
      case 'pitch':
        this.voice.setSemitones(message.semitones);
        break;
      case 'gains':
        for (let s = 0; s < STEMS; s++) this.goals[s] = message.gains[s] ?? 1;
        break;
      case 'beats':
        this.beats = {
          at: message.beats,
          accents: message.accents,
          beatsPerBar: message.beatsPerBar,
          tempo: message.tempo,
        };
        break;
      case 'metronome':
        this.metronome = message.gain;
        if (message.gain > 0) this.clicks.gain = message.gain;
        break;
      case 'take':
        this.take = message.samples && {
          samples: message.samples,
          start: message.start,
          percent: message.percent,
        };
        this.takeAt = -1;
        break;
      case 'close':
        break;
    }
  }

  // Fills both channels; `frame` is the context's number of their first.
  render(left: Float32Array, right: Float32Array, frame: number) {
    const count = left.length;
    left.fill(0);
    right.fill(0);
    let at = 0;
    while (at < count && this.running) {
      if (this.state === STATE.playing) at += this.sound(left, right, at, count - at);
      else {
        const waited = this.hold(left, right, at, count - at, frame + at);
        if (waited < 0) break;
        at += waited;
      }
    }
    this.clicks.render(left, right, 0, count);
  }

  // `frame` is the context's number of the frame that comes next. Allocates nothing.
  report(into: Float64Array, frame: number) {
    into[R.frame] = frame;
    into[R.position] = this.position();
    into[R.speed] = this.state === STATE.playing ? this.voice.speed : 0;
    into[R.state] = this.state;
    into[R.pass] = this.rounds + this.voice.stream.roundsAt(this.voice.to);
    into[R.commands] = this.commands;
    into[R.starved] = this.starved;
    into[R.ended] = this.ended;
    for (let s = 0; s < STEMS; s++) {
      into[R.level + s] = this.levels[s]!;
      this.levels[s] = 0;
    }
  }

  // ---------------------------------------------------------------- transport

  private play(from: number, at: number, bars: number) {
    this.startAt = at;
    this.bars = bars;
    if (this.state === STATE.playing) {
      if (from < 0 && this.after !== 'stop') return;
      this.seekTo = from < 0 ? this.position() : from;
      this.fadeOut('play');
      return;
    }
    this.start(from < 0 ? this.position() : from);
  }
  private start(from: number) {
    this.place(from);
    this.waitAt = from;
    this.counting = this.bars > 0 ? countIn(this.beats, this.bars, from, this.voice.speed, this.rate) : NEVER;
    this.bars = 0;
    this.counted = this.nextClick = 0;
    if (this.counting.frames && this.metronome === 0) this.clicks.gain = 0.5;
    this.state = this.counting.frames > 0 ? STATE.counting : STATE.starting;
  }
  private seek(to: number) {
    this.seekTo = to;
    if (this.after === 'stop') this.restAt = to;
    else if (this.state === STATE.playing) this.fadeOut('seek');
    else if (this.running) this.start(to);
    else this.place(to);
  }
  private setLoop(start: number, end: number) {
    const { voice } = this;
    const on = end > start;
    this.rounds = -voice.stream.roundsAt(voice.to);
    const again = this.running && voice.stream.fedOtherwise(voice.to, on ? start : 0, on ? end : 0);
    voice.stream.setLoop(on ? start : 0, on ? end : 0);
    // What is already on its way through the stretcher would be the old loop's.
    if (again && this.after === null && this.state === STATE.playing) {
      this.seekTo = voice.position();
      this.fadeOut('seek');
    }
  }
  private rest() {
    this.state = STATE.stopped;
    this.fade = this.fading = 0;
    this.after = null;
    this.startAt = -1;
    this.clicks.clear();
  }
  private place(frame: number) {
    const { voice } = this;
    this.rounds += voice.stream.roundsAt(voice.to);
    voice.begin(Math.round(Math.min(this.pieces.frames, Math.max(0, frame))));
    this.heard = voice.position();
    this.takeAt = -1;
  }
  private fadeOut(after: 'stop' | 'seek' | 'wait' | 'play') {
    this.after = after;
    this.fading = -1;
    this.restAt = -1;
  }

  // Before the song sounds: warming up, counting in, waiting for a set time or a piece. Answers how many
  // frames have passed, -1: the whole block.
  private hold(left: Float32Array, right: Float32Array, at: number, count: number, frame: number): number {
    const ready = this.voice.prepare();
    if (this.state === STATE.counting) {
      const { counting } = this;
      const left_ = counting.frames - this.counted;
      const n = Math.min(count, left_);
      while (
        this.nextClick < counting.at.length &&
        counting.at[this.nextClick]! < Math.min(counting.frames, this.counted + n)
      ) {
        const offset = counting.at[this.nextClick]! - this.counted;
        this.clicks.add(at + offset, counting.accents[this.nextClick]!);
        this.nextClick++;
      }
      this.counted += n;
      if (this.counted < counting.frames) return n;
      if (n > 0) return this.begin(n);
    }
    if (this.startAt >= 0) {
      const wait = this.startAt - frame;
      if (wait > 0) return Math.min(count, wait);
      if (!ready) return -1;
      // Too late: it begins further on, where it should be by now.
      if (wait < 0) {
        const from = this.waitAt - wait * this.voice.speed;
        this.startAt = frame + count + 8 * 128;
        this.place(from + (this.startAt - frame) * this.voice.speed);
        this.waitAt = this.voice.position();
        return -1;
      }
    }
    if (!ready) {
      if (this.state !== STATE.waiting && !this.voice.covered(1)) {
        this.state = STATE.waiting;
        this.starved++;
      }
      return -1;
    }
    return this.begin(0);
  }
  private begin(passed: number): number {
    this.state = this.voice.prepare() ? STATE.playing : STATE.starting;
    this.startAt = -1;
    this.fade = 0;
    this.fading = 1;
    return this.state === STATE.playing ? passed : passed || -1;
  }

  // ---------------------------------------------------------------- sound

  // Answers how many frames were made.
  private sound(left: Float32Array, right: Float32Array, at: number, count: number): number {
    const { voice } = this;
    if (this.fading >= 0 && !voice.covered(count)) this.fadeOut('wait');
    let n = count;
    if (this.fading < 0) n = Math.max(1, Math.min(n, Math.round(this.fade * FADE)));
    voice.render(at, n);
    this.mix(left, right, at, n);
    this.addTake(left, right, at, n);
    this.beat(at, n);
    this.fade = Math.min(1, Math.max(0, this.fade + (this.fading * n) / FADE));
    if (this.fading > 0 && this.fade === 1) this.fading = 0;
    if (this.fading < 0 && this.fade === 0) this.faded();
    else if (voice.position() >= this.pieces.frames) {
      this.ended++;
      this.place(this.pieces.frames);
      this.rest();
    }
    return n;
  }
  private faded() {
    const { after } = this;
    this.after = null;
    this.fading = 0;
    if (after === 'stop') {
      const at = this.restAt < 0 ? this.voice.position() : this.restAt;
      this.rest();
      this.place(at);
    } else if (after === 'wait') {
      this.starved++;
      this.start(this.voice.position());
      this.state = STATE.waiting;
    } else this.start(this.seekTo);
  }

  private mix(left: Float32Array, right: Float32Array, at: number, n: number) {
    const slope = this.fading / FADE;
    for (let s = 0; s < STEMS; s++) {
      const l = this.voice.out[2 * s]!;
      const r = this.voice.out[2 * s + 1]!;
      const goal = this.goals[s]!;
      let gain = this.gains[s]!;
      let fade = this.fade;
      let peak = this.levels[s]!;
      for (let i = at; i < at + n; i++) {
        if (gain < goal) gain = Math.min(goal, gain + this.step);
        else if (gain > goal) gain = Math.max(goal, gain - this.step);
        fade = Math.min(1, Math.max(0, fade + slope));
        const a = l[i]! * gain * fade;
        const b = r[i]! * gain * fade;
        left[i]! += a;
        right[i]! += b;
        const most = Math.max(Math.abs(a), Math.abs(b));
        if (most > peak) peak = most;
      }
      this.gains[s] = gain;
      this.levels[s] = peak;
    }
  }

  // The take was played at one speed and is heard at that one alone, sample for sample.
  private addTake(left: Float32Array, right: Float32Array, at: number, n: number) {
    const { take, voice } = this;
    if (!take || Math.round(voice.speed * 100) !== take.percent) return;
    const place = ((voice.stream.songAt(voice.from) - take.start) * 100) / take.percent;
    if (this.takeAt < -0.5 || Math.abs(place - this.takeAt) > 4) this.takeAt = Math.round(place);
    for (let i = 0; i < n; i++) {
      const k = this.takeAt + i;
      if (k < 0 || k >= take.samples.length) continue;
      left[at + i]! += take.samples[k]! * this.fade;
      right[at + i]! += take.samples[k]! * this.fade;
    }
    this.takeAt += n;
  }

  // Clicks for the beats between what was heard and what is heard now.
  private beat(at: number, n: number) {
    const { voice } = this;
    const { stream } = voice;
    if (this.metronome === 0 || this.beats.at.length === 0) {
      this.heard = stream.songAt(voice.to);
      return;
    }
    const span = voice.to - voice.from;
    const jump = stream.jumpAfter(voice.from);
    if (jump <= voice.to) {
      const part = span > 0 ? ((jump - voice.from) / span) * n : 0;
      const last = stream.songAt(jump - 1) + 1;
      this.clicksBetween(this.heard, last, at, part);
      this.heard = stream.songAt(jump);
      this.clicksBetween(this.heard, stream.songAt(voice.to), at + part, n - part);
    } else this.clicksBetween(this.heard, stream.songAt(voice.to), at, n);
    this.heard = stream.songAt(voice.to);
  }
  private clicksBetween(from: number, to: number, at: number, n: number) {
    const { at: beats, accents } = this.beats;
    for (let k = beatFrom(beats, from); k < beats.length && beats[k]! < to; k++) {
      const offset = Math.floor(((beats[k]! - from) / (to - from)) * n);
      this.clicks.add(at + offset, accents[k] === 1);
    }
  }
}
