// Playing: start, stop, seek, speed, pitch, volumes, metronome; in a band through the band.
import { PRACTICE_STATE as STATE, PRACTICE_REPORT as R } from '../worklet/practice_protocol';
import { skipBars } from './practice_beats';
import { nextOfCycle, wholePercent } from './practice_ladder';
import type { PracticeRoom } from './practice_room';
import type { PracticeState, StemName, StemView } from './practice_types';
import { failure } from './problem';

const END = 0.05; // s: so near the end playing begins again
const LOW = 415;
const HIGH = 466;

// What a band does instead of this page alone: false where there is no band.
export interface Steering {
  steer(change: { playing?: boolean; position?: number }): boolean;
}

export class Transport {
  band: Steering | null = null;
  changed: () => void = () => {}; // settings of the song that are kept
  private ended = 0;

  constructor(private readonly room: PracticeRoom) {}

  position(): number {
    return Math.min(this.room.get().duration, this.room.output.position() / this.room.output.rate);
  }

  async play(): Promise<void> {
    const { room } = this;
    const { song, countIn, band } = room.get();
    if (!song) throw failure('wrong_usage', 'No song is open.', 'Open one, or drop a file.');
    await room.output.start(); // at once: a gesture lasts only so long
    const from = this.beginning();
    if (band?.phase === 'joined') {
      if (!this.band!.steer({ playing: true, position: from }))
        throw failure('refused', 'The host steers this session.', 'Ask the host to open it to everybody.');
      return;
    }
    room.output.send({ type: 'play', from: from * room.output.rate, at: -1, bars: countIn });
    room.set({ playing: true, counting: countIn > 0, problem: null });
  }
  stop() {
    const { room } = this;
    if (room.get().band?.phase === 'joined') {
      if (this.band!.steer({ playing: false, position: this.position() })) return;
    }
    room.output.send({ type: 'stop' });
    room.set({ playing: false, counting: false });
  }
  seek(at: number) {
    const { room } = this;
    const to = Math.min(room.get().duration, Math.max(0, at));
    if (room.get().band?.phase === 'joined' && this.band!.steer({ position: to })) return;
    room.output.send({ type: 'seek', to: Math.round(to * room.output.rate) });
  }
  skip(seconds: number) {
    this.seek(this.position() + seconds);
  }
  skipBars(bars: number) {
    this.seek(skipBars(this.room.get().analysis, this.position(), bars));
  }

  setSpeed(speed: number) {
    const within = wholePercent(speed);
    const { room } = this;
    if (within === room.get().speed) return;
    room.set({ speed: within });
    this.sendSpeed();
    this.changed();
    this.band?.steer({});
  }
  sendSpeed() {
    const { room } = this;
    room.output.send({ type: 'speed', percent: Math.round(room.get().speed * 100) });
  }
  cycleSpeed(): number {
    this.setSpeed(nextOfCycle(this.room.get().speed));
    return this.room.get().speed;
  }
  setPitch(semitones: number) {
    this.room.set({ pitch: Math.min(12, Math.max(-12, Math.round(semitones))) });
    this.sendPitch();
    this.changed();
    this.band?.steer({});
  }
  setTuning(hz: number) {
    this.room.set({ tuning: Math.min(HIGH, Math.max(LOW, hz)) });
    this.sendPitch();
    this.changed();
  }
  sendPitch() {
    const { pitch, tuning, analysis } = this.room.get();
    const own = analysis?.tuning ?? tuning;
    this.room.output.send({ type: 'pitch', semitones: pitch + 12 * Math.log2(tuning / own) });
  }

  setStem(name: StemName, change: Partial<Omit<StemView, 'name'>>) {
    const stems = this.room.get().stems.map((s) => (s.name === name ? { ...s, ...change } : s));
    this.room.set({ stems });
    this.sendGains();
  }
  sendGains() {
    this.room.output.send({ type: 'gains', gains: gainsOf(this.room.get()) });
  }
  sendMetronome() {
    const { metronome, metronomeDb } = this.room.get();
    this.room.output.send({ type: 'metronome', gain: metronome ? 10 ** (metronomeDb / 20) : 0 });
  }
  sendBeats() {
    const { analysis } = this.room.get();
    const { output } = this.room;
    const beats = Float64Array.from(analysis?.beats ?? [], (b) => b * output.rate);
    const bars = new Set(analysis?.downbeats.map((d) => Math.round(d * 1000)));
    const accents = Uint8Array.from(analysis?.beats ?? [], (b) => (bars.has(Math.round(b * 1000)) ? 1 : 0));
    const beatsPerBar = analysis?.beatsPerBar ?? 4;
    output.send({ type: 'beats', beats, accents, beatsPerBar, tempo: analysis?.tempo ?? 0 });
  }

  // What the player tells, a few times a second.
  look() {
    const { room } = this;
    const report = room.output.pull();
    if (!room.output.current) return;
    const { playing, counting } = room.get();
    const state = report[R.state]!;
    if (report[R.ended]! > this.ended && playing) room.set({ playing: false, counting: false });
    this.ended = report[R.ended]!;
    const now = state !== STATE.stopped;
    // A band's start may be awaited before the report knows of it.
    if (now !== playing || (state === STATE.counting) !== counting)
      room.set({ playing: now, counting: state === STATE.counting });
  }

  private beginning(): number {
    const { duration, loops, loop } = this.room.get();
    const at = this.position();
    const on = loops.find((l) => l.id === loop);
    if (on && (at < on.start - 0.01 || at >= on.end - 0.01)) return on.start;
    return at >= duration - END ? 0 : at;
  }
}

export function gainsOf({ stems, compare, instrument }: PracticeState): number[] {
  const alone = stems.some((s) => s.solo);
  return stems.map((s) => {
    if (compare && s.name === instrument) return 0;
    const silent = alone ? !s.solo : s.mute;
    return silent || s.gainDb <= -60 ? 0 : 10 ** (s.gainDb / 20);
  });
}
