// The music as it goes by: bars from right to left under a still playhead, notes in their voices'
// colours, chords named over them. Pure: numbers in, strokes out.
import type { StreamBar } from '../../core/stream_types';
import { prettyKey } from '../lib/words';
import { toneName } from './voices';

export const PLAYHEAD = 0.7; // of the width: a bar is known when it begins, and rings on beyond
const SECONDS = 20; // in sight, fewer where it is narrow
const HEAD = 30; // the row of chords
const DRUMS = 26; // the row of drums at the bottom
const LOW = 28;
const HIGH = 98; // MIDI note numbers in sight

export interface ScoreView {
  readonly bars: readonly StreamBar[];
  readonly frame: number; // at the ear
  readonly rate: number;
  readonly changeAt: number; // frame where what was asked is heard, -1: nothing waits
  readonly off: ReadonlySet<string>; // voices that are switched off
}

type Colours = (name: string) => string;

export function paintScore(
  g: CanvasRenderingContext2D,
  width: number,
  height: number,
  style: CSSStyleDeclaration,
  view: ScoreView,
): void {
  const colour: Colours = (name) => style.getPropertyValue(name).trim();
  const seconds = Math.min(SECONDS, Math.max(8, width / 50));
  const scale = width / (seconds * view.rate); // pixels a frame
  const x = (frame: number): number => width * PLAYHEAD + (frame - view.frame) * scale;
  const floor = height - DRUMS;
  const y = (key: number): number => HEAD + 6 + ((HIGH - key) / (HIGH - LOW)) * (floor - HEAD - 14);
  g.lineWidth = 1;
  g.font = `500 11px ${colour('--sans')}`;
  g.textBaseline = 'middle';

  // Octaves, faintly; the row of drums and of chords apart.
  g.fillStyle = colour('--s1');
  g.fillRect(0, 0, width, HEAD);
  g.fillRect(0, floor, width, DRUMS);
  g.fillStyle = colour('--roll-line-grid');
  for (let key = 36; key < HIGH; key += 12) g.fillRect(0, Math.round(y(key)), width, 1);
  g.fillStyle = colour('--line');
  g.fillRect(0, HEAD, width, 1);
  g.fillRect(0, floor, width, 1);

  for (const bar of view.bars) {
    const left = x(bar.frame);
    const right = x(bar.frame + bar.frames);
    if (right < -width * 0.3 || left > width) continue;
    grid(g, bar, left, right, height, colour);
    chords(g, bar, view.frame, x, width, colour);
    if (bar.index % 8 === 0) {
      g.fillStyle = colour('--mute');
      g.globalAlpha = 1;
      g.font = `500 10px ${colour('--sans')}`;
      g.fillText(bar.section, left + 7, HEAD + 11);
      g.font = `500 11px ${colour('--sans')}`;
    }
  }
  for (const bar of view.bars) notes(g, bar, view, x, y, floor, width, colour);

  if (view.changeAt >= 0) change(g, x(view.changeAt), width, height, colour);
  g.globalAlpha = 1;
  g.fillStyle = colour('--roll-playhead');
  g.fillRect(Math.round(width * PLAYHEAD), 0, 1, height);
}

function grid(
  g: CanvasRenderingContext2D,
  bar: StreamBar,
  left: number,
  right: number,
  height: number,
  colour: Colours,
): void {
  for (let beat = 0; beat < 4; beat++) {
    g.fillStyle = colour(beat === 0 ? '--roll-line-bar' : '--roll-line-grid');
    g.fillRect(Math.round(left + ((right - left) * beat) / 4), beat === 0 ? 0 : HEAD, 1, height);
  }
}

function chords(
  g: CanvasRenderingContext2D,
  bar: StreamBar,
  now: number,
  x: (frame: number) => number,
  width: number,
  colour: Colours,
): void {
  for (const chord of bar.chords) {
    const from = bar.frame + chord.at;
    const left = x(from);
    const right = x(from + chord.frames);
    if (right < 0 || left > width) continue;
    const sounding = now >= from && now < from + chord.frames;
    g.fillStyle = colour(sounding ? '--amber-back' : '--s2');
    g.globalAlpha = 1;
    g.beginPath();
    g.roundRect(left + 3, 5, Math.max(4, right - left - 6), HEAD - 10, 4);
    g.fill();
    g.fillStyle = colour(sounding ? '--amber' : now < from ? '--mute' : '--dim');
    g.font = `${sounding ? 650 : 500} 12px ${colour('--sans')}`;
    // The name of the chord that sounds stays in sight.
    const at = Math.min(Math.max(left, 0) + 10, right - 12);
    g.save();
    g.beginPath();
    g.rect(left + 3, 0, Math.max(0, right - left - 6), HEAD);
    g.clip();
    g.fillText(prettyKey(chord.name), at, HEAD / 2 + 0.5);
    g.restore();
  }
}

const DRUM_ROWS = 5;

function notes(
  g: CanvasRenderingContext2D,
  bar: StreamBar,
  view: ScoreView,
  x: (frame: number) => number,
  y: (key: number) => number,
  floor: number,
  width: number,
  colour: Colours,
): void {
  for (const note of bar.notes) {
    const from = bar.frame + note.start;
    const to = from + note.duration;
    const left = x(from);
    const right = Math.max(left + 2, x(to) - 1);
    if (right < 0 || left > width) continue;
    const sounding = view.frame >= from && view.frame < to;
    const played = view.frame >= to;
    const strength = 0.45 + (0.55 * note.velocity) / 127;
    g.fillStyle = colour(toneName(note.voice));
    g.globalAlpha = (sounding ? 1 : played ? 0.55 : 0.32) * strength * (view.off.has(note.voice) ? 0.3 : 1);
    if (note.voice === 'drums') {
      const row = drumRow(note.key);
      const reach = 2.2 + (2 * note.velocity) / 127;
      g.beginPath();
      g.arc(
        left + 2,
        floor + 4 + (row + 0.5) * ((DRUMS - 8) / DRUM_ROWS),
        sounding ? reach + 1.4 : reach,
        0,
        7,
      );
      g.fill();
      continue;
    }
    const thick = note.voice === 'pad' || note.voice === 'choir' || note.voice === 'texture' ? 3 : 5;
    const top = y(note.key) - thick / 2;
    if (sounding) {
      // A soft edge, as light on glass.
      const alpha = g.globalAlpha;
      g.globalAlpha = alpha * 0.16;
      g.beginPath();
      g.roundRect(left - 3, top - 4, right - left + 6, thick + 8, 6);
      g.fill();
      g.globalAlpha = alpha;
    }
    g.beginPath();
    g.roundRect(left, top, right - left, thick, thick / 2);
    g.fill();
  }
  g.globalAlpha = 1;
}

// Low drums below, bright ones above.
function drumRow(key: number): number {
  if (key <= 36) return 4;
  if (key <= 41) return 3;
  if (key <= 48) return 2;
  return key <= 60 ? 1 : 0;
}

// Where what was asked will be heard.
function change(
  g: CanvasRenderingContext2D,
  at: number,
  width: number,
  height: number,
  colour: Colours,
): void {
  if (at < 0 || at > width) return;
  g.strokeStyle = colour('--amber');
  g.globalAlpha = 0.9;
  g.setLineDash([3, 4]);
  g.beginPath();
  g.moveTo(Math.round(at) + 0.5, 0);
  g.lineTo(Math.round(at) + 0.5, height);
  g.stroke();
  g.setLineDash([]);
  g.fillStyle = colour('--amber');
  g.font = `600 10.5px ${colour('--sans')}`;
  g.fillText('change', at + 6, height - DRUMS - 10);
}
