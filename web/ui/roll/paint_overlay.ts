// What moves above the still picture: playhead, sounding notes, rubber band, the note being drawn, the
// keyboard's cursor and the live trace of a hum. Cleared and painted whole each frame it changes.
import { gridHeight, keyOfY, tickOfX, velocityTop, xOfTick, yOfKey } from './view';
import type { Overlay, Scene } from './scene';

type Context = CanvasRenderingContext2D;

const LEAP = 5; // semitones: no line leads over a wider step (paint.ts)

export function paintOverlay(g: Context, scene: Scene, over: Overlay): void {
  const { layout, palette } = scene;
  g.clearRect(0, 0, layout.width, layout.height);
  g.save();
  g.beginPath();
  g.rect(layout.keys, layout.ruler, layout.width - layout.keys, gridHeight(layout));
  g.clip();
  if (over.hoverKey >= 0) paintHover(g, scene, over.hoverKey);
  if (over.playing) paintSounding(g, scene, over.playhead);
  if (over.trace) {
    // What was there before steps back while the new take is sung.
    g.fillStyle = palette.ink;
    g.globalAlpha = 0.5;
    g.fillRect(layout.keys, layout.ruler, layout.width, layout.height);
    g.globalAlpha = 1;
    paintTrace(g, scene, over.trace);
  }
  if (over.draft) paintDraft(g, scene, over.draft);
  if (over.cursor) paintCursor(g, scene, over.cursor);
  if (over.box) {
    const { ax, ay, bx, by } = over.box;
    g.fillStyle = palette.accent;
    g.globalAlpha = 0.08;
    g.fillRect(ax, ay, bx - ax, by - ay);
    g.globalAlpha = 0.9;
    g.strokeStyle = palette.accent;
    g.lineWidth = 1;
    g.strokeRect(Math.min(ax, bx) + 0.5, Math.min(ay, by) + 0.5, Math.abs(bx - ax), Math.abs(by - ay));
    g.globalAlpha = 1;
  }
  g.restore();
  paintPlayhead(g, scene, over);
}

function paintHover(g: Context, scene: Scene, key: number): void {
  const { layout, view, palette } = scene;
  g.fillStyle = palette.text;
  g.globalAlpha = 0.035;
  g.fillRect(layout.keys, yOfKey(layout, view, key), layout.width, view.row);
  g.globalAlpha = 1;
}

function paintSounding(g: Context, scene: Scene, playhead: number): void {
  const { layout, view, palette, index, track } = scene;
  const low = keyOfY(layout, view, layout.height - layout.velocity);
  const high = keyOfY(layout, view, layout.ruler);
  g.beginPath();
  index.visit(Math.floor(playhead), Math.floor(playhead) + 1, low, high, (i) => {
    if (index.notes.track[i] !== track) return;
    const x = xOfTick(layout, view, index.notes.start[i]!) + 0.5;
    const width = Math.max(2, index.notes.duration[i]! * view.scale - 1);
    const y = yOfKey(layout, view, index.notes.key[i]!) + 1;
    g.roundRect(x, y, width, Math.max(2, view.row - 2), Math.min(3, width / 2));
  });
  g.fillStyle = palette.playhead;
  g.globalAlpha = 0.42;
  g.fill();
  g.globalAlpha = 1;
}

function paintTrace(g: Context, scene: Scene, trace: NonNullable<Overlay['trace']>): void {
  const { layout, view, palette, map } = scene;
  const from = map.seconds(Math.max(0, tickOfX(layout, view, layout.keys))) - trace.startSeconds;
  const first = Math.max(0, Math.floor(from / trace.hop) - 1);
  let pen = false;
  let before = 0;
  g.beginPath();
  for (let i = first; i < trace.pitch.length; ++i) {
    const p = trace.pitch[i]!;
    if (!(p > 0)) {
      pen = false;
      continue;
    }
    const x = xOfTick(layout, view, map.ticks(trace.startSeconds + i * trace.hop));
    if (x > layout.width) break;
    const y = layout.ruler + (view.top - p - 0.5) * view.row;
    if (pen && Math.abs(p - before) < LEAP) g.lineTo(x, y);
    else g.moveTo(x, y);
    before = p;
    pen = true;
  }
  g.strokeStyle = palette.curve;
  g.lineWidth = 2.4;
  g.lineJoin = 'round';
  g.lineCap = 'round';
  g.stroke();
}

function paintDraft(g: Context, scene: Scene, draft: NonNullable<Overlay['draft']>): void {
  const { layout, view, palette } = scene;
  const x = xOfTick(layout, view, draft.start) + 0.5;
  const width = Math.max(3, draft.duration * view.scale - 1);
  g.beginPath();
  g.roundRect(x, yOfKey(layout, view, draft.key) + 1, width, Math.max(2, view.row - 2), 3);
  g.fillStyle = palette.note;
  g.fill();
  g.strokeStyle = palette.selected;
  g.lineWidth = 1.5;
  g.stroke();
}

function paintCursor(g: Context, scene: Scene, cursor: NonNullable<Overlay['cursor']>): void {
  const { layout, view, palette, grid } = scene;
  const x = Math.round(xOfTick(layout, view, cursor.tick));
  const y = yOfKey(layout, view, cursor.key);
  const width = Math.max(8, (grid || 3840) * view.scale);
  g.strokeStyle = palette.accent;
  g.lineWidth = 1;
  g.setLineDash([3, 3]);
  g.strokeRect(x + 0.5, Math.round(y) + 0.5, width, view.row);
  g.setLineDash([]);
  g.fillStyle = palette.accent;
  g.fillRect(x, Math.round(y), 2, view.row + 1);
}

function paintPlayhead(g: Context, scene: Scene, over: Overlay): void {
  const { layout, view, palette } = scene;
  const x = xOfTick(layout, view, over.playhead);
  if (x < layout.keys - 1 || x > layout.width) return;
  const left = Math.round(x * 2) / 2;
  g.fillStyle = over.recording ? palette.red : palette.playhead;
  const bottom = layout.velocity > 0 ? velocityTop(layout) : layout.height;
  g.fillRect(left, layout.ruler - 2, 1.5, bottom - layout.ruler + 2);
  g.beginPath();
  g.moveTo(left - 4.25, layout.ruler - 9);
  g.lineTo(left + 5.75, layout.ruler - 9);
  g.lineTo(left + 0.75, layout.ruler - 1);
  g.fill();
}
