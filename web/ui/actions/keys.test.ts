import { describe, expect, it } from 'vitest';
import { type KeyLike, ariaKeys, caps, chordId, chordOf, parseChord } from './keys';
import { buildKeymap } from './keymap';
import { ACTIONS } from './table';

const press = (key: string, held: Partial<KeyLike> = {}): string =>
  chordId(chordOf({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held }));

describe('chords', () => {
  it('are the same from text and from the keyboard', () => {
    expect(press('z', { ctrlKey: true })).toBe(chordId(parseChord('Ctrl+Z')));
    expect(press('Z', { ctrlKey: true, shiftKey: true })).toBe(chordId(parseChord('Ctrl+Shift+Z')));
    expect(press(' ')).toBe(chordId(parseChord('Space')));
    expect(press('ArrowLeft', { altKey: true })).toBe(chordId(parseChord('Alt+ArrowLeft')));
    expect(press('+', { altKey: true, shiftKey: true })).toBe(chordId(parseChord('Alt++')));
    expect(press('+')).toBe(chordId(parseChord('+')));
  });

  it('take ⌘ for Ctrl', () => {
    expect(press('k', { metaKey: true })).toBe(chordId(parseChord('Ctrl+K')));
  });

  it('take signs as they are typed on any layout', () => {
    expect(press('?', { shiftKey: true })).toBe('?');
    expect(press('?')).toBe('?');
    // [ is AltGr+8 on a German keyboard, which reads as Ctrl+Alt
    const altGraph = { ctrlKey: true, altKey: true, getModifierState: (name: string) => name === 'AltGraph' };
    expect(press('[', altGraph)).toBe('[');
  });

  it('keep Shift apart for letters', () => {
    expect(press('L', { shiftKey: true })).not.toBe(press('l'));
  });

  it('are drawn as caps', () => {
    expect(caps('Ctrl+Shift+Z', false)).toEqual(['Ctrl', 'Shift', 'Z']);
    expect(caps('Ctrl+K', true)).toEqual(['⌘', 'K']);
    expect(caps('Alt+ArrowLeft', false)).toEqual(['Alt', '←']);
    expect(caps('+', false)).toEqual(['+']);
    expect(ariaKeys('Ctrl+Shift+Z')).toBe('Control+Shift+z');
    expect(ariaKeys('Alt+ArrowLeft')).toBe('Alt+ArrowLeft');
  });
});

describe('the table of actions', () => {
  it('has no key twice', () => {
    expect(() => buildKeymap(ACTIONS)).not.toThrow();
    const twice = { ...ACTIONS[0]!, id: 'twin' };
    expect(() => buildKeymap([...ACTIONS, twice])).toThrow(/both/);
  });

  it('gives a room keys of its own, before what has them elsewhere', () => {
    const map = buildKeymap(ACTIONS);
    expect(map.get('space')?.id).toBe('play');
    expect(map.get('stream:space')?.id).toBe('stream-play');
    expect(map.get('stream:x')?.id).toBe('stream-swap');
    const inStream = ACTIONS.find((action) => action.id === 'stream-swap')!;
    expect(() => buildKeymap([...ACTIONS, { ...inStream, id: 'twin' }])).toThrow(/both/);
  });

  it('has no action twice, and a key or a place in the palette for each', () => {
    const ids = ACTIONS.map((action) => action.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const action of ACTIONS) expect(action.keys.length > 0 || !action.hidden, action.id).toBe(true);
  });

  it('leaves the browser the keys that people need', () => {
    const taken = new Set(buildKeymap(ACTIONS).keys());
    for (const keys of [
      'Ctrl+R',
      'Ctrl+T',
      'Ctrl+W',
      'Ctrl+L',
      'Ctrl+F',
      'Ctrl+P',
      'Ctrl++',
      'Ctrl+-',
      'F5',
    ]) {
      expect(taken.has(chordId(parseChord(keys))), keys).toBe(false);
    }
  });

  it('gives every edit of the piano roll a key', () => {
    const keyed = new Set(ACTIONS.filter((action) => action.keys.length > 0).map((action) => action.id));
    const needed =
      'undo redo cut copy paste duplicate delete select-all quantise snap-to-key left right up down octave-up ' +
      'octave-down nudge-left nudge-right shorter longer softer louder next-note previous-note add-note play record loop metronome';
    for (const id of needed.split(' ')) expect(keyed.has(id), id).toBe(true);
  });
});
