// Key combinations as text ("Ctrl+Shift+Z"), from key events and as key-caps on the screen.
// Ctrl stands for ⌘ on Apple machines. Letters follow the person's layout, not the key's place.

export interface Chord {
  readonly ctrl: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
  readonly key: string; // lower case; 'space', 'arrowleft', 'enter' …
}

export function parseChord(text: string): Chord {
  const parts = text.split('+');
  // "Ctrl++" and "+" end in the plus key itself.
  const last = text.endsWith('+') ? '+' : parts.at(-1)!;
  const names = (text.endsWith('+') ? parts.slice(0, -2) : parts.slice(0, -1)).map((p) => p.toLowerCase());
  return normal({
    ctrl: names.includes('ctrl'),
    alt: names.includes('alt'),
    shift: names.includes('shift'),
    key: last.toLowerCase(),
  });
}

// Signs such as ? and { already say whether Shift was needed on this layout: it is not asked for.
function normal(chord: Chord): Chord {
  const sign = chord.key.length === 1 && !/[\p{L}\p{N}]/u.test(chord.key);
  return sign ? { ...chord, shift: false } : chord;
}

export interface KeyLike {
  readonly key: string;
  readonly code?: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  getModifierState?(name: string): boolean;
}

export function chordOf(event: KeyLike): Chord {
  const key = event.key === ' ' ? 'space' : event.key.toLowerCase();
  const altGraph = event.getModifierState?.('AltGraph') ?? false;
  return normal({
    ctrl: !altGraph && (event.ctrlKey || event.metaKey),
    alt: !altGraph && event.altKey,
    shift: event.shiftKey,
    key,
  });
}

// The digit of the key's place, where the layout writes another sign there (Shift+1 is ! on many, & is
// 1 on the French one): looked up when the sign itself means nothing.
export function digitChord(event: KeyLike): Chord | null {
  const digit = /^Digit(\d)$/.exec(event.code ?? '')?.[1];
  return digit === undefined ? null : { ...chordOf(event), shift: event.shiftKey, key: digit };
}

export function chordId(chord: Chord): string {
  return `${chord.ctrl ? 'ctrl+' : ''}${chord.alt ? 'alt+' : ''}${chord.shift ? 'shift+' : ''}${chord.key}`;
}

export const isApple = (): boolean =>
  typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform);

const CAPS: Record<string, string> = {
  arrowleft: '←',
  arrowright: '→',
  arrowup: '↑',
  arrowdown: '↓',
  space: 'Space',
  enter: 'Enter',
  escape: 'Esc',
  delete: 'Del',
  backspace: '⌫',
  tab: 'Tab',
  home: 'Home',
  end: 'End',
  pageup: 'Page ↑',
  pagedown: 'Page ↓',
  '-': '−',
};

// The caps of a combination, one string a key.
export function caps(text: string, apple = isApple()): string[] {
  const chord = parseChord(text);
  const found: string[] = [];
  if (chord.ctrl) found.push(apple ? '⌘' : 'Ctrl');
  if (chord.alt) found.push(apple ? '⌥' : 'Alt');
  if (chord.shift) found.push(apple ? '⇧' : 'Shift');
  const short = chord.key.length === 1 || /^f\d+$/.test(chord.key);
  found.push(CAPS[chord.key] ?? (short ? chord.key.toUpperCase() : chord.key));
  return found;
}

// As aria-keyshortcuts wants it: "Control+Shift+Z".
export function ariaKeys(text: string): string {
  const chord = parseChord(text);
  const key =
    chord.key === 'space'
      ? 'Space'
      : chord.key.replace(/^arrow(.)/, (_, c: string) => `Arrow${c.toUpperCase()}`);
  return [chord.ctrl && 'Control', chord.alt && 'Alt', chord.shift && 'Shift', key].filter(Boolean).join('+');
}
