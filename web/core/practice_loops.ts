// Loops and the ladder: marks, the loop that is on, passes counted, what is said of them.
import { PRACTICE_REPORT as R } from '../worklet/practice_protocol';
import { beatAfter, loopOf, nameOfLoop, withinSong } from './practice_beats';
import { afterClean, cleanLoop, withinLadder } from './practice_ladder';
import type { PracticeRoom } from './practice_room';
import type { SittingCounter } from './practice_sitting';
import type { Transport } from './practice_transport';
import type { PracticeLoop, SpeedLadder } from './practice_types';
import { failure } from './problem';

const SNAP = 0.12; // s: a mark so near a beat was meant for it

export class Loops {
  changed: () => void = () => {};
  private clean = 0; // passes in a row at this speed
  private passes = 0; // told by the player since the loop is on

  constructor(
    private readonly room: PracticeRoom,
    private readonly transport: Transport,
    private readonly sitting: SittingCounter,
  ) {}

  on(): PracticeLoop | undefined {
    const { loops, loop } = this.room.get();
    return loops.find((l) => l.id === loop);
  }

  markStart() {
    this.room.set({ mark: this.snapped(this.transport.position()) });
  }
  markEnd() {
    const { mark } = this.room.get();
    const at = this.snapped(this.transport.position());
    if (mark < 0 || Math.abs(at - mark) < 0.05) return;
    const id = this.add(mark, at);
    this.room.set({ mark: -1 });
    this.set(id);
  }
  add(start: number, end: number, name = ''): string {
    const { duration, analysis, loops } = this.room.get();
    const within = withinSong(start, end, duration);
    const id = crypto.randomUUID();
    const loop = loopOf(id, name || nameOfLoop(analysis, within.start, within.end), within.start, within.end);
    this.room.set({ loops: [...loops, loop] });
    this.changed();
    return id;
  }
  change(id: string, change: Partial<Pick<PracticeLoop, 'name' | 'start' | 'end'>>) {
    const { loops, duration, loop: on } = this.room.get();
    const changed = loops.map((l) => {
      if (l.id !== id) return l;
      const next = { ...l, ...change };
      return { ...next, ...withinSong(next.start, next.end, duration) };
    });
    this.room.set({ loops: changed });
    if (on === id && (change.start !== undefined || change.end !== undefined)) this.send();
    this.changed();
  }
  remove(id: string) {
    if (this.room.get().loop === id) this.set('');
    this.room.set({ loops: this.room.get().loops.filter((l) => l.id !== id) });
    this.changed();
  }
  set(id: string) {
    this.room.set({ loop: this.room.get().loops.some((l) => l.id === id) ? id : '', pass: 1 });
    this.clean = 0;
    this.send();
    const loop = this.on();
    const { ladder, playing } = this.room.get();
    if (loop) {
      if (ladder.on) this.transport.setSpeed(ladder.start);
      const at = this.transport.position();
      if (at < loop.start || at >= loop.end) {
        if (playing) this.transport.seek(loop.start);
        else this.room.output.send({ type: 'seek', to: Math.round(loop.start * this.room.output.rate) });
      }
    }
    this.transport.band?.steer({});
  }
  async hard(index: number) {
    const { hard, loops } = this.room.get();
    const passage = hard[index];
    if (!passage)
      throw failure('not_found', 'There is no such hard passage.', 'Wait until the song is analysed.');
    const { start, end } = passage;
    const same = loops.find((l) => Math.abs(l.start - start) < 0.02 && Math.abs(l.end - end) < 0.02);
    this.set(same?.id ?? this.add(start, end));
    this.transport.seek(start);
  }

  setLadder(change: Partial<SpeedLadder>) {
    const before = this.room.get().ladder;
    const ladder = withinLadder({ ...before, ...change });
    this.room.set({ ladder });
    this.clean = 0;
    if (ladder.on && !before.on) this.transport.setSpeed(ladder.start);
    this.changed();
  }
  // The pass just played was clean: it counts, and the ladder may go up.
  said(clean: boolean) {
    const loop = this.on();
    if (!clean) {
      this.clean = 0;
      return;
    }
    const { speed, ladder, loops } = this.room.get();
    if (loop) {
      this.room.set({ loops: loops.map((l) => (l.id === loop.id ? cleanLoop(l, speed) : l)) });
      this.sitting.clean(loop, speed);
      this.changed();
    }
    const next = afterClean(ladder, speed, this.clean);
    this.clean = next.clean;
    if (next.speed !== speed) this.transport.setSpeed(next.speed);
  }

  // What the player tells, a few times a second.
  look() {
    const { output } = this.room;
    const report = output.report;
    if (!output.current) return;
    const told = report[R.pass]!;
    const more = told - this.passes;
    this.passes = told;
    const loop = this.on();
    if (!loop || more <= 0) return;
    const { loops, pass } = this.room.get();
    this.room.set({
      pass: pass + more,
      loops: loops.map((l) => (l.id === loop.id ? { ...l, passes: l.passes + more } : l)),
    });
    this.sitting.passed(loop, more);
    this.changed();
  }

  send() {
    const loop = this.on();
    const { output } = this.room;
    this.passes = 0;
    output.send({
      type: 'loop',
      start: Math.round((loop?.start ?? 0) * output.rate),
      end: Math.round((loop?.end ?? 0) * output.rate),
    });
  }

  private snapped(at: number): number {
    const beats = this.room.get().analysis?.beats ?? [];
    const k = beatAfter(beats, at);
    for (const beat of [beats[k - 1], beats[k]])
      if (beat !== undefined && Math.abs(beat - at) <= SNAP) return beat;
    return at;
  }
}
