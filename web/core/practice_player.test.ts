// The player against songs of known samples: untouched at 100 %, loops to the sample, places that are
// counted and hold in the sound, stems that stay together, pitch, clicks on the beats, waiting for pieces.
import { describe, expect, it } from 'vitest';
import { StemPieces } from '../worklet/practice_pieces';
import { PracticePlayer } from '../worklet/practice_player';
import {
  PIECE,
  PRACTICE_RATE as RATE,
  PRACTICE_REPORT as R,
  PRACTICE_REPORT_SIZE,
  PRACTICE_STATE,
} from '../worklet/practice_protocol';
import { PracticeVoice } from '../worklet/practice_voice';
import { BLOCK, heard, pieceOf, playerOf, stretchOf, type Heard } from './testing/practice_song';

// Each frame of each stem and channel has a number of its own.
const noise = (stem: number, channel: number, frame: number) =>
  ((Math.imul(frame * 8 + stem * 2 + channel + 1, 2654435761) >>> 18) & 0x1fff) - 4096;
const START = 4 * BLOCK; // fade and first block are over

const reportOf = (player: PracticePlayer) => {
  const report = new Float64Array(PRACTICE_REPORT_SIZE);
  player.report(report, 0);
  return report;
};

describe('at 100 % and no other pitch', () => {
  it('lets the samples pass as they are', () => {
    const player = playerOf(10 * RATE, noise, stretchOf());
    player.receive({ type: 'gains', gains: [1, 0, 0, 0] });
    heard(player, RATE); // the ramps end
    player.receive({ type: 'play', from: 1000, at: -1, bars: 0 });
    const { left, right } = heard(player, 9 * RATE);
    let wrong = 0;
    for (let i = START; i < 8 * RATE; i++) {
      if (left[i] !== Math.fround(noise(0, 0, 1000 + i) / 32768)) wrong++;
      if (right[i] !== Math.fround(noise(0, 1, 1000 + i) / 32768)) wrong++;
    }
    expect(wrong).toBe(0);
  });

  it('sums the stems with their gains, and changes a gain within 5 ms', () => {
    const player = playerOf(4 * RATE, (s) => 1000 * (s + 1));
    player.receive({ type: 'play', from: 0, at: -1, bars: 0 });
    const { left } = heard(player, RATE);
    expect(left[RATE - 1]).toBeCloseTo(10000 / 32768, 6);
    player.receive({ type: 'gains', gains: [0, 0, 1, 0] });
    const after = heard(player, 1024).left;
    expect(after[BLOCK - 1]!).toBeLessThan(10000 / 32768);
    expect(after[Math.ceil(0.006 * RATE)]).toBeCloseTo(3000 / 32768, 6);
  });
});

describe('loops', () => {
  it('go round after exactly their length, to the sample, with everything but the fade as it is', () => {
    const start = 50_003;
    const end = 91_111;
    const player = playerOf(10 * RATE, noise);
    player.receive({ type: 'gains', gains: [1, 0, 0, 0] });
    heard(player, RATE);
    player.receive({ type: 'loop', start, end });
    player.receive({ type: 'play', from: start, at: -1, bars: 0 });
    const { left } = heard(player, 5 * (end - start) + BLOCK);
    let wrong = 0;
    for (let i = START; i < left.length; i++) {
      const place = i % (end - start);
      if (place >= end - start - 256) continue; // the crossfade
      if (left[i] !== Math.fround(noise(0, 0, start + place) / 32768)) wrong++;
    }
    expect(wrong).toBe(0);
    expect(reportOf(player)[R.pass]).toBe(5);
  });

  it('do not click: a tone that fits goes on', () => {
    const period = 100; // frames
    const tone = (_s: number, _c: number, f: number) =>
      Math.round(8000 * Math.sin((2 * Math.PI * f) / period));
    const player = playerOf(10 * RATE, tone);
    player.receive({ type: 'loop', start: 1000, end: 31_050 }); // half a period off
    player.receive({ type: 'play', from: 1000, at: -1, bars: 0 });
    const { left } = heard(player, 3 * RATE);
    let most = 0;
    for (let i = START + 1; i < left.length; i++) most = Math.max(most, Math.abs(left[i]! - left[i - 1]!));
    // The tone's own steepest step, and a little for the fade.
    expect(most).toBeLessThan(((4 * 8000) / 32768) * 2 * Math.sin(Math.PI / period) * 1.1);
  });

  it('that are set while their end is on its way through the stretcher hold at once', () => {
    const player = playerOf(8 * RATE, noise, stretchOf());
    player.receive({ type: 'speed', percent: 150 });
    player.receive({ type: 'play', from: 0, at: -1, bars: 0 });
    heard(player, 2 * RATE);
    const at = player.position();
    player.receive({ type: 'loop', start: Math.round(at) - RATE, end: Math.round(at) + 2000 });
    let most = 0;
    heard(player, 3 * RATE, 0, () => (most = Math.max(most, player.position())));
    expect(most).toBeLessThanOrEqual(Math.round(at) + 2000);
  });
});

// Where in the output the first large sample after a silence lies.
function bursts(out: Float32Array, level: number, apart: number): number[] {
  const found: number[] = [];
  for (let i = 0; i < out.length; i++) {
    if (Math.abs(out[i]!) < level) continue;
    if (found.length === 0 || i - found.at(-1)! > apart) found.push(i);
  }
  return found;
}

describe('places of the song', () => {
  it('are counted exactly at every speed and pitch: no drift in an hour', () => {
    // Only counting: an hour of blocks of a stretcher and a song without sound.
    const planes = Array.from({ length: 8 }, () => new Float32Array(8192));
    const idle = {
      inputLatency: 2646,
      outputLatency: 3969,
      inputs: planes,
      outputs: planes,
      seek() {},
      process() {},
    };
    for (const [percent, semitones, seconds] of [
      [70, 0, 3600],
      [101, 0, 3600],
      [137, 0.31, 120],
    ] as const) {
      const pieces = Object.assign(new StemPieces(), { covers: () => true, read() {} });
      const voice = new PracticeVoice(pieces, idle as never);
      voice.stream.read = () => {};
      Object.assign((voice as unknown as { stretched: object }).stretched, { ring: [] });
      voice.setSpeed(percent);
      if (semitones) voice.setSemitones(semitones);
      voice.begin(1000);
      while (!voice.prepare());
      const blocks = Math.ceil((seconds * RATE) / BLOCK);
      for (let i = 0; i < blocks; i++) if (voice.covered(BLOCK)) voice.render(0, BLOCK);
      expect(Math.abs(voice.position() - 1000 - (blocks * BLOCK * percent) / 100)).toBeLessThan(1e-3);
    }
  });

  it('hold in the sound: a click is heard where the position says, at every speed', () => {
    const every = 22_050;
    const click = (_s: number, _c: number, f: number) => {
      const k = f % every;
      return k < 60 ? Math.round(20000 * Math.sin(k * 0.9) * Math.exp(-k / 20)) : 0;
    };
    const stretch = stretchOf();
    for (const percent of [50, 70, 85, 120]) {
      const player = playerOf(20 * RATE, click, stretch);
      player.receive({ type: 'speed', percent });
      player.receive({ type: 'play', from: 4000, at: -1, bars: 0 });
      const places: number[] = []; // of each block's first frame
      let before = player.position();
      const { left } = heard(player, 8 * RATE, 0, () => {
        places.push(before);
        before = player.position();
      });
      const found = loudest(left, (every * 100) / percent);
      expect(found.length).toBeGreaterThan(5);
      for (const at of found) {
        const block = Math.floor(at / BLOCK);
        const place = places[block]! + ((at % BLOCK) * percent) / 100;
        const off = ((place + every / 2) % every) - every / 2;
        expect(Math.abs(off) / RATE).toBeLessThan(0.012); // within the smear of one attack
      }
    }
  });

  it('stay the same for all stems: equal stems cancel at every speed and pitch', () => {
    const same = (s: number, c: number, f: number) =>
      (s === 0 ? 1 : s === 1 ? -1 : 0) * (noise(0, c, f) >> 1);
    const stretch = stretchOf();
    for (const [percent, semitones] of [
      [70, 0],
      [85, -3],
      [130, 5],
      [100, 2],
    ] as const) {
      const player = playerOf(8 * RATE, same, stretch);
      player.receive({ type: 'speed', percent });
      player.receive({ type: 'pitch', semitones });
      player.receive({ type: 'play', from: 0, at: -1, bars: 0 });
      const both = heard(player, 3 * RATE).left;
      player.receive({ type: 'gains', gains: [1, 0, 0, 0] });
      const one = heard(player, RATE).left;
      const rms = (x: Float32Array) => Math.sqrt(x.reduce((sum, v) => sum + v * v, 0) / x.length);
      expect(rms(one.subarray(2000))).toBeGreaterThan(0.01);
      expect(20 * Math.log10(rms(both) / rms(one.subarray(2000)))).toBeLessThan(-80);
    }
  });
});

// The loudest frame of each stretch of `every` frames around a click.
function loudest(out: Float32Array, every: number): number[] {
  const found: number[] = [];
  for (const at of bursts(out, 0.08, every / 2)) {
    let best = at;
    for (let i = at; i < Math.min(out.length, at + 3000); i++)
      if (Math.abs(out[i]!) > Math.abs(out[best]!)) best = i;
    found.push(best);
  }
  return found;
}

// Frequency of the strongest line near `hz`: phase against phase, a window apart.
function frequency(x: Float32Array, hz: number): number {
  const size = 16384;
  const hop = 4096;
  const phase = (from: number, at: number) => {
    let re = 0;
    let im = 0;
    for (let i = 0; i < size; i++) {
      const w = 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / size);
      re += w * x[from + i]! * Math.cos((2 * Math.PI * at * (from + i)) / RATE);
      im -= w * x[from + i]! * Math.sin((2 * Math.PI * at * (from + i)) / RATE);
    }
    return Math.atan2(im, re);
  };
  let sum = 0;
  let count = 0;
  for (let from = RATE; from + hop + size < x.length; from += hop) {
    let d = phase(from + hop, hz) - phase(from, hz);
    d -= 2 * Math.PI * Math.round(d / (2 * Math.PI));
    sum += d;
    count++;
  }
  return hz + ((sum / count) * RATE) / (2 * Math.PI * hop);
}

describe('pitch', () => {
  const cases = [
    { percent: 50, semitones: 0 },
    { percent: 70, semitones: 0 },
    { percent: 150, semitones: 0 },
    { percent: 100, semitones: 12 },
    { percent: 100, semitones: -12 },
    { percent: 75, semitones: 7 },
    { percent: 100, semitones: 12 * Math.log2(442 / 440) },
  ];
  for (const { percent, semitones } of cases) {
    it(`is right within 3 cents at ${percent} % and ${semitones.toFixed(2)} semitones`, () => {
      for (const [hz, partials] of [
        [220.5, [1]],
        [82.4, [1, 2, 3, 4, 5]],
      ] as const) {
        const wave = (f: number) =>
          partials.reduce((sum, k) => sum + (6000 / k) * Math.sin((2 * Math.PI * k * hz * f) / RATE), 0);
        const player = playerOf(6 * RATE, (s, _c, f) => (s > 0 ? 0 : Math.round(wave(f))), stretchOf());
        player.receive({ type: 'speed', percent });
        player.receive({ type: 'pitch', semitones });
        player.receive({ type: 'play', from: 0, at: -1, bars: 0 });
        const { left } = heard(player, 2.2 * RATE);
        for (const k of partials) {
          const wanted = k * hz * 2 ** (semitones / 12);
          const cents = 1200 * Math.log2(frequency(left, wanted) / wanted);
          expect(Math.abs(cents), `partial ${k} of ${hz} Hz`).toBeLessThan(3);
        }
      }
    });
  }
});

describe('from key to sound', () => {
  it('rests where it was sent after a stop, and goes on where play comes right after it', () => {
    const player = playerOf(5 * RATE, () => 8000, stretchOf());
    player.receive({ type: 'play', from: 0, at: -1, bars: 0 });
    heard(player, 0.1 * RATE);
    player.receive({ type: 'stop' });
    player.receive({ type: 'seek', to: 2 * RATE });
    heard(player, 0.1 * RATE);
    expect(player.state).toBe(PRACTICE_STATE.stopped);
    expect(player.position()).toBe(2 * RATE);
    player.receive({ type: 'play', from: -1, at: -1, bars: 0 });
    heard(player, 0.1 * RATE);
    player.receive({ type: 'stop' });
    player.receive({ type: 'play', from: -1, at: -1, bars: 0 });
    heard(player, 0.1 * RATE);
    expect(player.state).toBe(PRACTICE_STATE.playing);
    expect(player.position()).toBeGreaterThan(2.15 * RATE);
  });

  it('is under 30 ms beyond the output latency, at 100 % and stretched', () => {
    for (const percent of [100, 70]) {
      const player = playerOf(5 * RATE, () => 8000, stretchOf());
      player.receive({ type: 'speed', percent });
      player.receive({ type: 'play', from: 2 * RATE, at: -1, bars: 0 });
      const { left } = heard(player, 0.2 * RATE);
      expect(left.findIndex((x) => Math.abs(x) > 0.2) / RATE).toBeLessThan(0.03);
    }
  });

  it('changes between 100 % and stretched without a gap or a burst', () => {
    const tone = (s: number, _c: number, f: number) => (s ? 0 : Math.round(9000 * Math.sin(f * 0.05)));
    const player = playerOf(12 * RATE, tone, stretchOf());
    player.receive({ type: 'play', from: 0, at: -1, bars: 0 });
    heard(player, RATE);
    const parts: Heard[] = [];
    for (const percent of [70, 100, 125, 99, 100]) {
      player.receive({ type: 'speed', percent });
      parts.push(heard(player, RATE));
    }
    for (const { left } of parts) {
      for (let at = 0; at + 512 < left.length; at += 512) {
        const rms = Math.sqrt(left.subarray(at, at + 512).reduce((sum, x) => sum + x * x, 0) / 512);
        const db = 20 * Math.log10(rms / (9000 / 32768 / Math.SQRT2));
        expect(Math.abs(db)).toBeLessThan(3.5);
      }
    }
  });
});

describe('metronome and count-in', () => {
  const beats = Float64Array.from({ length: 40 }, (_, i) => 5000 + i * 0.5 * RATE);
  const accents = Uint8Array.from(beats, (_, i) => (i % 4 === 0 ? 1 : 0));
  const set = (player: PracticePlayer) =>
    player.receive({ type: 'beats', beats, accents, beatsPerBar: 4, tempo: 120 });

  it('clicks on each beat once, to the sample at 100 %', () => {
    const player = playerOf(20 * RATE, () => 0);
    set(player);
    player.receive({ type: 'metronome', gain: 1 });
    player.receive({ type: 'play', from: 0, at: -1, bars: 0 });
    const { left } = heard(player, 10 * RATE);
    const found = bursts(left, 1e-9, 0.2 * RATE);
    expect(found).toEqual([...beats].filter((b) => b < 10 * RATE).map((b) => b + 1)); // its first sample is 0
  });

  it('clicks with the loop, once a beat', () => {
    const player = playerOf(20 * RATE, () => 0, stretchOf());
    set(player);
    player.receive({ type: 'metronome', gain: 1 });
    player.receive({ type: 'loop', start: 5000, end: 5000 + 2 * RATE });
    player.receive({ type: 'speed', percent: 80 });
    player.receive({ type: 'play', from: 5000, at: -1, bars: 0 });
    const { left } = heard(player, 10 * RATE);
    const found = bursts(left, 1e-6, 0.2 * RATE);
    expect(found.length).toBe(16);
    const gaps = found.slice(1).map((f, i) => f - found[i]!);
    for (const gap of gaps) expect(Math.abs(gap - (0.5 * RATE) / 0.8)).toBeLessThan(3);
  });

  it('counts bars in at the practice speed, so that the beats go on', () => {
    for (const [from, percent] of [
      [5000, 100],
      [5000 + 0.5 * RATE, 50],
      [2000, 100],
    ] as const) {
      const player = playerOf(20 * RATE, () => 0, stretchOf());
      set(player);
      player.receive({ type: 'metronome', gain: 1 });
      player.receive({ type: 'speed', percent });
      player.receive({ type: 'play', from, at: -1, bars: 1 });
      const { left } = heard(player, 8 * RATE);
      const found = bursts(left, 1e-6, 0.2 * RATE);
      const gap = (0.5 * RATE * 100) / percent;
      for (const [i, f] of found.slice(1).entries()) expect(Math.abs(f - found[i]! - gap)).toBeLessThan(4);
      expect(found.length).toBeGreaterThan(5);
    }
  });

  it('begins at the frame of the clock that it was told', () => {
    for (const percent of [100, 75]) {
      const player = playerOf(20 * RATE, () => 8000, stretchOf());
      player.receive({ type: 'speed', percent });
      player.receive({ type: 'play', from: RATE, at: 20_000, bars: 0 });
      const { left } = heard(player, RATE);
      expect(left.findIndex((x) => Math.abs(x) > 1e-3)).toBeLessThan(20_100);
      expect(left.findIndex((x) => x !== 0)).toBeGreaterThanOrEqual(19_999);
      // And where it is too late, further on in the song.
      const late = playerOf(20 * RATE, () => 8000, stretchOf());
      late.receive({ type: 'speed', percent });
      late.receive({ type: 'play', from: RATE, at: 20_000, bars: 0 });
      heard(late, RATE, 60 * BLOCK * 10);
      const expected = RATE + ((60 * BLOCK * 10 + Math.ceil(RATE / BLOCK) * BLOCK - 20_000) * percent) / 100;
      expect(Math.abs(late.position() - expected)).toBeLessThan(2);
    }
  });
});

describe('pieces that are not here yet', () => {
  it('are waited for, with a fade instead of a click, and the sound goes on where it was', () => {
    const player = new PracticePlayer(RATE, stretchOf());
    const frames = 3 * PIECE;
    const song = (s: number) => (s ? 0 : 8000);
    player.receive({ type: 'song', frames });
    player.receive({ type: 'piece', index: 0, stems: pieceOf(0, frames, song) });
    player.receive({ type: 'play', from: 0, at: -1, bars: 0 });
    const { left } = heard(player, PIECE + RATE);
    expect(player.state).toBe(PRACTICE_STATE.waiting);
    const at = player.position();
    expect(PIECE - at).toBeLessThan(1024);
    let most = 0;
    for (let i = 1; i < left.length; i++) most = Math.max(most, Math.abs(left[i]! - left[i - 1]!));
    expect(most).toBeLessThan(0.01);
    player.receive({ type: 'piece', index: 1, stems: pieceOf(1, frames, song) });
    heard(player, BLOCK * 10);
    expect(player.state).toBe(PRACTICE_STATE.playing);
    expect(player.position() - at).toBeLessThan(BLOCK * 11);
    expect(reportOf(player)[R.starved]).toBe(1);
  });

  it('ends at the end', () => {
    const player = playerOf(RATE, noise, stretchOf());
    player.receive({ type: 'speed', percent: 180 });
    player.receive({ type: 'play', from: 0, at: -1, bars: 0 });
    heard(player, 2 * RATE);
    expect(player.state).toBe(PRACTICE_STATE.stopped);
    expect(player.position()).toBe(RATE);
    expect(reportOf(player)[R.ended]).toBe(1);
  });
});
