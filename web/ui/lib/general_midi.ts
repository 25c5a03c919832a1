// The instruments of the installed SoundFonts under General MIDI's names and families, and the
// synthesisers of the engine.
import { type FontInfo, synths } from '../../core';

export const FAMILIES = [
  'Piano',
  'Chromatic percussion',
  'Organ',
  'Guitar',
  'Bass',
  'Strings',
  'Ensemble',
  'Brass',
  'Reed',
  'Pipe',
  'Synth lead',
  'Synth pad',
  'Synth effects',
  'World',
  'Percussive',
  'Sound effects',
] as const;

export const DRUM_KITS = 'Drum kits';
export const VARIATIONS = 'Variations';
export const SYNTHESISERS = 'Synthesisers';
const DRUM_BANK = 128;

// General MIDI 1 sound set, programs 0 … 127.
export const PROGRAM_NAMES: readonly string[] =
  `Grand piano|Bright piano|Electric grand|Honky-tonk piano|Electric piano 1|Electric piano 2|Harpsichord|Clavinet
Celesta|Glockenspiel|Music box|Vibraphone|Marimba|Xylophone|Tubular bells|Dulcimer
Drawbar organ|Percussive organ|Rock organ|Church organ|Reed organ|Accordion|Harmonica|Tango accordion
Nylon guitar|Steel guitar|Jazz guitar|Clean guitar|Muted guitar|Overdriven guitar|Distortion guitar|Guitar harmonics
Acoustic bass|Fingered bass|Picked bass|Fretless bass|Slap bass 1|Slap bass 2|Synth bass 1|Synth bass 2
Violin|Viola|Cello|Double bass|Tremolo strings|Pizzicato strings|Harp|Timpani
String ensemble 1|String ensemble 2|Synth strings 1|Synth strings 2|Choir aahs|Voice oohs|Synth voice|Orchestra hit
Trumpet|Trombone|Tuba|Muted trumpet|French horn|Brass section|Synth brass 1|Synth brass 2
Soprano sax|Alto sax|Tenor sax|Baritone sax|Oboe|English horn|Bassoon|Clarinet
Piccolo|Flute|Recorder|Pan flute|Blown bottle|Shakuhachi|Whistle|Ocarina
Square lead|Saw lead|Calliope lead|Chiff lead|Charang lead|Voice lead|Fifths lead|Bass and lead
New age pad|Warm pad|Polysynth pad|Choir pad|Bowed pad|Metallic pad|Halo pad|Sweep pad
Rain|Soundtrack|Crystal|Atmosphere|Brightness|Goblins|Echoes|Sci-fi
Sitar|Banjo|Shamisen|Koto|Kalimba|Bagpipe|Fiddle|Shanai
Tinkle bell|Agogo|Steel drums|Woodblock|Taiko drum|Melodic tom|Synth drum|Reverse cymbal
Guitar fret noise|Breath noise|Seashore|Bird tweet|Telephone ring|Helicopter|Applause|Gunshot`
    .split('\n')
    .flatMap((line) => line.split('|'));

export interface Instrument {
  readonly font: string;
  readonly fontName: string;
  readonly bank: number;
  readonly program: number;
  readonly name: string;
  readonly own: string; // the SoundFont's own name for it
  readonly family: string;
  readonly synth: string; // id of a synthesiser, '' of a SoundFont
}

// What a track is told when it is to play on an instrument.
export function fieldsOf({ bank, program, font, synth }: Instrument): {
  bank?: number;
  program?: number;
  soundfont?: string;
  instrument: string;
} {
  return synth ? { instrument: synth } : { bank, program, soundfont: font, instrument: '' };
}

const SYNTHS: readonly Instrument[] = synths.map(({ id, name, summary }) => ({
  font: '',
  fontName: '',
  bank: 0,
  program: 0,
  name,
  own: summary,
  family: SYNTHESISERS,
  synth: id,
}));

export function programName(bank: number, program: number, own = ''): string {
  if (bank === 0) return PROGRAM_NAMES[program] ?? `Program ${program + 1}`;
  return own.trim() || `Bank ${bank}, program ${program + 1}`;
}

export function familyOf(bank: number, program: number): string {
  if (bank === DRUM_BANK) return DRUM_KITS;
  return bank === 0 ? FAMILIES[program >> 3]! : VARIATIONS;
}

// All presets of all fonts: General MIDI's first, in their order, then variations, then kits; last
// the synthesisers.
export function instrumentsOf(fonts: readonly FontInfo[]): Instrument[] {
  return [...presetsOf(fonts), ...SYNTHS];
}

function presetsOf(fonts: readonly FontInfo[]): Instrument[] {
  const found = fonts.flatMap((font) =>
    font.presets.map(({ bank, program, name }) => ({
      font: font.id,
      fontName: font.name,
      bank,
      program,
      name: programName(bank, program, name),
      own: name,
      family: familyOf(bank, program),
      synth: '',
    })),
  );
  return found.sort((a, b) => a.bank - b.bank || a.program - b.program);
}

export function findInstrument(
  fonts: readonly FontInfo[],
  track: { soundfont: string; bank: number; program: number; instrument: string },
): Instrument | null {
  const synth = SYNTHS.find((s) => s.synth === track.instrument);
  if (synth) return synth;
  const font = fonts.find((f) => f.id === track.soundfont) ?? fonts[0];
  if (!font) return null;
  return presetsOf([font]).find((i) => i.bank === track.bank && i.program === track.program) ?? null;
}
