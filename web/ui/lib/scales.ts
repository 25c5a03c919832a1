// Which pitch classes belong to a key named as the document names it: "F# minor", "Bb major".
const MODES: Record<string, readonly number[]> = {
  major: [0, 2, 4, 5, 7, 9, 11],
  minor: [0, 2, 3, 5, 7, 8, 10],
  dorian: [0, 2, 3, 5, 7, 9, 10],
  phrygian: [0, 1, 3, 5, 7, 8, 10],
  lydian: [0, 2, 4, 6, 7, 9, 11],
  mixolydian: [0, 2, 4, 5, 7, 9, 10],
  locrian: [0, 1, 3, 5, 6, 8, 10],
};

const LETTERS: Record<string, number> = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 };

function parse(key: string): { tonic: number; mode: string } | null {
  const match = /^([A-G])([#b♯♭]?)\s+(\w+)$/i.exec(key.trim());
  if (!match) return null;
  const letter = LETTERS[match[1]!.toUpperCase()]!;
  const sign = match[2] === '' ? 0 : match[2] === '#' || match[2] === '♯' ? 1 : -1;
  return { tonic: (letter + sign + 12) % 12, mode: match[3]!.toLowerCase() };
}

export function tonicOf(key: string): number {
  return parse(key)?.tonic ?? -1;
}

export function scaleOf(key: string): readonly boolean[] | null {
  const parsed = parse(key);
  const steps = parsed && MODES[parsed.mode];
  if (!steps) return null;
  return Array.from({ length: 12 }, (_, pc) => steps.includes((pc - parsed.tonic + 12) % 12));
}

// The 24 keys a person chooses from, in the order of a piano's keys, written with the fewer signs.
export const KEY_NAMES: readonly string[] = ['major', 'minor'].flatMap((mode) =>
  (mode === 'major'
    ? ['C', 'Db', 'D', 'Eb', 'E', 'F', 'F#', 'G', 'Ab', 'A', 'Bb', 'B']
    : ['C', 'C#', 'D', 'Eb', 'E', 'F', 'F#', 'G', 'G#', 'A', 'Bb', 'B']
  ).map((tonic) => `${tonic} ${mode}`),
);
