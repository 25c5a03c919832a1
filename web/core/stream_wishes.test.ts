// What is asked of a channel: shown at once, sent seldom, true when the server has said so.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Wishes, type Wished } from './stream_wishes';
import type { StreamSettings } from './stream_types';

function desk() {
  const sent: { changes: StreamSettings; seed: string | null }[] = [];
  let shown: Wished = { settings: {}, seed: '', pending: [] };
  const wishes = new Wishes(
    (changes, seed) => sent.push({ changes, seed }),
    (state) => (shown = state),
    (id) => (id === 'intensity' ? 'at_once' : 'at_bar'),
  );
  wishes.start({ bpm: 70, intensity: 0.4, key: 9 }, '7');
  return { wishes, sent, shown: () => shown };
}
const answer = (settings: StreamSettings, changed: string[], seed = '7') => ({
  settings,
  changed,
  frame: 1000,
  bar_frame: 5000,
  seed,
});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('wishes', () => {
  it('are shown at once and sent at most 20 times a second, the last of each', () => {
    const { wishes, sent, shown } = desk();
    for (let i = 1; i <= 100; i++) {
      wishes.want({ intensity: i / 100 });
      if (i % 2) wishes.want({ bpm: 70 + i });
      expect(shown().settings.intensity).toBe(i / 100);
      vi.advanceTimersByTime(10);
    }
    vi.advanceTimersByTime(100);
    expect(sent.length).toBeLessThanOrEqual(22);
    expect(sent.length).toBeGreaterThan(15);
    const last = Object.assign({}, ...sent.map((s) => s.changes)) as StreamSettings;
    expect(last).toEqual({ intensity: 1, bpm: 169 });
  });

  it('stay shown through answers that do not hold them yet', () => {
    const { wishes, shown } = desk();
    wishes.want({ bpm: 80 });
    wishes.want({ bpm: 90 });
    wishes.confirmed(answer({ bpm: 80, intensity: 0.4, key: 9 }, ['bpm']));
    expect(shown().settings.bpm).toBe(90);
    vi.advanceTimersByTime(60);
    wishes.confirmed(answer({ bpm: 90, intensity: 0.4, key: 9 }, ['bpm']));
    // From now on others may change it.
    wishes.confirmed(answer({ bpm: 120, intensity: 0.4, key: 9 }, ['bpm']));
    expect(shown().settings.bpm).toBe(120);
  });

  it('are taken back when refused, or when nobody answers', () => {
    const { wishes, shown } = desk();
    wishes.want({ bpm: 900 });
    expect(shown().settings.bpm).toBe(900);
    wishes.refused();
    expect(shown().settings.bpm).toBe(70);
    wishes.want({ key: 2 });
    wishes.wantSeed('12');
    expect(shown().seed).toBe('12');
    vi.advanceTimersByTime(5000);
    expect(shown()).toMatchObject({ settings: { bpm: 70, key: 9 }, seed: '7' });
  });

  it('are pending until the ear comes to the frame from which they are heard', () => {
    const { wishes, shown } = desk();
    wishes.want({ intensity: 1, key: 2 });
    wishes.confirmed(answer({ bpm: 70, intensity: 1, key: 2 }, ['intensity', 'key']));
    expect(shown().pending).toEqual([
      { id: 'intensity', frame: 1000 },
      { id: 'key', frame: 5000 },
    ]);
    wishes.heard(-1);
    wishes.heard(1000);
    expect(shown().pending).toEqual([{ id: 'key', frame: 5000 }]);
    // Asked again before it was heard: the later bar counts.
    wishes.confirmed({ ...answer({ bpm: 70, intensity: 1, key: 4 }, ['key']), bar_frame: 9000 });
    wishes.heard(6000);
    expect(shown().pending).toEqual([{ id: 'key', frame: 9000 }]);
    wishes.heard(9000);
    expect(shown().pending).toEqual([]);
  });

  it('of another are shown too, and nothing of an old channel stays', () => {
    const { wishes, shown, sent } = desk();
    wishes.confirmed(answer({ bpm: 140, intensity: 0.4, key: 9 }, ['bpm'], '99'));
    expect(shown()).toMatchObject({ settings: { bpm: 140 }, seed: '99' });
    wishes.want({ bpm: 50 });
    wishes.want({ bpm: 51 });
    wishes.forget();
    vi.advanceTimersByTime(5000);
    expect(sent.length).toBe(1);
    wishes.start({ bpm: 60 }, '1');
    expect(shown()).toEqual({ settings: { bpm: 60 }, seed: '1', pending: [] });
  });
});
