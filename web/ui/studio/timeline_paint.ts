// The timeline on a canvas: ruler, what each track plays, the lane of automation. Pure: a scene in,
// strokes out.
import type { NotesView, PointView, TakeView, Waveform } from '../../core';
import type { TimeMap } from '../lib/time';

export const RULER = 26;
export const ROW = 40;
export const LANE = 108;
export const LANE_PAD = 8;

export interface View {
  readonly left: number; // tick at the left edge
  readonly scale: number; // pixels a tick
}
export const xOf = (view: View, tick: number): number => (tick - view.left) * view.scale;
export const tickOf = (view: View, x: number): number => view.left + x / view.scale;

export interface Row {
  readonly y: number; // from the top of the rows
  readonly tone: string; // CSS colour, resolved
  readonly notes: readonly number[]; // indices into NotesView
  readonly takes: readonly TakeView[];
  readonly dim: boolean; // muted
  readonly chosen: boolean;
  readonly lane: LaneScene | null; // below it
}
export interface LaneScene {
  readonly points: readonly PointView[];
  readonly selected: ReadonlySet<string>;
  readonly place: (value: number) => number; // 0 … 1
  readonly at: (tick: number) => number | null; // the curve's value
  readonly now: number; // where the parameter stands without it
  readonly stroke: readonly { x: number; y: number }[]; // being drawn by hand
  readonly marks: readonly { place: number; text: string }[];
}

export interface TimelineScene {
  readonly view: View;
  readonly map: TimeMap;
  readonly notes: NotesView;
  readonly rows: readonly Row[];
  readonly scroll: number;
  readonly loop: { readonly on: boolean; readonly start: number; readonly end: number };
  readonly seconds: (tick: number) => number;
  readonly waveform: (take: TakeView) => Waveform | null;
  readonly lengthOf: (take: TakeView) => number; // seconds
}

type G = CanvasRenderingContext2D;
type Colour = (name: string) => string;

export function paintTimeline(
  g: G,
  width: number,
  height: number,
  style: CSSStyleDeclaration,
  scene: TimelineScene,
) {
  const colour: Colour = (name) => style.getPropertyValue(name).trim();
  const { view, map } = scene;
  g.globalAlpha = 1;
  g.fillStyle = colour('--ink');
  g.fillRect(0, 0, width, height);
  const bars = map.bars(Math.max(0, view.left), tickOf(view, width), Math.max(4, width / 46));
  // grid
  g.fillStyle = colour('--roll-line-beat');
  for (const bar of bars) g.fillRect(Math.round(xOf(view, bar.tick)), RULER, 1, height);
  g.save();
  g.beginPath();
  g.rect(0, RULER, width, height - RULER);
  g.clip();
  for (const row of scene.rows) {
    const y = RULER + row.y - scene.scroll;
    if (y > height || y + ROW + (row.lane ? LANE : 0) < RULER) continue;
    paintRow(g, width, y, colour, scene, row);
    if (row.lane) paintLane(g, width, y + ROW, colour, scene, row, row.lane);
  }
  g.restore();
  // ruler
  g.fillStyle = colour('--s1');
  g.fillRect(0, 0, width, RULER - 1);
  g.fillStyle = colour('--line');
  g.fillRect(0, RULER - 1, width, 1);
  g.font = `500 10.5px ${colour('--sans')}`;
  g.textAlign = 'left';
  g.textBaseline = 'middle';
  for (const bar of bars) {
    const x = Math.round(xOf(view, bar.tick));
    g.fillStyle = colour('--line2');
    g.fillRect(x, RULER - 8, 1, 7);
    g.fillStyle = colour('--mute');
    g.fillText(String(bar.bar), x + 4, RULER / 2 + 1);
  }
  const { loop } = scene;
  if (loop.end > loop.start) {
    g.fillStyle = colour(loop.on ? '--amber' : '--line2');
    g.fillRect(xOf(view, loop.start), 0, (loop.end - loop.start) * view.scale, 3);
  }
}

function paintRow(g: G, width: number, y: number, colour: Colour, scene: TimelineScene, row: Row) {
  const { view, notes } = scene;
  if (row.chosen) {
    g.fillStyle = colour('--s2');
    g.globalAlpha = 0.55;
    g.fillRect(0, y, width, ROW);
    g.globalAlpha = 1;
  }
  g.fillStyle = colour('--line');
  g.fillRect(0, y + ROW - 1, width, 1);
  const alpha = row.dim ? 0.35 : 1;
  if (row.notes.length > 0) {
    const first = row.notes[0]!;
    let end = 0;
    let low = 127;
    let high = 0;
    for (const i of row.notes) {
      end = Math.max(end, notes.start[i]! + notes.duration[i]!);
      low = Math.min(low, notes.key[i]!);
      high = Math.max(high, notes.key[i]!);
    }
    block(g, xOf(view, notes.start[first]!), y, (end - notes.start[first]!) * view.scale, row.tone, alpha);
    const room = ROW - 16;
    const step = Math.min(4, room / Math.max(1, high - low));
    const base = y + ROW - 8 - (room - step * (high - low)) / 2;
    g.fillStyle = row.tone;
    g.globalAlpha = 0.95 * alpha;
    const right = tickOf(view, width);
    for (const i of row.notes) {
      const start = notes.start[i]!;
      if (start > right) break;
      const x = xOf(view, start);
      const wide = Math.max(1.5, notes.duration[i]! * view.scale - 0.75);
      if (x + wide < 0) continue;
      g.fillRect(x, base - step * (notes.key[i]! - low) - 1.5, wide, 2.5);
    }
    g.globalAlpha = 1;
  }
  for (const take of row.takes) {
    const from = scene.seconds(take.start);
    const length = scene.lengthOf(take);
    const x = xOf(view, take.start);
    const wide = xOf(view, scene.map.ticks(from + length)) - x;
    if (x > width || x + wide < 0) continue;
    block(g, x, y, wide, row.tone, alpha);
    const wave = scene.waveform(take);
    if (!wave) continue;
    g.fillStyle = row.tone;
    g.globalAlpha = 0.9 * alpha;
    const middle = y + ROW / 2 + 1;
    const half = ROW / 2 - 7;
    for (let px = Math.max(0, Math.ceil(x)); px < Math.min(width, x + wide); px += 2) {
      const a = scene.seconds(tickOf(view, px)) - wave.startSeconds;
      const b = scene.seconds(tickOf(view, px + 2)) - wave.startSeconds;
      const i = Math.max(0, Math.floor(a / wave.secondsPerBin));
      const j = Math.max(i + 1, Math.ceil(b / wave.secondsPerBin));
      let low = 0;
      let high = 0;
      for (let k = i; k < Math.min(j, wave.min.length); k++) {
        low = Math.min(low, wave.min[k]!);
        high = Math.max(high, wave.max[k]!);
      }
      g.fillRect(px, middle - Math.min(1, high) * half, 1.25, Math.max(1, (high - low) * half));
    }
    g.globalAlpha = 1;
  }
}

function block(g: G, x: number, y: number, wide: number, tone: string, alpha: number) {
  g.fillStyle = tone;
  g.globalAlpha = 0.17 * alpha;
  g.fillRect(x, y + 3, Math.max(2, wide), ROW - 7);
  g.globalAlpha = alpha;
  g.fillRect(x, y + 3, Math.max(2, wide), 2);
  g.globalAlpha = 1;
}

function paintLane(
  g: G,
  width: number,
  y: number,
  colour: Colour,
  scene: TimelineScene,
  row: Row,
  lane: LaneScene,
) {
  const { view } = scene;
  const room = LANE - 2 * LANE_PAD;
  const yOf = (value: number) => y + LANE_PAD + (1 - lane.place(value)) * room;
  g.fillStyle = colour('--s1');
  g.globalAlpha = 0.8;
  g.fillRect(0, y, width, LANE - 1);
  g.globalAlpha = 1;
  g.fillStyle = colour('--line');
  g.fillRect(0, y + LANE - 1, width, 1);
  g.font = `500 9.5px ${colour('--sans')}`;
  g.textAlign = 'right';
  g.textBaseline = 'middle';
  for (const { place, text } of lane.marks) {
    const at = Math.round(y + LANE_PAD + (1 - place) * room);
    g.fillStyle = colour('--line');
    g.fillRect(0, at, width, 1);
    g.fillStyle = colour('--mute');
    g.fillText(text, width - 6, at - 6);
  }
  const bare = lane.points.length === 0;
  g.strokeStyle = bare ? colour('--mute') : colour('--amber');
  g.lineWidth = bare ? 1 : 1.6;
  if (bare) g.setLineDash([4, 4]);
  g.beginPath();
  // At every second pixel, and at the points themselves, where holds jump.
  const stops: number[] = [];
  for (let px = 0; px <= width; px += 2) stops.push(tickOf(view, px));
  for (const p of lane.points) stops.push(p.at - 0.5, p.at);
  stops.sort((a, b) => a - b);
  let begun = false;
  for (const tick of stops) {
    const x = xOf(view, tick);
    if (x < -4 || x > width + 4) continue;
    const at = yOf(lane.at(tick) ?? lane.now);
    if (begun) g.lineTo(x, at);
    else g.moveTo(x, at);
    begun = true;
  }
  g.stroke();
  g.setLineDash([]);
  for (const p of lane.points) {
    const x = xOf(view, p.at);
    if (x < -8 || x > width + 8) continue;
    const chosen = lane.selected.has(p.id);
    g.beginPath();
    g.arc(x, yOf(p.value), chosen ? 5 : 4, 0, 2 * Math.PI);
    g.fillStyle = chosen ? colour('--amber') : colour('--ink');
    g.fill();
    g.strokeStyle = colour(chosen ? '--text' : '--amber');
    g.lineWidth = 1.6;
    g.stroke();
  }
  if (lane.stroke.length > 1) {
    g.beginPath();
    lane.stroke.forEach((p, i) => (i === 0 ? g.moveTo(p.x, p.y) : g.lineTo(p.x, p.y)));
    g.strokeStyle = colour('--text');
    g.lineWidth = 1.4;
    g.stroke();
  }
  void row;
}
