// What is practised, counted by what is played: a sitting begins with the sound and ends some minutes
// after it, or with another song. Clocks are injected; what was counted is handed out again and again
// under one id, so that a page that dies loses seconds and sending twice changes nothing.
export interface SittingLoop {
  id: string;
  start: number;
  end: number;
  passes: number;
  clean: number;
  speed: number; // fastest clean
}
export interface Sitting {
  id: string; // UUID
  song: string;
  started: string; // ISO 8601
  seconds: number; // of sound
  zone: string; // IANA
  speed: number; // fastest clean pass, or the fastest played for a minute
  loops: SittingLoop[];
}
export interface Clock {
  now(): number; // ms, steady
  date(): number; // ms since 1970
}

const REST = 3 * 60_000; // ms of silence after which a sitting is over
const WORTH = 5; // s: less is not practising
const STEADY = 60; // s at one speed that count without loops
const GAP = 2000; // ms between two ticks: more is a computer that slept

export class SittingCounter {
  private sitting: Sitting | null = null;
  private last = -1; // ms of the last tick with sound
  private quiet = 0; // ms since sound
  private readonly atSpeed = new Map<number, number>();

  constructor(
    private readonly clock: Clock,
    private readonly zone: () => string,
    private readonly ended: (sitting: Sitting) => void,
  ) {}

  get current(): Sitting | null {
    return this.sitting;
  }
  get seconds(): number {
    return this.sitting?.seconds ?? 0;
  }

  // Call a few times a second: whether sound is heard now, of what and how fast.
  tick(song: string, sounding: boolean, speed: number) {
    const now = this.clock.now();
    const gap = this.last < 0 ? 0 : Math.min(GAP, now - this.last);
    this.last = now;
    if (this.sitting && this.sitting.song !== song) this.end();
    if (!sounding) {
      this.quiet += gap;
      if (this.quiet >= REST) this.end();
      return;
    }
    this.quiet = 0;
    if (!this.sitting) {
      this.atSpeed.clear();
      this.sitting = {
        id: crypto.randomUUID(),
        song,
        started: new Date(this.clock.date()).toISOString(),
        seconds: 0,
        zone: this.zone(),
        speed: 0,
        loops: [],
      };
      return;
    }
    this.sitting.seconds += gap / 1000;
    const at = (this.atSpeed.get(speed) ?? 0) + gap / 1000;
    this.atSpeed.set(speed, at);
    if (at >= STEADY) this.sitting.speed = Math.max(this.sitting.speed, speed);
  }

  passed(loop: { id: string; start: number; end: number }, passes: number) {
    const entry = this.loop(loop);
    if (entry) entry.passes += passes;
  }
  clean(loop: { id: string; start: number; end: number }, speed: number) {
    const entry = this.loop(loop);
    if (!entry || !this.sitting) return;
    entry.clean++;
    entry.speed = Math.max(entry.speed, speed);
    this.sitting.speed = Math.max(this.sitting.speed, speed);
  }

  // The song is left, or the page goes.
  end() {
    const { sitting } = this;
    this.sitting = null;
    this.quiet = 0;
    if (sitting && sitting.seconds >= WORTH) this.ended(sitting);
  }

  private loop({ id, start, end }: { id: string; start: number; end: number }): SittingLoop | null {
    if (!this.sitting) return null;
    let entry = this.sitting.loops.find((l) => l.id === id);
    if (!entry) {
      entry = { id, start, end, passes: 0, clean: 0, speed: 0 };
      this.sitting.loops.push(entry);
    }
    return entry;
  }
}
