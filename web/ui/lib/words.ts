// How musical things are written: real accidentals, a true minus, a unit on every number.

const SHARP_NAMES = ['C', 'C♯', 'D', 'D♯', 'E', 'F', 'F♯', 'G', 'G♯', 'A', 'A♯', 'B'] as const;
const FLAT_NAMES = ['C', 'D♭', 'D', 'E♭', 'E', 'F', 'G♭', 'G', 'A♭', 'A', 'B♭', 'B'] as const;

export const BLACK_KEYS: readonly boolean[] = SHARP_NAMES.map((name) => name.length > 1);

// True where the key signature is written with flats, so that B♭ is not called A♯.
export function prefersFlats(key: string): boolean {
  const match = /^([A-G])([♯♭#b]?)\s*(m(?:inor)?\b)?/i.exec(key.trim());
  if (!match) return false;
  if (match[2] === '♭' || match[2] === 'b') return true;
  if (match[2]) return false;
  const letter = match[1]!.toUpperCase();
  return match[3] ? 'DGCF'.includes(letter) : letter === 'F';
}

export function pitchClassName(pitchClass: number, flats = false): string {
  return (flats ? FLAT_NAMES : SHARP_NAMES)[((pitchClass % 12) + 12) % 12]!;
}

// MIDI key 60 is C4, as General MIDI players and this house say it.
export function noteName(key: number, flats = false): string {
  return `${pitchClassName(key, flats)}${Math.floor(key / 12) - 1}`;
}

// "C♯ sharp" would be odd; screen readers say "C sharp 4" when the sign is spelled out.
export function spokenNote(key: number, flats = false): string {
  return noteName(key, flats).replace('♯', ' sharp ').replace('♭', ' flat ');
}

// "F# minor" as files write it to "F♯ minor" as musicians do.
export function prettyKey(key: string): string {
  return key.replace(/^([A-Ga-g])#/, '$1♯').replace(/^([A-Ga-g])b(?![a-z])/, '$1♭');
}

// "F♯ minor" back to "F# minor".
export function plainKey(key: string): string {
  return key.replace('♯', '#').replace('♭', 'b');
}

export function signed(value: number, digits = 0): string {
  const rounded = Number(value.toFixed(digits));
  if (rounded === 0) return (0).toFixed(digits);
  return `${rounded < 0 ? '−' : '+'}${Math.abs(rounded).toFixed(digits)}`;
}

// A true minus and no plus: for levels, where a plus would shout.
export function minus(value: number, digits = 1): string {
  const rounded = Number(value.toFixed(digits));
  return `${rounded < 0 ? '−' : ''}${Math.abs(rounded).toFixed(digits)}`;
}

// "−14.2 dB"; silence is −∞.
export function decibels(value: number, unit = 'dB', digits = 1): string {
  // Meters of loudness end at −70 LUFS, the gate of BS.1770.
  if (!(value > (unit === 'LUFS' ? -69.95 : -99.95))) return `−∞ ${unit}`;
  return `${minus(value, digits)} ${unit}`;
}

export function hertz(rate: number): string {
  const kilo = rate / 1000;
  return `${Number.isInteger(kilo) ? kilo : kilo.toFixed(1)} kHz`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

export function sureness(confidence: number): string {
  if (confidence >= 0.8) return 'sure';
  return confidence >= 0.5 ? 'fairly sure' : 'unsure';
}

// "saved 2 s ago": short, and never counts seconds past a minute.
export function ago(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 2) return 'just now';
  if (seconds < 60) return `${seconds} s ago`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ago`;
  const days = Math.floor(hours / 24);
  return days === 1 ? 'yesterday' : `${days} days ago`;
}

// "C4" or "f#3" or "60" to a MIDI key; null when it is none.
export function parseNote(text: string): number | null {
  const match = /^\s*([A-Ga-g])\s*([♯♭#b]?)\s*(-?\d)\s*$/.exec(text);
  if (match) {
    const base = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 }[match[1]!.toUpperCase()]!;
    const shift = match[2] === '' ? 0 : match[2] === '♯' || match[2] === '#' ? 1 : -1;
    const key = base + shift + (Number(match[3]) + 1) * 12;
    return key >= 0 && key <= 127 ? key : null;
  }
  const number = Number(text.trim());
  return text.trim() !== '' && Number.isInteger(number) && number >= 0 && number <= 127 ? number : null;
}
