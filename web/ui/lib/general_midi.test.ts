import { describe, expect, it } from 'vitest';
import { synths } from '../../core';
import { SYNTHESISERS, fieldsOf, findInstrument, instrumentsOf } from './general_midi';

const font = { id: 'gm', name: 'GM', presets: [{ bank: 0, program: 0, name: 'Piano' }] };
const track = { soundfont: 'gm', bank: 0, program: 0, instrument: '' };

describe('instruments', () => {
  it('lists the synthesisers after those of the SoundFonts, and alone without one', () => {
    expect(instrumentsOf([font as never]).map((i) => i.synth || i.name)).toEqual([
      'Grand piano',
      ...synths.map((s) => s.id),
    ]);
    expect(instrumentsOf([]).every((i) => i.family === SYNTHESISERS)).toBe(true);
  });

  it('finds what a track plays: its synthesiser, or the SoundFont for one that is not known', () => {
    expect(findInstrument([font as never], track)?.name).toBe('Grand piano');
    expect(findInstrument([font as never], { ...track, instrument: 'pad' })?.synth).toBe('pad');
    expect(findInstrument([font as never], { ...track, instrument: 'hologram' })?.name).toBe('Grand piano');
  });

  it('leaves the synthesiser when a preset is chosen', () => {
    const [piano, pad] = instrumentsOf([font as never]);
    expect(fieldsOf(piano!)).toEqual({ bank: 0, program: 0, soundfont: 'gm', instrument: '' });
    expect(fieldsOf(pad!)).toEqual({ instrument: 'pad' });
  });
});
