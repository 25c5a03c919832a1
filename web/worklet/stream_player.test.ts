// The reader against networks in fast time: no gap once it knows the network, no drift, bounded latency,
// and the very samples where nothing drifts.
import { describe, expect, it } from 'vitest';
import { STATE, StreamPlayer } from './stream_player';
import { calm, LOW, NORMAL, play, randomOf, RATE, rough, type Trial } from './testing/network';

const FIRST = 1_000_000;

// Ten minutes: underruns with their times, and how far the reader was behind true time.
function watch(trial: Omit<Trial, 'seconds' | 'each'>, seconds = 600) {
  const underruns: number[] = [];
  const latency: number[] = []; // s, each second
  const targets: number[] = [];
  let ratioMost = 0;
  let slewMost = 0;
  let before = 1;
  const player = play({
    ...trial,
    seconds,
    each: (p, time) => {
      while (underruns.length < p.underruns) underruns.push(time);
      const { ratio, target } = p.control;
      ratioMost = Math.max(ratioMost, Math.abs(ratio - 1));
      slewMost = Math.max(slewMost, Math.abs(ratio - before) / (512 / RATE));
      before = ratio;
      if (time >= latency.length) {
        latency.push(time + 512 / RATE - (p.position() - FIRST) / RATE);
        targets.push(target);
      }
    },
  });
  return { player, underruns, latency, targets, ratioMost, slewMost };
}

describe('the reader of the stream', () => {
  it('comes to rest where clocks agree and the network is calm: ratio 1, and the very samples', () => {
    const random = randomOf(1);
    let same = 0;
    let other = 0;
    let end = FIRST;
    const sample = (frame: number) => Math.fround(Math.sin(frame * frame * 1e-7) * 0.5);
    play({
      seconds: 60,
      message: 4800,
      timing: NORMAL,
      delay: calm(random),
      sample,
      each: (p, time, left) => {
        if (time > 30 && p.state === STATE.playing) {
          expect(p.control.ratio).toBe(1);
          for (let i = 0; i < 512; i++) {
            if (left[i] === sample(p.position() - 512 + i)) same++;
            else other++;
          }
        }
        end = p.position();
      },
    });
    expect(other).toBe(0);
    expect(same).toBeGreaterThan(29 * RATE);
    expect(end).toBeGreaterThan(FIRST + 59 * RATE);
  });

  for (const [name, timing, message] of [
    ['100-ms messages', NORMAL, 4800],
    ['20-ms messages', LOW, 960],
  ] as const) {
    it(`never runs dry again once it knows a rough network, ${name}`, () => {
      const { player, underruns, latency, targets, ratioMost, slewMost } = watch({
        message,
        timing,
        delay: rough(randomOf(1)),
        ppm: 80,
      });
      // The first underruns are how it learns.
      expect(underruns.length).toBeGreaterThan(0);
      expect(underruns.filter((at) => at > 15)).toEqual([]);
      expect(player.silent / RATE).toBeLessThan(1.5);
      expect(player.jumps).toBeLessThanOrEqual(3);
      // As late as the worst message and half as much again, no more.
      expect(Math.max(...latency.slice(15))).toBeLessThan(0.7 * 1.5 + timing.margin + 0.05);
      expect(ratioMost).toBeLessThanOrEqual(0.005 + 1e-9);
      expect(slewMost).toBeLessThanOrEqual(0.001 + 1e-9);
      if (message !== 4800) return;
      // The clocks differ by 48 ms in this time; what is left of it is below one.
      const error = latency.map((l, i) => l - targets[i]!).slice(300);
      expect(Math.abs(error.at(-1)!)).toBeLessThan(0.001);
      expect(Math.max(...error) - Math.min(...error)).toBeLessThan(0.006);
      expect(Math.abs(player.control.clock.slope() * 1e6 - 80)).toBeLessThan(4);
    });
  }

  it('keeps its distance to the millisecond for ten minutes, whatever the clocks do', () => {
    for (const [ppm, seconds] of [
      [40, 600],
      [-150, 240],
    ] as const) {
      const { player, underruns, latency } = watch(
        { message: 4800, timing: NORMAL, delay: calm(randomOf(7)), ppm, sample: () => 0 },
        seconds,
      );
      const settled = latency.slice(60);
      expect(underruns).toEqual([]);
      expect(Math.max(...settled) - Math.min(...settled)).toBeLessThan(0.001);
      expect(Math.abs(player.control.clock.slope() * 1e6 - ppm)).toBeLessThan(1.6);
    }
  });

  it('makes no click where it runs dry, where messages are missing and where it goes on', () => {
    // The second difference of a tone of 200 Hz at half of full scale is below 0.00035; fades add to it.
    let sharpest = 0;
    let [a, b] = [0, 0];
    const random = randomOf(3);
    let sent = 0;
    const player = play({
      seconds: 40,
      message: 960,
      timing: LOW,
      sample: (frame) => 0.5 * Math.sin((2 * Math.PI * 200 * frame) / RATE),
      delay: () => random() * 0.005 + (++sent % 500 === 0 ? 0.4 : 0),
      lost: (frame) => frame % (960 * 171) < 960 * 3,
      each: (_, __, left) => {
        for (const c of left) {
          sharpest = Math.max(sharpest, Math.abs(c - 2 * b + a));
          [a, b] = [b, c];
        }
      },
    });
    expect(player.underruns).toBeGreaterThan(0);
    expect(player.holes).toBeGreaterThan(3);
    expect(sharpest).toBeLessThan(0.002);
  });

  it('hears nothing twice and goes on without a gap where a new connection begins in what is there', () => {
    const sample = (frame: number) => Math.fround(0.5 * Math.sin(frame * 0.01));
    const player = new StreamPlayer(RATE, NORMAL);
    const [left, right] = [new Float32Array(128), new Float32Array(128)];
    const piece = (frame: number, count: number) => {
      const samples = Float32Array.from({ length: count }, (_, i) => sample(frame + i));
      return [frame, samples, samples] as const;
    };
    player.push(...piece(48000, 9600), 0);
    player.push(...piece(57600, 4800), 0.1);
    const heard: number[] = [];
    for (let block = 0; block < 300; block++) {
      const at = 0.1 + (block * 128) / RATE;
      if (block === 20) {
        player.restart();
        player.push(...piece(55200, 9600), at); // overlaps by 7,200 frames
        player.push(...piece(64800, 48000), at);
      }
      player.render(left, right, at);
      if (player.state === STATE.playing) heard.push(...left);
    }
    expect(player.underruns).toBe(0);
    expect(player.holes).toBe(0);
    // One frame twice or left out would bend the curve by 0.005.
    const bent = heard.findIndex(
      (s, i) => i > 1000 && Math.abs(s - 2 * heard[i - 1]! + heard[i - 2]!) > 0.0005,
    );
    expect(heard.length).toBeGreaterThan(30000);
    expect(bent).toBe(-1);
  });

  it('goes on at the live edge after a long silence of the page', () => {
    const player = new StreamPlayer(RATE, NORMAL);
    const [left, right] = [new Float32Array(128), new Float32Array(128)];
    const zeros = new Float32Array(4800);
    let block = 0;
    const until = (message: number) => {
      for (; (block * 128) / RATE < message * 0.1; block++) player.render(left, right, (block * 128) / RATE);
    };
    for (let i = 0; i < 30; i++) {
      player.push(480000 + i * 4800, zeros, zeros, i * 0.1);
      until(i + 1);
    }
    expect(player.state).toBe(STATE.playing);
    // The audio clock stood still for 20 s; meanwhile 200 messages came.
    player.restart();
    for (let i = 30; i < 230; i++) player.push(480000 + i * 4800, zeros, zeros, 3);
    for (let i = 230; i < 260; i++) {
      player.push(480000 + i * 4800, zeros, zeros, i * 0.1 - 20);
      until(i - 199);
    }
    const behind = (480000 + 260 * 4800 - player.position()) / RATE;
    expect(player.state).toBe(STATE.playing);
    expect(behind).toBeLessThan(0.1 + 0.2);
    expect(player.underruns).toBe(0);
  });
});
