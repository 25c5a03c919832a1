// The still picture of the piano roll: rows, lines, pitch curve, notes, velocities. Painted only when
// something changed; what moves lies on the overlay. Notes are batched by opacity so that ten thousand
// of them are a handful of fills.
import { BLACK_KEYS } from '../lib/words';
import { type Placed, applyPreview } from './drag';
import { gridLines } from './grid';
import type { Scene } from './scene';
import { paintKeyboard, paintRuler } from './paint_edges';
import { type Layout, gridHeight, keyOfY, tickOfX, velocityTop, xOfTick, yOfKey, yOfVelocity } from './view';

type Context = CanvasRenderingContext2D;

const LEVELS = 8; // steps of opacity
const ROUND_LIMIT = 1500; // above so many notes in sight corners are square
const CURVE_ON_NOTES_LIMIT = 400;

export function paintScene(g: Context, scene: Scene): void {
  const { layout, palette } = scene;
  g.fillStyle = palette.ink;
  g.fillRect(0, 0, layout.width, layout.height);
  g.save();
  g.beginPath();
  g.rect(layout.keys, layout.ruler, layout.width - layout.keys, gridHeight(layout));
  g.clip();
  paintRows(g, scene);
  paintLines(g, scene, layout.ruler, gridHeight(layout));
  paintCurve(g, scene, palette.curve, 1.6);
  paintGhosts(g, scene);
  paintNotes(g, scene);
  g.restore();
  if (layout.velocity > 0) paintVelocities(g, scene);
  paintKeyboard(g, scene);
  paintRuler(g, scene);
}

function visibleKeys({ layout, view }: Scene): { low: number; high: number } {
  return {
    high: keyOfY(layout, view, layout.ruler + 0.5),
    low: keyOfY(layout, view, layout.ruler + gridHeight(layout) - 0.5),
  };
}

function paintRows(g: Context, scene: Scene): void {
  const { layout, view, palette } = scene;
  const { low, high } = visibleKeys(scene);
  const width = layout.width - layout.keys;
  g.fillStyle = palette.rowWhite;
  g.fillRect(layout.keys, layout.ruler, width, gridHeight(layout));
  g.fillStyle = palette.rowBlack;
  for (let key = low; key <= high; ++key) {
    if (!BLACK_KEYS[key % 12]) continue;
    const top = Math.round(yOfKey(layout, view, key));
    g.fillRect(layout.keys, top, width, Math.round(yOfKey(layout, view, key - 1)) - top);
  }
  // A hairline under each B–C and E–F, as the eye knows it from the keyboard.
  g.fillStyle = palette.lineGrid;
  for (let key = low; key <= high; ++key) {
    if (key % 12 === 0 || key % 12 === 5) {
      g.fillRect(layout.keys, Math.round(yOfKey(layout, view, key - 1)) - 1, width, 1);
    }
  }
  if (scene.tonic >= 0) {
    g.fillStyle = palette.rowScale;
    for (let key = low; key <= high; ++key) {
      if (key % 12 !== scene.tonic) continue;
      g.fillRect(layout.keys, Math.round(yOfKey(layout, view, key)), width, Math.ceil(view.row));
    }
  }
}

function paintLines(g: Context, scene: Scene, top: number, height: number): void {
  const { layout, view, palette, map, grid } = scene;
  const from = tickOfX(layout, view, layout.keys);
  const to = tickOfX(layout, view, layout.width);
  const colours = { bar: palette.lineBar, beat: palette.lineBeat, grid: palette.lineGrid };
  for (const line of gridLines(map, grid, from, to, view.scale)) {
    g.fillStyle = colours[line.kind];
    g.fillRect(Math.round(xOfTick(layout, view, line.tick)), top, 1, height);
  }
}

// Traces the curve within the view, at most two points a pixel; gaps where unvoiced.
function traceCurve(g: Context, scene: Scene): void {
  const { layout, view, curve } = scene;
  if (!curve) return;
  const { ticks, pitch } = curve;
  const from = tickOfX(layout, view, layout.keys - 4);
  const to = tickOfX(layout, view, layout.width + 4);
  let i = 0;
  let high = ticks.length;
  while (i < high) {
    const middle = (i + high) >> 1;
    if (ticks[middle]! < from) i = middle + 1;
    else high = middle;
  }
  const minStep = 0.5 / view.scale;
  let pen = false;
  let last = -Infinity;
  g.beginPath();
  for (; i < ticks.length && ticks[i]! <= to; ++i) {
    const p = pitch[i]!;
    if (!(p > 0)) {
      pen = false;
      continue;
    }
    if (pen && ticks[i]! - last < minStep) continue;
    last = ticks[i]!;
    const x = xOfTick(layout, view, last);
    const y = layout.ruler + (view.top - p - 0.5) * view.row;
    if (pen) g.lineTo(x, y);
    else g.moveTo(x, y);
    pen = true;
  }
}

function paintCurve(g: Context, scene: Scene, colour: string, width: number): void {
  if (!scene.curve) return;
  traceCurve(g, scene);
  g.strokeStyle = colour;
  g.lineWidth = width;
  g.lineJoin = 'round';
  g.lineCap = 'round';
  g.stroke();
}

function paintGhosts(g: Context, scene: Scene): void {
  const { layout, view, index, palette, track } = scene;
  const { notes } = index;
  const { low, high } = visibleKeys(scene);
  const from = Math.floor(tickOfX(layout, view, layout.keys));
  const to = Math.ceil(tickOfX(layout, view, layout.width));
  let any = false;
  g.beginPath();
  index.visit(from, to, low, high, (i) => {
    if (notes.track[i] === track) return;
    any = true;
    const x = xOfTick(layout, view, notes.start[i]!);
    g.rect(x, yOfKey(layout, view, notes.key[i]!) + 1, notes.duration[i]! * view.scale, view.row - 2);
  });
  if (!any) return;
  g.fillStyle = palette.ghost;
  g.fill();
}

const placed: Placed = { start: 0, duration: 0, key: 0, velocity: 0 };

function place(scene: Scene, i: number): Placed {
  const { notes } = scene.index;
  placed.start = notes.start[i]!;
  placed.duration = notes.duration[i]!;
  placed.key = notes.key[i]!;
  placed.velocity = notes.velocity[i]!;
  return scene.selected[i] ? applyPreview(scene.preview, placed) : placed;
}

// Places of the track's notes in sight. While a drag is under way the selected ones are added whole,
// since they may come from outside the view.
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
  if (preview) {
    for (let i = 0; i < selected.length; ++i) if (selected[i]) found.push(i);
  }
  return found;
}

function addNote(g: Context, scene: Scene, p: Placed, round: boolean): void {
  const { layout, view } = scene;
  const x = xOfTick(layout, view, p.start) + 0.5;
  const y = yOfKey(layout, view, p.key) + 1;
  const width = Math.max(2, p.duration * view.scale - 1);
  const height = Math.max(2, view.row - 2);
  if (round) g.roundRect(x, y, width, height, Math.min(3, width / 2, height / 2));
  else g.rect(x, y, width, height);
}

function paintNotes(g: Context, scene: Scene): void {
  const { index, palette, selected, view } = scene;
  const sight = inSight(scene);
  const round = sight.length <= ROUND_LIMIT && view.row >= 8;
  const levels: number[][] = Array.from({ length: LEVELS }, () => []);
  const chosen: number[] = [];
  for (const i of sight) {
    const level = Math.round(index.notes.confidence[i]! * (LEVELS - 1));
    levels[Math.min(LEVELS - 1, Math.max(0, level))]!.push(i);
    if (selected[i]) chosen.push(i);
  }
  g.fillStyle = palette.note;
  levels.forEach((places, level) => {
    if (places.length === 0) return;
    g.globalAlpha = 0.36 + (0.6 * level) / (LEVELS - 1);
    g.beginPath();
    for (const i of places) addNote(g, scene, place(scene, i), round);
    g.fill();
  });
  g.globalAlpha = 1;
  if (scene.preview?.kind === 'move' && scene.preview.copy) paintOriginals(g, scene, chosen, round);
  if (scene.curve && sight.length <= CURVE_ON_NOTES_LIMIT && sight.length > 0) {
    g.save();
    g.beginPath();
    for (const i of sight) addNote(g, scene, place(scene, i), round);
    g.clip();
    paintCurve(g, scene, palette.curveOnNote, 1.4);
    g.restore();
  }
  if (chosen.length > 0) {
    g.strokeStyle = palette.selected;
    g.lineWidth = view.row >= 8 ? 1.5 : 1;
    g.beginPath();
    for (const i of chosen) addNote(g, scene, place(scene, i), round);
    g.stroke();
  }
}

// While a copy is dragged, what is copied stays where it is.
function paintOriginals(g: Context, scene: Scene, chosen: number[], round: boolean): void {
  const { notes } = scene.index;
  g.beginPath();
  for (const i of chosen) {
    placed.start = notes.start[i]!;
    placed.duration = notes.duration[i]!;
    placed.key = notes.key[i]!;
    addNote(g, scene, placed, round);
  }
  g.globalAlpha = 0.5;
  g.fill();
  g.globalAlpha = 1;
}

function paintVelocities(g: Context, scene: Scene): void {
  const { layout, view, palette, selected } = scene;
  const top = velocityTop(layout);
  const left = layout.keys;
  g.fillStyle = palette.ink;
  g.fillRect(0, top, layout.width, layout.velocity);
  g.save();
  g.beginPath();
  g.rect(left, top, layout.width - left, layout.velocity);
  g.clip();
  paintLines(g, scene, top, layout.velocity);
  const from = tickOfX(layout, view, left - 8);
  const sight = inStartSight(scene, from, tickOfX(layout, view, layout.width + 8));
  const stem = Math.min(6, Math.max(1.5, view.scale * 15360 * 0.12));
  const gradient = g.createLinearGradient(0, top, 0, layout.height);
  gradient.addColorStop(0, palette.note);
  gradient.addColorStop(1, palette.noteFade);
  const heads = stem >= 3 && sight.length <= ROUND_LIMIT;
  for (const pass of [0, 1]) {
    g.beginPath();
    let any = false;
    for (const i of sight) {
      if (selected[i] !== pass) continue;
      any = true;
      const p = place(scene, i);
      const y = yOfVelocity(layout, p.velocity);
      g.rect(xOfTick(layout, view, p.start) + 1, y, stem, layout.height - y);
    }
    if (!any) continue;
    g.fillStyle = gradient;
    g.globalAlpha = pass ? 1 : 0.85;
    g.fill();
    g.globalAlpha = 1;
    if (heads) paintHeads(g, scene, sight, pass, stem);
  }
  g.restore();
  g.fillStyle = palette.hairline;
  g.fillRect(0, top, layout.width, 1);
  paintVelocityLabel(g, layout, palette.mute, palette.sans, palette.rulerBack, palette.hairline);
}

function inStartSight(scene: Scene, from: number, to: number): number[] {
  const { index, track, preview, selected } = scene;
  const found: number[] = [];
  for (let i = index.firstFrom(from); i < index.notes.length && index.notes.start[i]! <= to; ++i) {
    if (index.notes.track[i] === track && !(preview && selected[i])) found.push(i);
  }
  if (preview) for (let i = 0; i < selected.length; ++i) if (selected[i]) found.push(i);
  return found;
}

function paintHeads(g: Context, scene: Scene, sight: number[], pass: number, stem: number): void {
  const { layout, view, palette, selected } = scene;
  g.beginPath();
  for (const i of sight) {
    if (selected[i] !== pass) continue;
    const p = place(scene, i);
    const x = xOfTick(layout, view, p.start) + 1 + stem / 2;
    const y = yOfVelocity(layout, p.velocity);
    g.moveTo(x + 3.5, y);
    g.arc(x, y, 3.5, 0, Math.PI * 2);
  }
  g.fillStyle = palette.note;
  g.fill();
  if (!pass) return;
  g.strokeStyle = palette.selected;
  g.lineWidth = 1.5;
  g.stroke();
}

function paintVelocityLabel(
  g: Context,
  layout: Layout,
  colour: string,
  font: string,
  back: string,
  line: string,
): void {
  const top = velocityTop(layout);
  g.fillStyle = back;
  g.fillRect(0, top + 1, layout.keys - 1, layout.velocity);
  g.fillStyle = line;
  g.fillRect(layout.keys - 1, top, 1, layout.velocity);
  g.fillStyle = colour;
  g.font = `11px ${font}`;
  g.textAlign = 'right';
  g.textBaseline = 'middle';
  g.fillText(layout.keys > 50 ? 'Velocity' : 'Vel', layout.keys - 8, top + layout.velocity / 2);
  g.textAlign = 'left';
  g.textBaseline = 'alphabetic';
}
