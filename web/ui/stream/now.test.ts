import { describe, expect, it } from 'vitest';
import { createStore } from 'zustand/vanilla';
import type { Stream, StreamBar, StreamState } from '../../core/stream_types';
import { streamScreen, swapSlots } from '../lib/stream';
import { barAt, beatsUntil, changeAt, chordAt, scaleOf } from './now';

const bar = (number: number, frames = 1000): StreamBar => ({
  frame: number * 1000,
  frames,
  bpm: 70,
  chapter: 0,
  index: number,
  bars: 64,
  section: 'theme',
  tension: 0.5,
  key: 'A aeolian',
  chords: [
    { at: 0, frames: 600, name: 'Am', pitches: [9, 0, 4] },
    { at: 600, frames: 400, name: 'F', pitches: [5, 9, 0] },
  ],
  notes: [],
});

function fake(state: Partial<StreamState>): { stream: Stream; asked: unknown[] } {
  const asked: unknown[] = [];
  const store = createStore(
    () => ({ settings: {}, seed: '7', pending: [], ...state }) as unknown as StreamState,
  );
  const stream = {
    store,
    control: (changes: Record<string, number>) => {
      asked.push(changes);
      store.setState((s) => ({ settings: { ...s.settings, ...changes } }));
    },
    reseed: (seed: string) => {
      asked.push(seed);
      store.setState({ seed });
    },
  } as unknown as Stream;
  return { stream, asked };
}

describe('what is at the ear', () => {
  const bars = [bar(3), bar(4), bar(5)];
  it('is the last bar that has begun, and the chord within it', () => {
    expect(barAt(bars, 2999)).toBeNull();
    expect(barAt(bars, 3000)?.index).toBe(3);
    expect(barAt(bars, 4999)?.index).toBe(4);
    expect(barAt(bars, 99999)?.index).toBe(5);
    expect(barAt([], 0)).toBeNull();
    expect(chordAt(bars[0]!, 3599)?.name).toBe('Am');
    expect(chordAt(bars[0]!, 3600)?.name).toBe('F');
    expect(chordAt(null, 0)).toBeNull();
  });

  it('counts whole beats to the latest change that waits', () => {
    const { stream } = fake({
      pending: [
        { id: 'key', frame: 5000 },
        { id: 'bpm', frame: 6000 },
        { id: 'mode', frame: 3000 },
      ],
    });
    expect(changeAt(stream, 4100)).toBe(6000);
    expect(changeAt(stream, 7000)).toBe(-1);
    expect(beatsUntil(5000, 4100, bars[1]!)).toBe(4);
    expect(beatsUntil(5000, 4800, bars[1]!)).toBe(1);
    expect(beatsUntil(5000, 5100, bars[1]!)).toBe(0);
  });
});

describe('the scale of a key', () => {
  it('is read from the name of any key and mode', () => {
    expect(scaleOf('F# dorian')?.tonic).toBe(6);
    expect([...scaleOf('Bb pentatonic')!.tones].sort((a, b) => a - b)).toEqual([0, 2, 5, 7, 10]);
    expect([...scaleOf('A harmonic minor')!.tones].sort((a, b) => a - b)).toEqual([0, 2, 4, 5, 8, 9, 11]);
    expect(scaleOf('Cb lydian')?.tonic).toBe(11);
    expect(scaleOf('H minor')).toBeNull();
  });
});

describe('variations A and B', () => {
  it('come back as they were left, and ask only for what differs', () => {
    const { stream, asked } = fake({ settings: { key: 9, bpm: 70 }, seed: '7' });
    streamScreen.setState({ stream, slot: 'A', other: null });
    expect(swapSlots()).toBe('B'); // begins as a copy
    expect(asked).toEqual([]);
    stream.control({ bpm: 90 });
    stream.reseed('8');
    asked.length = 0;
    expect(swapSlots()).toBe('A');
    expect(asked).toEqual([{ bpm: 70 }, '7']);
    asked.length = 0;
    expect(swapSlots()).toBe('B');
    expect(asked).toEqual([{ bpm: 90 }, '8']);
    expect(stream.store.getState().settings).toEqual({ key: 9, bpm: 90 });
  });
});
