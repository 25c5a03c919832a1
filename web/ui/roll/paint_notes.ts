// The notes of the piano roll: opacity tells confidence, an outline tells selection.
//
// Few notes are drawn with round corners and the pitch curve over them; a crowd is drawn as plain
// rectangles on whole pixels, which software and hardware alike fill without anti-aliasing.
import { type Placed, applyPreview } from './drag';
import { type Scene, visibleKeys } from './scene';
import { type Layout, type View, tickOfX, xOfTick, yOfKey } from './view';

type Context = CanvasRenderingContext2D;

const LEVELS = 8; // steps of opacity
const CROWD = 700; // notes in sight from which they are drawn plainly
const CURVE_LIMIT = 400;

const placed: Placed = { start: 0, duration: 0, key: 0, velocity: 0 };

// Where a note stands now: as it is, or as the drag under way would leave it. The object is reused.
export function placeOf(scene: Scene, i: number, original = false): Placed {
  const { notes } = scene.index;
  placed.start = notes.start[i]!;
  placed.duration = notes.duration[i]!;
  placed.key = notes.key[i]!;
  placed.velocity = notes.velocity[i]!;
  return scene.selected[i] && !original ? applyPreview(scene.preview, placed) : placed;
}

// Places of the track's notes in sight. While a drag is under way the selected ones count where the
// drag would put them, since they may come from outside the view.
function inSight(scene: Scene): number[] {
  const { layout, view, index, track, preview, selected } = scene;
  const { low, high } = visibleKeys(scene);
  const from = Math.floor(tickOfX(layout, view, layout.keys - 2));
  const to = Math.ceil(tickOfX(layout, view, layout.width + 2));
  const found: number[] = [];
  const { notes } = index;
  index.visit(from, to, low, high, (i) => {
    if (notes.track[i] === track && !(preview && selected[i])) found.push(i);
  });
  if (!preview) return found;
  for (let i = 0; i < selected.length; ++i) {
    if (!selected[i]) continue;
    const p = placeOf(scene, i);
    if (p.start < to && p.start + p.duration > from && p.key >= low && p.key <= high) found.push(i);
  }
  return found;
}

export function paintGhosts(g: Context, scene: Scene): void {
  const { layout, view, index, palette, track } = scene;
  const { notes } = index;
  const { low, high } = visibleKeys(scene);
  const from = Math.floor(tickOfX(layout, view, layout.keys));
  const to = Math.ceil(tickOfX(layout, view, layout.width));
  g.globalAlpha = 0.26;
  let tone = -1;
  index.visit(from, to, low, high, (i) => {
    const of = notes.track[i]!;
    if (of === track) return;
    if (of !== tone) g.fillStyle = palette.tone(scene.tones[of] ?? '');
    tone = of;
    fillPlain(g, layout, view, notes.start[i]!, notes.duration[i]!, notes.key[i]!);
  });
  g.globalAlpha = 1;
}

export function paintNotes(g: Context, scene: Scene, strokeCurve: () => void): void {
  const { index, palette, selected } = scene;
  const sight = inSight(scene);
  const crowd = sight.length > CROWD || scene.view.row < 8;
  const levels: number[][] = Array.from({ length: LEVELS }, () => []);
  const chosen: number[] = [];
  for (const i of sight) {
    const level = Math.round(index.notes.confidence[i]! * (LEVELS - 1));
    levels[Math.min(LEVELS - 1, Math.max(0, level))]!.push(i);
    if (selected[i]) chosen.push(i);
  }
  if (scene.preview?.kind === 'move' && scene.preview.copy) {
    // What is copied stays where it is.
    g.fillStyle = palette.note;
    g.globalAlpha = 0.5;
    for (const i of chosen) fillNote(g, scene, placeOf(scene, i, true), crowd);
  }
  g.fillStyle = palette.note;
  levels.forEach((places, level) => {
    g.globalAlpha = 0.36 + (0.6 * level) / (LEVELS - 1);
    for (const i of places) fillNote(g, scene, placeOf(scene, i), crowd);
  });
  g.globalAlpha = 1;
  if (scene.curve && !crowd && sight.length > 0 && sight.length <= CURVE_LIMIT) {
    g.save();
    g.beginPath();
    for (const i of sight) outline(g, scene, placeOf(scene, i));
    g.clip();
    strokeCurve();
    g.restore();
  }
  if (crowd) {
    g.fillStyle = palette.selected;
    for (const i of chosen) fillNote(g, scene, placeOf(scene, i), true);
    return;
  }
  g.strokeStyle = palette.selected;
  g.lineWidth = 1.5;
  for (const i of chosen) {
    g.beginPath();
    outline(g, scene, placeOf(scene, i));
    g.stroke();
  }
}

function fillNote(g: Context, scene: Scene, p: Placed, plain: boolean): void {
  if (plain) {
    fillPlain(g, scene.layout, scene.view, p.start, p.duration, p.key);
    return;
  }
  g.beginPath();
  outline(g, scene, p);
  g.fill();
}

function fillPlain(
  g: Context,
  layout: Layout,
  view: View,
  start: number,
  duration: number,
  key: number,
): void {
  const x = Math.round(xOfTick(layout, view, start));
  const right = Math.round(xOfTick(layout, view, start + duration));
  const y = Math.round(yOfKey(layout, view, key));
  const gap = view.row >= 8 ? 2 : 1;
  const height = Math.max(2, Math.round(view.row) - gap);
  g.fillRect(x, y + (gap >> 1), Math.max(1, right - x - (right - x > 3 ? 1 : 0)), height);
}

function outline(g: Context, scene: Scene, p: Placed): void {
  const { layout, view } = scene;
  const x = xOfTick(layout, view, p.start) + 0.5;
  const y = yOfKey(layout, view, p.key) + 1;
  const width = Math.max(2, p.duration * view.scale - 1);
  const height = Math.max(2, view.row - 2);
  g.roundRect(x, y, width, height, Math.min(3, width / 2, height / 2));
}
