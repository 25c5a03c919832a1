// Made by `tutti openapi --synths` from the program's registry. Not for editing.
export interface SynthName {
  readonly id: string;
  readonly name: string;
  readonly summary: string;
}

export const synths: readonly SynthName[] = [
  {"id":"pad","name":"Pad","summary":"Detuned saws and triangles through a slowly moving low-pass: warm, endless chords."},
  {"id":"choir","name":"Choir","summary":"Voices that sing vowels and slowly change them."},
  {"id":"bell","name":"Bell","summary":"Bells, glass and electric pianos that ring and lose their brightness."},
  {"id":"pluck","name":"Pluck","summary":"Plucked strings: harp, nylon, steel, muted."},
  {"id":"bass","name":"Bass","summary":"A round sub bass: a sine with a little of its harmonics, softly overdriven."},
  {"id":"felt","name":"Felt piano","summary":"A soft piano with felt between hammers and strings."},
  {"id":"grains","name":"Grains","summary":"Clouds of short sounds around each note, with octaves, fifths and air."},
  {"id":"noise","name":"Noise","summary":"Wind, rain, the sea and the crackle of old records, each side its own."},
  {"id":"drums","name":"Drums","summary":"Synthesised drums on the keys of General MIDI: kick, snare, brush, hats, shaker, toms, cymbals, a swell and small percussion."},
];
