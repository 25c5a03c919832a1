// The velocity lane: a stem and a head for each note. Where notes are denser than pixels, one stem a
// pixel, as high as the loudest there.
import { placeOf } from './paint_notes';
import type { Scene } from './scene';
import { tickOfX, velocityTop, xOfTick, yOfVelocity } from './view';

type Context = CanvasRenderingContext2D;

const CROWD = 700;

export function paintVelocities(
  g: Context,
  scene: Scene,
  paintLines: (top: number, height: number) => void,
): void {
  const { layout, palette } = scene;
  const top = velocityTop(layout);
  g.fillStyle = palette.ink;
  g.fillRect(0, top, layout.width, layout.velocity);
  g.save();
  g.beginPath();
  g.rect(layout.keys, top, layout.width - layout.keys, layout.velocity);
  g.clip();
  paintLines(top, layout.velocity);
  const sight = inSight(scene);
  if (sight.length > CROWD) paintCrowd(g, scene, sight);
  else paintStems(g, scene, sight);
  g.restore();
  g.fillStyle = palette.hairline;
  g.fillRect(0, top, layout.width, 1);
  paintLabel(g, scene);
}

// Notes that start in sight; while a drag is under way the selected ones wherever they come from.
function inSight(scene: Scene): number[] {
  const { layout, view, index, track, preview, selected } = scene;
  const from = tickOfX(layout, view, layout.keys - 8);
  const to = tickOfX(layout, view, layout.width + 8);
  const found: number[] = [];
  for (let i = index.firstFrom(from); i < index.notes.length && index.notes.start[i]! <= to; ++i) {
    if (index.notes.track[i] === track && !(preview && selected[i])) found.push(i);
  }
  if (!preview) return found;
  for (let i = 0; i < selected.length; ++i) {
    if (!selected[i]) continue;
    const { start } = placeOf(scene, i);
    if (start >= from && start <= to) found.push(i);
  }
  return found;
}

function paintCrowd(g: Context, scene: Scene, sight: readonly number[]): void {
  const { layout, view, palette, selected } = scene;
  const loudest = new Uint8Array(Math.ceil(layout.width) + 16);
  const chosen = new Uint8Array(loudest.length);
  for (const i of sight) {
    const p = placeOf(scene, i);
    const x = Math.max(0, Math.round(xOfTick(layout, view, p.start)));
    if (p.velocity > loudest[x]!) loudest[x] = p.velocity;
    if (selected[i] && p.velocity > chosen[x]!) chosen[x] = p.velocity;
  }
  g.globalAlpha = 0.6;
  for (const [column, colour] of [
    [loudest, palette.note],
    [chosen, palette.selected],
  ] as const) {
    g.fillStyle = colour;
    for (let x = 0; x < column.length; ++x) {
      if (!column[x]) continue;
      const y = Math.round(yOfVelocity(layout, column[x]!));
      g.fillRect(x, y, 1, layout.height - y);
    }
  }
  g.globalAlpha = 1;
}

function paintStems(g: Context, scene: Scene, sight: readonly number[]): void {
  const { layout, view, palette, selected } = scene;
  const stem = Math.min(6, Math.max(2, view.scale * 15360 * 0.12));
  const gradient = g.createLinearGradient(0, velocityTop(layout), 0, layout.height);
  gradient.addColorStop(0, palette.note);
  gradient.addColorStop(1, palette.noteFade);
  for (const pass of [0, 1]) {
    for (const i of sight) {
      if (selected[i] !== pass) continue;
      const p = placeOf(scene, i);
      const x = xOfTick(layout, view, p.start) + 1;
      const y = yOfVelocity(layout, p.velocity);
      g.fillStyle = gradient;
      g.globalAlpha = pass ? 1 : 0.85;
      g.fillRect(x, y, stem, layout.height - y);
      g.globalAlpha = 1;
      g.fillStyle = palette.note;
      g.beginPath();
      g.arc(x + stem / 2, y, stem < 3 ? 2.5 : 3.5, 0, Math.PI * 2);
      g.fill();
      if (!pass) continue;
      g.strokeStyle = palette.selected;
      g.lineWidth = 1.5;
      g.stroke();
    }
  }
}

function paintLabel(g: Context, scene: Scene): void {
  const { layout, palette } = scene;
  const top = velocityTop(layout);
  g.fillStyle = palette.rulerBack;
  g.fillRect(0, top + 1, layout.keys - 1, layout.velocity);
  g.fillStyle = palette.hairline;
  g.fillRect(layout.keys - 1, top, 1, layout.velocity);
  g.fillStyle = palette.mute;
  g.font = `11px ${palette.sans}`;
  g.textAlign = 'right';
  g.textBaseline = 'middle';
  g.fillText(layout.keys > 50 ? 'Velocity' : 'Vel', layout.keys - 8, top + layout.velocity / 2);
  g.textAlign = 'left';
  g.textBaseline = 'alphabetic';
}
