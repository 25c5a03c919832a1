import { describe, expect, it } from 'vitest';
import { ACTIONS } from '../actions/table';
import { fuzzy, search } from './fuzzy';

const titles = (query: string, items: readonly string[]): string[] =>
  search(query, items, (item) => [item]).map((found) => found.item);

describe('fuzzy search', () => {
  it('finds letters in order and says where', () => {
    expect(fuzzy('qu', 'Quantise')!.at).toEqual([0, 1]);
    expect(fuzzy('stk', 'Snap to key')!.at).toEqual([0, 5, 8]);
    expect(fuzzy('kts', 'Snap to key')).toBeNull();
    expect(fuzzy('', 'anything')).toEqual({ score: 0, at: [] });
  });

  it('marks letters that are the query, whatever was matched', () => {
    for (const action of ACTIONS) {
      for (const query of ['e', 'ex', 'no', 'se', 'to', 'octave']) {
        const match = fuzzy(query, action.title);
        if (match) expect(match.at.map((i) => action.title[i]!.toLowerCase()).join('')).toBe(query);
      }
    }
  });

  it('puts runs and word starts first', () => {
    const names = ['Export Tutti project', 'Export MP3', 'Export MIDI', 'Next note'];
    expect(titles('mid', names)[0]).toBe('Export MIDI');
    expect(titles('exp', names).slice(0, 3)).toEqual(expect.arrayContaining(['Export MP3', 'Export MIDI']));
    expect(fuzzy('exp', 'Export Tutti project')!.at).toEqual([0, 1, 2]);
    expect(titles('nn', names)[0]).toBe('Next note');
  });

  it('finds signs by plain letters', () => {
    expect(titles('f#', ['F♯ minor', 'G major'])).toEqual(['F♯ minor']);
  });

  it('finds a thing by its other words, after what has it in its name', () => {
    const items = [
      { title: 'Play or stop', also: 'pause' },
      { title: 'Pause everything', also: '' },
    ];
    const found = search('pause', items, (item) => [item.title, item.also]);
    expect(found.map((f) => f.item.title)).toEqual(['Pause everything', 'Play or stop']);
    expect(found[1]!.match.at).toEqual([]);
  });

  it('keeps the order of what is equal', () => {
    expect(titles('', ['b', 'a', 'c'])).toEqual(['b', 'a', 'c']);
  });
});
