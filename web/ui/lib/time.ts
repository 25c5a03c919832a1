// Musical time on the page: ticks to bars, beats and seconds, and the ways they are written.
// 15,360 ticks a quarter note, as in engine/base/ticks.h; tempo is stepwise constant. The engine owns
// the truth (score/tempo_map.h); this is the small part of it that drawing a frame needs.

export const TICKS_PER_QUARTER = 15360;

export interface TempoPoint {
  readonly at: number; // ticks
  readonly bpm: number; // quarter notes a minute
}

export interface MetrePoint {
  readonly at: number; // ticks, on a bar line
  readonly numerator: number;
  readonly denominator: number;
}

export interface BarPosition {
  readonly bar: number; // from 1
  readonly beat: number; // from 1
  readonly tick: number; // within the beat
}

export function ticksPerBeat(metre: MetrePoint): number {
  return (TICKS_PER_QUARTER * 4) / metre.denominator;
}

export function ticksPerBar(metre: MetrePoint): number {
  return ticksPerBeat(metre) * metre.numerator;
}

// Index of the last point at or before `tick`; 0 if none is.
function lastAtOrBefore(points: readonly { readonly at: number }[], tick: number): number {
  let low = 0;
  let high = points.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (points[middle]!.at <= tick) low = middle;
    else high = middle - 1;
  }
  return low;
}

export class TimeMap {
  readonly tempos: readonly TempoPoint[];
  readonly metres: readonly MetrePoint[];
  readonly #seconds: number[] = []; // at each tempo point
  readonly #bars: number[] = []; // bars before each metre point

  constructor(tempos: readonly TempoPoint[], metres: readonly MetrePoint[]) {
    this.tempos = tempos.length > 0 ? tempos : [{ at: 0, bpm: 120 }];
    this.metres = metres.length > 0 ? metres : [{ at: 0, numerator: 4, denominator: 4 }];
    let seconds = 0;
    this.tempos.forEach((point, i) => {
      const before = this.tempos[i - 1];
      if (before) seconds += ((point.at - before.at) / TICKS_PER_QUARTER) * (60 / before.bpm);
      this.#seconds.push(seconds);
    });
    let bars = 0;
    this.metres.forEach((point, i) => {
      const before = this.metres[i - 1];
      if (before) bars += Math.ceil((point.at - before.at) / ticksPerBar(before));
      this.#bars.push(bars);
    });
  }

  seconds(tick: number): number {
    const i = lastAtOrBefore(this.tempos, tick);
    const point = this.tempos[i]!;
    return this.#seconds[i]! + ((tick - point.at) / TICKS_PER_QUARTER) * (60 / point.bpm);
  }

  ticks(seconds: number): number {
    let i = this.tempos.length - 1;
    while (i > 0 && this.#seconds[i]! > seconds) --i;
    const point = this.tempos[i]!;
    return point.at + (seconds - this.#seconds[i]!) * (point.bpm / 60) * TICKS_PER_QUARTER;
  }

  bpmAt(tick: number): number {
    return this.tempos[lastAtOrBefore(this.tempos, tick)]!.bpm;
  }

  metreAt(tick: number): MetrePoint {
    return this.metres[lastAtOrBefore(this.metres, tick)]!;
  }

  position(tick: number): BarPosition {
    const t = Math.max(0, tick);
    const i = lastAtOrBefore(this.metres, t);
    const metre = this.metres[i]!;
    const within = t - metre.at;
    const bar = Math.floor(within / ticksPerBar(metre));
    const inBar = within - bar * ticksPerBar(metre);
    const beat = Math.floor(inBar / ticksPerBeat(metre));
    return {
      bar: this.#bars[i]! + bar + 1,
      beat: beat + 1,
      tick: Math.floor(inBar - beat * ticksPerBeat(metre)),
    };
  }

  barStart(tick: number): number {
    const t = Math.max(0, tick);
    const metre = this.metreAt(t);
    return metre.at + Math.floor((t - metre.at) / ticksPerBar(metre)) * ticksPerBar(metre);
  }

  // The bar lines of [from, to), and no more than `limit` of them by skipping 2, 4, 8 … bars.
  bars(from: number, to: number, limit = 400): { tick: number; bar: number }[] {
    const all = Math.max(1, to - from) / ticksPerBar(this.metreAt(Math.max(0, from)));
    let step = 1;
    while (all / step > limit) step *= 2;
    const lines: { tick: number; bar: number }[] = [];
    this.metres.forEach((metre, i) => {
      const end = Math.min(to, this.metres[i + 1]?.at ?? Infinity);
      const length = ticksPerBar(metre);
      const before = this.#bars[i]!;
      let k = Math.max(0, Math.floor((from - metre.at) / length));
      k += (step - ((before + k) % step)) % step;
      for (; metre.at + k * length < end; k += step) {
        lines.push({ tick: metre.at + k * length, bar: before + k + 1 });
      }
    });
    return lines;
  }
}

// "17.3.240": bar, beat, and the tick of 960 a quarter note that musicians know from MIDI.
export function formatPosition(map: TimeMap, tick: number): string {
  const { bar, beat, tick: within } = map.position(tick);
  const midi = Math.floor(within / (TICKS_PER_QUARTER / 960));
  return `${bar}.${beat}.${String(midi).padStart(3, '0')}`;
}

// "bar 2 beat 3", with "and a bit" left to the tick count where a note is off the beat.
export function spokenPosition(map: TimeMap, tick: number): string {
  const { bar, beat, tick: within } = map.position(tick);
  const rest = within === 0 ? '' : ` and ${spokenBeats(within / ticksPerBeat(map.metreAt(tick)))}`;
  return `bar ${bar} beat ${beat}${rest}`;
}

const FRACTIONS: readonly [number, string][] = [
  [1 / 2, 'half a beat'],
  [1 / 4, 'a quarter of a beat'],
  [3 / 4, 'three quarters of a beat'],
  [1 / 3, 'a third of a beat'],
  [2 / 3, 'two thirds of a beat'],
  [1 / 8, 'an eighth of a beat'],
  [1 / 6, 'a sixth of a beat'],
];

// A length in beats as a musician would say it: "half a beat", "2 beats", "1½ beats", "0.7 of a beat".
export function spokenBeats(beats: number): string {
  if (Math.abs(beats - Math.round(beats)) < 0.02 && beats > 0.5) {
    const whole = Math.round(beats);
    return whole === 1 ? '1 beat' : `${whole} beats`;
  }
  const named = FRACTIONS.find(([value]) => Math.abs(beats - value) < 0.02);
  if (named) return named[1];
  if (beats > 1 && Math.abs((beats % 1) - 0.5) < 0.02) return `${Math.floor(beats)}½ beats`;
  return beats < 1 ? `${beats.toFixed(2)} of a beat` : `${beats.toFixed(2)} beats`;
}

// "0:08.4" and "3:42": minutes and seconds, tenths only below ten minutes.
export function formatSeconds(seconds: number, tenths = false): string {
  const s = Math.max(0, seconds);
  const unit = tenths ? Math.floor(s * 10) / 10 : Math.floor(s);
  const minutes = Math.floor(unit / 60);
  const rest = unit - minutes * 60;
  return `${minutes}:${tenths ? rest.toFixed(1).padStart(4, '0') : String(Math.floor(rest)).padStart(2, '0')}`;
}
