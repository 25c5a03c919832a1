// The colours of the canvas, read from the theme's CSS variables so that they are stated in one place.

export interface RollPalette {
  readonly ink: string;
  readonly rowWhite: string;
  readonly rowBlack: string;
  readonly rowScale: string; // tint over the rows of the song's key
  readonly lineGrid: string;
  readonly lineBeat: string;
  readonly lineBar: string;
  readonly keyWhite: string;
  readonly keyBlack: string;
  readonly keyLabel: string;
  readonly keyDown: string;
  readonly rulerBack: string;
  readonly rulerText: string;
  readonly hairline: string;
  readonly note: string;
  readonly noteFade: string;
  readonly selected: string; // outline
  readonly tone: (colour: string) => string; // of another track: "var(--teal)" or a plain colour
  readonly curve: string;
  readonly curveOnNote: string;
  readonly playhead: string;
  readonly accent: string;
  readonly loop: string;
  readonly loopOff: string;
  readonly red: string;
  readonly text: string;
  readonly mute: string;
  readonly dim: string;
  readonly sans: string;
  readonly mono: string;
}

export function readPalette(element: Element): RollPalette {
  const style = getComputedStyle(element);
  const get = (name: string): string => style.getPropertyValue(name).trim();
  const tones: Record<string, string> = {};
  return {
    ink: get('--ink'),
    rowWhite: get('--roll-row-white'),
    rowBlack: get('--roll-row-black'),
    rowScale: get('--roll-row-scale'),
    lineGrid: get('--roll-line-grid'),
    lineBeat: get('--roll-line-beat'),
    lineBar: get('--roll-line-bar'),
    keyWhite: get('--roll-key-white'),
    keyBlack: get('--roll-key-black'),
    keyLabel: get('--roll-key-label'),
    keyDown: get('--amber'),
    rulerBack: get('--s1'),
    rulerText: get('--mute'),
    hairline: get('--line'),
    note: get('--roll-note'),
    noteFade: get('--roll-note-fade'),
    selected: get('--roll-selected'),
    tone: (colour) => {
      const name = /^var\((--[\w-]+)\)$/.exec(colour)?.[1];
      return name ? (tones[name] ??= get(name)) : colour || get('--mute');
    },
    curve: get('--teal'),
    curveOnNote: get('--roll-curve-on-note'),
    playhead: get('--roll-playhead'),
    accent: get('--amber'),
    loop: get('--amber'),
    loopOff: get('--line2'),
    red: get('--red'),
    text: get('--text'),
    mute: get('--mute'),
    dim: get('--dim'),
    sans: get('--sans'),
    mono: get('--mono'),
  };
}
