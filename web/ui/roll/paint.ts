// The still picture of the piano roll: rows, lines, pitch curve, notes, velocities. Painted only when
// something changed; what moves lies on the overlay.
import { BLACK_KEYS } from '../lib/words';
import { gridLines } from './grid';
import { paintGhosts, paintNotes } from './paint_notes';
import { paintVelocities } from './paint_velocities';
import { type Scene, visibleKeys } from './scene';
import { paintKeyboard, paintRuler } from './paint_edges';
import { gridHeight, tickOfX, xOfTick, yOfKey } from './view';

type Context = CanvasRenderingContext2D;

const LEAP = 5; // semitones

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
  strokeCurve(g, scene, palette.curve, 1.6);
  paintGhosts(g, scene);
  paintNotes(g, scene, () => strokeCurve(g, scene, palette.curveOnNote, 1.4));
  g.restore();
  if (layout.velocity > 0) paintVelocities(g, scene, (top, height) => paintLines(g, scene, top, height));
  paintKeyboard(g, scene);
  paintRuler(g, scene);
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
  let before = 0;
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
    // A leap within one step is a slip of the tracker or a new note: no line leads there.
    const leap = Math.abs(p - before) > LEAP;
    before = p;
    if (pen && !leap) g.lineTo(x, y);
    else g.moveTo(x, y);
    pen = true;
  }
}

function strokeCurve(g: Context, scene: Scene, colour: string, width: number): void {
  if (!scene.curve) return;
  traceCurve(g, scene);
  g.strokeStyle = colour;
  g.lineWidth = width;
  g.lineJoin = 'round';
  g.lineCap = 'round';
  g.stroke();
}
