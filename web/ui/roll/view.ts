// Where things lie in the piano roll: one canvas split into keyboard, ruler, grid and velocity lane,
// and the mapping between ticks and keys and CSS pixels. Pure; the picture, the pointer and the tests
// use the same numbers.

export const LOWEST_KEY = 0;
export const HIGHEST_KEY = 127;
export const MIN_ROW = 5;
export const MAX_ROW = 44;
export const MIN_SCALE = 0.25 / 15360; // pixels a tick: an hour at 120 fits 1,800 pixels
export const MAX_SCALE = 480 / 15360;

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly keys: number; // width of the keyboard
  readonly ruler: number; // height of the ruler
  readonly velocity: number; // height of the velocity lane, 0 when folded
}

export interface View {
  readonly left: number; // tick at the grid's left edge
  readonly top: number; // key at the grid's top edge, fractional: 84.0 is the top edge of key 83
  readonly scale: number; // pixels a tick
  readonly row: number; // pixels a key
}

export function gridWidth(layout: Layout): number {
  return Math.max(1, layout.width - layout.keys);
}

export function gridHeight(layout: Layout): number {
  return Math.max(1, layout.height - layout.ruler - layout.velocity);
}

export function layoutFor(width: number, height: number, compact: boolean): Layout {
  return {
    width,
    height,
    keys: compact ? 40 : 64,
    ruler: 28,
    velocity: height < 240 ? 0 : compact ? 56 : 92,
  };
}

export const xOfTick = (layout: Layout, view: View, tick: number): number =>
  layout.keys + (tick - view.left) * view.scale;

export const tickOfX = (layout: Layout, view: View, x: number): number =>
  view.left + (x - layout.keys) / view.scale;

// Top edge of a key's row.
export const yOfKey = (layout: Layout, view: View, key: number): number =>
  layout.ruler + (view.top - key - 1) * view.row;

export const keyOfY = (layout: Layout, view: View, y: number): number => {
  const key = Math.ceil(view.top - (y - layout.ruler) / view.row) - 1;
  return Math.min(HIGHEST_KEY, Math.max(LOWEST_KEY, key));
};

export const velocityTop = (layout: Layout): number => layout.height - layout.velocity;

const VELOCITY_PAD = 10;

export function yOfVelocity(layout: Layout, velocity: number): number {
  const usable = layout.velocity - VELOCITY_PAD - 2;
  return layout.height - 2 - (usable * velocity) / 127;
}

export function velocityOfY(layout: Layout, y: number): number {
  const usable = layout.velocity - VELOCITY_PAD - 2;
  const value = Math.round(((layout.height - 2 - y) / usable) * 127);
  return Math.min(127, Math.max(1, value));
}

// Keeps the view inside the keys and at or after tick 0; the right end is free.
export function clampView(layout: Layout, view: View): View {
  const row = Math.min(MAX_ROW, Math.max(MIN_ROW, view.row));
  const scale = Math.min(MAX_SCALE, Math.max(MIN_SCALE, view.scale));
  const rows = gridHeight(layout) / row;
  const highest = HIGHEST_KEY + 1;
  const top = rows >= highest ? highest : Math.min(highest, Math.max(rows, view.top));
  return { left: Math.max(0, view.left), top, scale, row };
}

// Zooms so that what lies under (x, y) stays there.
export function zoomAt(
  layout: Layout,
  view: View,
  x: number,
  y: number,
  factorX: number,
  factorY: number,
): View {
  const scale = Math.min(MAX_SCALE, Math.max(MIN_SCALE, view.scale * factorX));
  const row = Math.min(MAX_ROW, Math.max(MIN_ROW, view.row * factorY));
  const tick = tickOfX(layout, view, x);
  const key = view.top - (y - layout.ruler) / view.row;
  return clampView(layout, {
    scale,
    row,
    left: tick - (x - layout.keys) / scale,
    top: key + (y - layout.ruler) / row,
  });
}

export function panBy(layout: Layout, view: View, dx: number, dy: number): View {
  return clampView(layout, {
    ...view,
    left: view.left + dx / view.scale,
    top: view.top - dy / view.row,
  });
}

export interface Span {
  readonly start: number;
  readonly end: number;
  readonly low: number;
  readonly high: number;
}

// The view that shows a span with a little air, rows no taller than `maxRow`.
export function fitView(layout: Layout, span: Span, maxRow = 28): View {
  const width = gridWidth(layout);
  const height = gridHeight(layout);
  const length = Math.max(15360 * 4, span.end - span.start);
  const scale = Math.min(60 / 15360, (width * 0.96) / length);
  const keys = span.high - span.low + 1;
  const row = Math.min(maxRow, Math.max(MIN_ROW, height / (keys + 6)));
  const rows = height / row;
  return clampView(layout, {
    left: span.start,
    scale,
    row,
    top: (span.high + 1 + span.low) / 2 + rows / 2,
  });
}

// Moves the view as little as needed so that the tick and key lie inside with a margin.
export function reveal(layout: Layout, view: View, tick: number, key: number): View {
  const margin = Math.min(48, gridWidth(layout) / 4);
  const span = gridWidth(layout) / view.scale;
  const edge = margin / view.scale;
  let { left, top } = view;
  if (tick < left + edge) left = tick - edge;
  else if (tick > left + span - edge) left = tick - span + edge;
  const rows = gridHeight(layout) / view.row;
  if (key + 2 > top) top = key + 2;
  else if (key - 1 < top - rows) top = key - 1 + rows;
  return left === view.left && top === view.top ? view : clampView(layout, { ...view, left, top });
}

export type Region = 'corner' | 'ruler' | 'loop' | 'keys' | 'grid' | 'velocity' | 'velocityLabel';

// Height of the strip at the ruler's top where the loop is drawn and dragged.
export const LOOP_STRIP = 10;

export function regionAt(layout: Layout, x: number, y: number): Region {
  if (y < layout.ruler) {
    if (x < layout.keys) return 'corner';
    return y < LOOP_STRIP ? 'loop' : 'ruler';
  }
  if (layout.velocity > 0 && y >= velocityTop(layout)) {
    return x < layout.keys ? 'velocityLabel' : 'velocity';
  }
  return x < layout.keys ? 'keys' : 'grid';
}
