// Pictures of effects on a canvas. Pure: numbers in, strokes out.
import type { Plot } from '../../core';
import { minus } from '../lib/words';

export const RANGE_DB = 24;
const LOW_HZ = 20;
const HIGH_HZ = 20000;
const PAD = 8; // above and below the range
const FOOT = 14; // for the words at the bottom

export interface Handle {
  readonly hz: number;
  readonly db: number;
  readonly label: string;
  readonly lit: boolean;
}

export interface Extras {
  readonly handles: readonly Handle[];
  readonly reduction: number; // dB taken off now, NaN unknown
  readonly off: boolean;
}

export const xOfHz = (hz: number, width: number): number =>
  (Math.log(Math.min(HIGH_HZ, Math.max(LOW_HZ, hz)) / LOW_HZ) / Math.log(HIGH_HZ / LOW_HZ)) * width;
export const hzOfX = (x: number, width: number): number => LOW_HZ * (HIGH_HZ / LOW_HZ) ** (x / width);
export const yOfDb = (db: number, height: number, range = RANGE_DB): number =>
  PAD + ((range - db) / (2 * range)) * (height - 2 * PAD - FOOT);
export const dbOfY = (y: number, height: number, range = RANGE_DB): number =>
  range - ((y - PAD) / (height - 2 * PAD - FOOT)) * 2 * range;

type G = CanvasRenderingContext2D;
type Colour = (name: string) => string;

export function paintPlot(
  g: G,
  width: number,
  height: number,
  style: CSSStyleDeclaration,
  plot: Plot,
  extras: Extras,
) {
  const colour: Colour = (name) => style.getPropertyValue(name).trim();
  g.font = `500 9.5px ${colour('--sans')}`;
  g.lineWidth = 1;
  g.globalAlpha = 1;
  switch (plot.kind) {
    case 'response':
      return response(g, width, height, colour, plot, extras);
    case 'level':
      return level(g, width, height, colour, plot, extras);
    case 'transfer':
      return transfer(g, width, height, colour, plot, extras);
    case 'decay':
    case 'movement':
      return overTime(g, width, height, colour, plot, extras);
  }
}

function line(g: G, x1: number, y1: number, x2: number, y2: number) {
  g.beginPath();
  g.moveTo(Math.round(x1) + 0.5, Math.round(y1) + 0.5);
  g.lineTo(Math.round(x2) + 0.5, Math.round(y2) + 0.5);
  g.stroke();
}

function curve(g: G, count: number, x: (i: number) => number, y: (i: number) => number) {
  g.beginPath();
  for (let i = 0; i < count; i++) {
    if (i === 0) g.moveTo(x(i), y(i));
    else g.lineTo(x(i), y(i));
  }
}

const mark = (colour: Colour, off: boolean): string => colour(off ? '--mute' : '--amber');

function response(g: G, width: number, height: number, colour: Colour, plot: Plot, { handles, off }: Extras) {
  g.strokeStyle = colour('--line');
  g.fillStyle = colour('--mute');
  g.textBaseline = 'bottom';
  for (const hz of [50, 100, 200, 500, 1000, 2000, 5000, 10000]) {
    const x = xOfHz(hz, width);
    line(g, x, 0, x, height - FOOT);
    g.textAlign = 'center';
    g.fillText(hz >= 1000 ? `${hz / 1000}k` : String(hz), x, height - 1);
  }
  g.textAlign = 'left';
  g.textBaseline = 'middle';
  for (const db of [-18, -12, -6, 0, 6, 12, 18]) {
    const y = yOfDb(db, height);
    g.strokeStyle = colour(db === 0 ? '--line2' : '--line');
    line(g, 0, y, width, y);
    if (db % 12 === 0) g.fillText(db > 0 ? `+${db}` : minus(db, 0), 4, y - 6);
  }
  const ys = plot.y[0]!;
  const x = (i: number) => xOfHz(plot.x[i]!, width);
  const y = (i: number) => Math.min(height - FOOT, Math.max(-2, yOfDb(ys[i]!, height)));
  g.save();
  g.beginPath();
  g.rect(0, 0, width, height - FOOT);
  g.clip();
  curve(g, plot.x.length, x, y);
  g.strokeStyle = mark(colour, off);
  g.lineWidth = 1.75;
  g.stroke();
  g.lineTo(width, yOfDb(0, height));
  g.lineTo(0, yOfDb(0, height));
  g.closePath();
  g.globalAlpha = 0.1;
  g.fillStyle = mark(colour, off);
  g.fill();
  g.restore();
  const tones = ['--drums', '--bass', '--green', '--other', '--vocals', '--teal'];
  handles.forEach(({ hz, db, label, lit }, i) => {
    const [hx, hy] = [xOfHz(hz, width), yOfDb(db, height)];
    g.beginPath();
    g.arc(hx, hy, lit ? 7 : 5.5, 0, 2 * Math.PI);
    g.fillStyle = colour(label === '' ? '--amber' : tones[i % tones.length]!);
    g.globalAlpha = off ? 0.4 : 1;
    g.fill();
    g.lineWidth = 1.5;
    g.strokeStyle = colour(lit ? '--text' : '--ink');
    g.stroke();
    g.globalAlpha = 1;
    if (label !== '') {
      g.fillStyle = '#10141a';
      g.textAlign = 'center';
      g.textBaseline = 'middle';
      g.font = `650 8.5px ${colour('--sans')}`;
      g.fillText(label, hx, hy + 0.5);
    }
  });
}

const BOTTOM_DB = -60;

function level(g: G, width: number, height: number, colour: Colour, plot: Plot, { reduction, off }: Extras) {
  const size = height - 2;
  const left = Math.max(0, (width - size * 1.5) / 2);
  const wide = Math.min(width, size * 1.5);
  const x = (db: number) => left + ((db - BOTTOM_DB) / -BOTTOM_DB) * wide;
  const y = (db: number) => 1 + (Math.max(BOTTOM_DB, db) / BOTTOM_DB) * (size - 1);
  g.fillStyle = colour('--mute');
  for (let db = BOTTOM_DB; db <= 0; db += 12) {
    g.strokeStyle = colour('--line');
    line(g, x(db), 0, x(db), height - 1);
    line(g, left, y(db), left + wide, y(db));
    if (db > BOTTOM_DB) {
      g.textAlign = 'right';
      g.textBaseline = 'bottom';
      g.fillText(minus(db, 0), x(db) - 3, height - 2);
    }
  }
  g.strokeStyle = colour('--line2');
  g.setLineDash([3, 4]);
  line(g, x(BOTTOM_DB), y(BOTTOM_DB), x(0), y(0));
  g.setLineDash([]);
  const ys = plot.y[0]!;
  g.save();
  g.beginPath();
  g.rect(left, 0, wide, height);
  g.clip();
  curve(
    g,
    plot.x.length,
    (i) => x(plot.x[i]!),
    (i) => y(Math.min(12, ys[i]!)),
  );
  g.strokeStyle = mark(colour, off);
  g.lineWidth = 1.75;
  g.stroke();
  g.restore();
  if (!(reduction > 0.05) || off) return;
  // Where on the curve the effect works now: at the level that it turns down by as much.
  const quiet = plot.x[0]! - ys[0]!; // make-up and the like, which is no reduction
  for (let i = 0; i < plot.x.length; i++) {
    if (plot.x[i]! - ys[i]! - quiet < reduction) continue;
    g.beginPath();
    g.arc(x(plot.x[i]!), y(ys[i]!), 5, 0, 2 * Math.PI);
    g.fillStyle = colour('--text');
    g.fill();
    break;
  }
}

function transfer(g: G, width: number, height: number, colour: Colour, plot: Plot, { off }: Extras) {
  const middle = height / 2;
  const reach = middle - 6;
  const left = width / 2 - reach * 1.5;
  const x = (v: number) => left + (v + 1) * reach * 1.5;
  const y = (v: number) => middle - Math.min(1.04, Math.max(-1.04, v)) * reach;
  g.strokeStyle = colour('--line');
  for (const v of [-1, -0.5, 0.5, 1]) {
    line(g, x(v), y(1), x(v), y(-1));
    line(g, x(-1), y(v), x(1), y(v));
  }
  g.strokeStyle = colour('--line2');
  line(g, x(0), y(1), x(0), y(-1));
  line(g, x(-1), y(0), x(1), y(0));
  g.setLineDash([3, 4]);
  line(g, x(-1), y(-1), x(1), y(1));
  g.setLineDash([]);
  const ys = plot.y[0]!;
  curve(
    g,
    plot.x.length,
    (i) => x(plot.x[i]!),
    (i) => y(ys[i]!),
  );
  g.strokeStyle = mark(colour, off);
  g.lineWidth = 1.75;
  g.stroke();
  g.fillStyle = colour('--mute');
  g.textAlign = 'left';
  g.textBaseline = 'top';
  g.fillText('out', x(0) + 4, y(1));
  g.textAlign = 'right';
  g.textBaseline = 'bottom';
  g.fillText('in', x(1), y(0) - 2);
}

function overTime(g: G, width: number, height: number, colour: Colour, plot: Plot, { off }: Extras) {
  const top = plot.kind === 'decay' ? 0 : 6;
  const bottom = plot.kind === 'decay' ? -60 : -30;
  const end = plot.x.at(-1) ?? 1;
  const y = (db: number) =>
    2 + ((top - Math.min(top, Math.max(bottom, db))) / (top - bottom)) * (height - FOOT - 4);
  const x = (seconds: number) => (seconds / end) * width;
  g.fillStyle = colour('--mute');
  g.textBaseline = 'middle';
  g.textAlign = 'left';
  for (let db = top - (top % 12); db > bottom; db -= 12) {
    g.strokeStyle = colour(db === 0 ? '--line2' : '--line');
    line(g, 0, y(db), width, y(db));
    g.fillText(`${minus(db, 0)} dB`, 4, y(db) + 7);
  }
  g.textAlign = 'center';
  g.textBaseline = 'bottom';
  const step = [0.05, 0.1, 0.25, 0.5, 1, 2, 5].find((s) => end / s <= 9) ?? 10;
  for (let t = step; t < end - step / 2; t += step) {
    g.strokeStyle = colour('--line');
    line(g, x(t), 0, x(t), height - FOOT);
    g.fillText(step < 0.5 ? `${Math.round(t * 1000)} ms` : `${Number(t.toFixed(2))} s`, x(t), height - 1);
  }
  plot.y.forEach((ys, channel) => {
    const tone = off ? colour('--mute') : colour(channel === 0 ? '--amber' : '--other');
    curve(
      g,
      plot.x.length,
      (i) => x(plot.x[i]!),
      (i) => y(ys[i]!),
    );
    g.strokeStyle = tone;
    g.globalAlpha = channel === 0 ? 1 : 0.7;
    g.lineWidth = 1.25;
    g.stroke();
    if (plot.kind === 'decay' && channel === 0) {
      g.lineTo(width, height - FOOT);
      g.lineTo(0, height - FOOT);
      g.closePath();
      g.globalAlpha = 0.12;
      g.fillStyle = tone;
      g.fill();
    }
  });
  g.globalAlpha = 1;
}
