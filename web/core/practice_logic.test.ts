// What the Practice room decides by itself: ladder, loops, beats, taps, pedals, volumes, where takes lie.
import { describe, expect, it } from 'vitest';
import { PIECE, STEMS } from '../worklet/practice_protocol';
import { analysisOf, analysisReply, harteOf } from './practice_api';
import { beatsFromTaps, downbeatsOf, nameOfLoop, skipBars, withBeats, withinSong } from './practice_beats';
import { Controls, type ControlAction } from './practice_controls';
import { afterClean, LADDER, nextOfCycle, wholePercent, withinLadder } from './practice_ladder';
import { PeaksOfSong } from './practice_peaks';
import { PieceMaker } from './practice_piece_maker';
import { PRACTICE_START } from './practice_state';
import { placeOfTake } from './practice_takes';
import { gainsOf } from './practice_transport';
import type { ControlMapping, SongAnalysis } from './practice_types';

describe('the ladder', () => {
  it('climbs one step after so many clean passes, to its end and no further', () => {
    const ladder = { ...LADDER, on: true }; // 60 % to 100 % by 5 %, three passes
    let speed = 0.6;
    let clean = 0;
    const speeds: number[] = [];
    for (let pass = 0; pass < 30; pass++) {
      ({ clean, speed } = afterClean(ladder, speed, clean));
      speeds.push(speed);
    }
    expect(speeds.slice(0, 7)).toEqual([0.6, 0.6, 0.65, 0.65, 0.65, 0.7, 0.7]);
    expect(speeds[23]).toBe(1); // 8 steps of 3 passes, without the crumbs of 0.1 + 0.2
    expect(speeds.at(-1)).toBe(1);
  });
  it('counts but does not climb while it is off, and never slows down', () => {
    expect(afterClean(LADDER, 0.7, 2)).toEqual({ clean: 3, speed: 0.7 });
    expect(afterClean({ ...LADDER, on: true }, 1.2, 2).speed).toBe(1.2);
  });
  it('keeps within what can be played', () => {
    expect(withinLadder({ on: true, start: 0.1, end: 9, step: 0, passes: 0 })).toEqual({
      on: true,
      start: 0.25,
      end: 2,
      step: 0.01,
      passes: 1,
    });
    expect(wholePercent(0.7049)).toBe(0.7);
    expect([0.5, 0.7, 0.85, 1, 1.3].map(nextOfCycle)).toEqual([0.7, 0.85, 1, 0.7, 0.7]);
  });
});

const song = (beats: number[], perBar = 4): SongAnalysis => ({
  tempo: 120,
  beats,
  downbeats: downbeatsOf(beats, perBar, 0),
  beatsPerBar: perBar,
  key: '',
  tuning: 440,
  chords: [],
  sections: [],
  loudness: -14,
  corrected: false,
});

describe('beats by hand', () => {
  it('come out of taps that shake, with one left out and one doubled, to both ends of the song', () => {
    const period = 0.5;
    const taps: number[] = [];
    for (let k = 0; k < 24; k++) {
      if (k === 9) continue;
      taps.push(10.2 + k * period + 0.02 * Math.sin(k * 2.4));
      if (k === 15) taps.push(taps.at(-1)! + 0.05);
    }
    const beats = beatsFromTaps(taps, 60);
    expect(beats[0]!).toBeLessThan(period);
    expect(beats.at(-1)!).toBeGreaterThan(60 - period);
    for (const b of beats.filter((t) => t > 10 && t < 22)) {
      const off = (b - 10.2) / period;
      expect(Math.abs(off - Math.round(off)) * period).toBeLessThan(0.015);
    }
    expect(beatsFromTaps([1, 1.5, 2], 60)).toEqual([]);
  });
  it('make bars from any first downbeat', () => {
    const beats = Array.from({ length: 12 }, (_, i) => i);
    expect(downbeatsOf(beats, 4, 2)).toEqual([2, 6, 10]);
    expect(withBeats(song(beats), beats, 3, 1).downbeats).toEqual([1, 4, 7, 10]);
    expect(withBeats(song(beats), beats, 3, 1).tempo).toBe(60);
  });
  it('lead by bars, and name loops by them', () => {
    const analysis = song(Array.from({ length: 64 }, (_, i) => 1 + i * 0.5)); // bars every 2 s from 1
    expect(skipBars(analysis, 5.1, 1)).toBe(7);
    expect(skipBars(analysis, 6, -1)).toBe(5);
    expect(skipBars(analysis, 5.1, -1)).toBe(3);
    expect(skipBars(null, 5, -1)).toBe(3);
    expect(nameOfLoop(analysis, 3, 7)).toBe('Bars 2–3');
    expect(nameOfLoop(null, 3, 67)).toBe('0:03–1:07');
    expect(withinSong(9, 4, 8)).toEqual({ start: 4, end: 8 });
  });
  it('go to the server and back as they are', () => {
    const before = {
      ...song([1, 2, 3]),
      chords: [
        { start: 0, end: 1, name: 'F#m' },
        { start: 1, end: 2, name: 'G7' },
      ],
    };
    const raw = analysisReply(before);
    expect(raw.chords).toMatchObject([{ name: 'F#:min' }, { name: 'G:7' }]);
    expect([harteOf('C'), harteOf('N'), harteOf('Bb:min7')]).toEqual(['C:maj', 'N', 'Bb:min7']);
    expect(
      analysisOf({ ...raw, chords: [{ start: 0, end: 1, name: 'A:min', symbol: 'Am' }] }).chords[0]!.name,
    ).toBe('Am');
    expect(analysisOf(raw).beats).toEqual([1, 2, 3]);
  });
});

describe('pedals', () => {
  function desk(mappings: ControlMapping[] = []) {
    const acts: ControlAction[] = [];
    const kept: (readonly ControlMapping[])[] = [];
    const controls = new Controls(
      mappings,
      (a) => acts.push(a),
      (m) => kept.push(m),
      () => {},
    );
    return { controls, acts, kept };
  }
  it('are learnt by pressing them, and act once a press', () => {
    const { controls, acts, kept } = desk();
    controls.learning = 'play';
    controls.midi(new Uint8Array([0xb2, 64, 0])); // at rest
    expect(controls.learning).toBe('play');
    controls.midi(new Uint8Array([0xb2, 64, 127]));
    expect(kept.at(-1)).toEqual([{ control: 'play', kind: 'cc', channel: 2, number: 64, key: '' }]);
    controls.midi(new Uint8Array([0xb2, 64, 0]));
    for (const value of [20, 70, 100, 127, 90, 10]) controls.midi(new Uint8Array([0xb2, 64, value]));
    expect(acts).toEqual([{ control: 'play', value: 1 }]);
    controls.midi(new Uint8Array([0xb1, 64, 127])); // another channel
    expect(acts.length).toBe(1);
  });
  it('hold a solo as long as they are down, follow knobs, and are one thing at a time', () => {
    const { controls, acts, kept } = desk();
    controls.learning = 'solo2';
    controls.midi(new Uint8Array([0x90, 40, 100]));
    controls.midi(new Uint8Array([0x90, 40, 0]));
    controls.midi(new Uint8Array([0x90, 40, 90]));
    controls.midi(new Uint8Array([0x80, 40, 0]));
    expect(acts.map((a) => a.value)).toEqual([0, 1, 0]);
    controls.learning = 'volume1';
    controls.midi(new Uint8Array([0xb0, 7, 3]));
    controls.midi(new Uint8Array([0xb0, 7, 127]));
    expect(acts.at(-1)).toEqual({ control: 'volume1', value: 1 });
    controls.learning = 'mute1';
    controls.midi(new Uint8Array([0x90, 40, 100]));
    expect(kept.at(-1)!.filter((m) => m.number === 40)).toHaveLength(1);
    expect(controls.key('F9')).toBe(false);
    controls.learning = 'clean';
    expect(controls.key('F9')).toBe(true);
    expect(controls.key('F9')).toBe(true);
    expect(acts.at(-1)).toEqual({ control: 'clean', value: 1 });
    controls.forget(controls.mappings.find((m) => m.key === 'F9')!);
    expect(controls.key('F9')).toBe(false);
  });
});

describe('volumes', () => {
  it('follow solo before mute, and the take stands in for the stem', () => {
    const stems = PRACTICE_START.stems.map((s) => ({
      ...s,
      mute: s.name === 'bass',
      solo: s.name === 'bass' || s.name === 'drums',
    }));
    expect(gainsOf({ ...PRACTICE_START, stems })).toEqual([1, 1, 0, 0]);
    const quiet = PRACTICE_START.stems.map((s) => ({ ...s, gainDb: s.name === 'other' ? -60 : -6 }));
    expect(gainsOf({ ...PRACTICE_START, stems: quiet, compare: 'x', instrument: 'drums' })).toEqual([
      0,
      10 ** -0.3,
      0,
      10 ** -0.3,
    ]);
  });
});

describe('a take', () => {
  it('lies where it was played, whatever the looks were late', () => {
    const rate = 44100;
    // The song's second 20 was heard at the clock's frame 100,000, at 70 %; a look is late by up to 3 ms.
    const anchors = Array.from({ length: 50 }, (_, i) => ({
      frame: 100_000 + i * 4410,
      at: 20 + i * 0.07 + 0.002 * Math.sin(i * 7),
      speed: 0.7,
    }));
    const placed = placeOfTake(anchors, 122_050, rate)!;
    expect(placed.skip).toBe(0);
    expect(Math.abs(placed.start - 20.35)).toBeLessThan(0.003);
    // The microphone was on first, and the song began at 0.
    const early = anchors.map((a) => ({ ...a, at: a.at - 20 }));
    const from = placeOfTake(early, 100_000 - rate, rate)!;
    expect(from.start).toBe(0);
    expect(Math.abs(from.skip - rate)).toBeLessThan(150);
    expect(placeOfTake([], 0, rate)).toBeNull();
  });
});

describe('pieces made here', () => {
  it('are the separator’s samples in 16 bits, cut where pieces end, and drawn', () => {
    const frames = 2 * PIECE + 1000;
    const value = (c: number, f: number) => (((f * 31 + c * 977) % 60000) - 30000) / 32768;
    const pieces: Int16Array[][] = [];
    const maker = new PieceMaker(frames, (index, stems) => {
      expect(index).toBe(pieces.length);
      pieces.push(stems);
    });
    for (let at = 0; at < frames + 500; at += 100_003) {
      const n = Math.min(100_003, frames + 500 - at); // the last stretch may be longer than the song
      const planes = new Float32Array(2 * STEMS * n);
      for (let c = 0; c < 2 * STEMS; c++) for (let i = 0; i < n; i++) planes[c * n + i] = value(c, at + i);
      maker.add(planes, n);
    }
    expect(pieces.map((p) => p[0]!.length / 2)).toEqual([PIECE, PIECE, 1000]);
    for (const f of [0, 5, PIECE - 1, PIECE, 2 * PIECE + 999])
      for (let c = 0; c < 8; c++)
        expect(pieces[Math.floor(f / PIECE)]![c >> 1]![2 * (f % PIECE) + (c & 1)]).toBe(value(c, f) * 32768);
    const peaks = new PeaksOfSong(frames, 44100);
    peaks.add(1, pieces[1]!);
    expect(peaks.view(0).columns).toBe(0); // nothing from the start yet
    peaks.add(0, pieces[0]!);
    peaks.add(2, pieces[2]!);
    expect(peaks.whole).toBe(true);
    expect(peaks.view(0).columns).toBe(Math.ceil(frames / 512));
    const column = Array.from({ length: 1024 }, (_, i) => pieces[0]![0]![1024 + i]!);
    expect(peaks.view(0).min[1]).toBe(Math.floor(Math.min(...column) / 256));
    expect(peaks.view(0).max[1]).toBe(Math.min(127, Math.ceil(Math.max(...column) / 256)));
  });
});
