// Playing: the engine follows the document, the transport follows the person.
import type { Desk } from './desk';
import { Engine } from './engine';
import { Instruments } from './instruments';
import type { Takes } from './takes';
import { TICKS_PER_QUARTER, type Id, type Playback, type PlaySource, type Ticks } from './types';

const PLAN_AFTER = 15; // ms: edits that come together make one plan
const CEILING = -1; // dBTP of the limiter

export class Player implements Playback {
  readonly engine: Engine;
  readonly instruments: Instruments;
  private planTimer: ReturnType<typeof setTimeout> | undefined;
  private at: Ticks = 0; // where the song stands while no engine runs
  private missed: readonly string[] = []; // by the newest plan
  private readonly auditioned = new Map<string, bigint>();
  // Set by the desk: to be done before the first plan, and when a worklet is new.
  prepare: () => Promise<void> = () => Promise.resolve();
  renewed: () => void = () => {};

  constructor(
    private readonly desk: Desk,
    takes: Takes,
  ) {
    this.engine = new Engine({
      ready: () => this.tellAll(),
      changed: (engine) => desk.set({ engine }),
      transport: (playing, counting) => this.transport({ playing, counting }),
      missing: (names) => this.bring(names),
      wants: (wants) => void this.instruments.feed(wants),
      failed: (problem) => desk.complain(Object.assign(new Error(problem.message), { problem })),
    });
    this.instruments = new Instruments(desk, this.engine, takes);
    desk.set({ engine: this.engine.state() });
    desk.onChange(() => {
      if (!desk.told) this.planSoon();
    });
  }

  // Sound is possible and the song's instruments are there.
  async ready(): Promise<void> {
    await Promise.all([this.engine.start(), this.prepare()]);
    if (this.planTimer !== undefined) this.planNow();
    await this.instruments.bring(this.missed);
  }

  async play(): Promise<void> {
    try {
      await this.ready();
    } catch {
      return; // the engine's state tells why
    }
    const { countInBars, recording } = this.desk.state.transport;
    this.engine.send({ type: 'countIn', bars: recording ? countInBars : 0 });
    this.engine.send({ type: 'stopAtEnd', on: !recording });
    if (!recording && this.position() >= this.desk.state.song.end && this.desk.state.song.end > 0)
      this.seek(0);
    this.engine.send({ type: 'play' });
    this.transport({ playing: true, counting: recording && countInBars > 0 });
  }

  stop() {
    if (!this.desk.state.transport.playing) return this.seek(0);
    this.engine.send({ type: 'stop' });
    this.transport({ playing: false, counting: false });
  }

  async toggle(): Promise<void> {
    if (this.desk.state.transport.playing) this.stop();
    else await this.play();
  }

  seek(at: Ticks) {
    this.at = Math.max(0, Math.round(at));
    this.engine.send({ type: 'seek', at: this.at });
    this.engine.jumped(this.at);
  }

  position(): Ticks {
    return this.engine.state().state === 'ready' ? this.engine.position() : this.at;
  }
  meters() {
    return this.engine.meters();
  }

  setMetronome(on: boolean, db = this.desk.state.transport.metronomeDb) {
    this.transport({ metronome: on, metronomeDb: db });
    this.engine.send({ type: 'metronome', on, db });
  }
  setCountIn(bars: number) {
    this.transport({ countInBars: Math.min(8, Math.max(0, Math.round(bars))) });
  }
  setSource(source: PlaySource) {
    this.transport({ source });
    this.planSoon();
  }

  noteOn(key: number, velocity = 100, track: Id | undefined = this.desk.state.track ?? undefined) {
    if (track === undefined || !this.desk.document) return;
    const node = this.desk.document.nodeOf(track);
    this.auditioned.set(`${track} ${key}`, node);
    const sound = () => {
      // Released before the sound could begin: nothing is to be heard any more.
      if (!this.auditioned.has(`${track} ${key}`)) return;
      const data = { data1: key, data2: Math.round(velocity) };
      this.event(node, 0x90 | this.channel(track), data);
    };
    if (this.engine.state().state === 'ready') sound();
    else void this.ready().then(sound, () => {});
  }
  noteOff(key: number, track: Id | undefined = this.desk.state.track ?? undefined) {
    const node = this.auditioned.get(`${track} ${key}`);
    if (node === undefined) return;
    this.auditioned.delete(`${track} ${key}`);
    this.event(node, 0x80 | this.channel(track!), { data1: key, data2: 64 });
  }
  // A track with a strip of its own has its instrument beside it, under the number's neighbour.
  private event(node: bigint, status: number, data: { data1: number; data2: number }) {
    for (const to of [node, node ^ 1n]) this.engine.send({ type: 'event', node: to, status, ...data });
  }
  panic() {
    this.auditioned.clear();
    this.engine.send({ type: 'panic' });
  }

  // The song of another project: nothing of the old one may go on.
  leave() {
    this.panic();
    if (this.desk.state.transport.playing) this.stop();
    this.seek(0);
  }

  private channel(track: Id): number {
    return this.desk.state.song.tracks.find((t) => t.id === track)?.kind === 'drums' ? 9 : 0;
  }

  private transport(change: Partial<typeof this.desk.state.transport>) {
    this.desk.set({ transport: { ...this.desk.state.transport, ...change } });
  }

  // A new worklet is told all that the page knows.
  private tellAll() {
    const { metronome, metronomeDb } = this.desk.state.transport;
    this.instruments.forget();
    this.renewed();
    this.engine.send({ type: 'metronome', on: metronome, db: metronomeDb });
    this.planNow();
    this.engine.send({ type: 'seek', at: this.at });
    this.engine.jumped(this.at);
  }

  private planSoon() {
    if (this.engine.state().state !== 'ready') return;
    this.planTimer ??= setTimeout(() => this.planNow(), PLAN_AFTER);
  }

  private planNow() {
    clearTimeout(this.planTimer);
    this.planTimer = undefined;
    const { document, state } = this.desk;
    if (!document) return;
    try {
      const { time } = document;
      const plan = document.compile(state.transport.source);
      this.engine.adopt(plan, (at) => (time.bpm(at) / 60) * TICKS_PER_QUARTER);
    } catch (error) {
      this.desk.complain(error);
      return;
    }
    const { on, start, end } = state.song.loop;
    this.engine.send({ type: 'loop', on: on && end > start, start, end });
    this.engine.send({ type: 'master', db: 0, ceiling: CEILING });
  }

  private bring(names: string[]) {
    this.missed = names;
    void this.instruments.bring(names);
  }
}
