// The edges of the piano roll: the keyboard on the left and the ruler with bars and loop above.
import { BLACK_KEYS, noteName } from '../lib/words';
import type { Scene } from './scene';
import { LOOP_STRIP, gridHeight, keyOfY, tickOfX, xOfTick, yOfKey } from './view';

type Context = CanvasRenderingContext2D;

export function paintKeyboard(g: Context, scene: Scene): void {
  const { layout, view, palette, pressed } = scene;
  const top = layout.ruler;
  const height = gridHeight(layout);
  const width = layout.keys - 2;
  g.save();
  g.beginPath();
  g.rect(0, top, layout.keys, height);
  g.clip();
  g.fillStyle = palette.ink;
  g.fillRect(0, top, layout.keys, height);
  const high = keyOfY(layout, view, top + 0.5);
  const low = keyOfY(layout, view, top + height - 0.5);
  const blackWidth = Math.round(width * 0.62);
  for (let key = low; key <= high; ++key) {
    const y = Math.round(yOfKey(layout, view, key));
    const h = Math.round(yOfKey(layout, view, key - 1)) - y;
    const down = key === pressed;
    g.fillStyle = down ? palette.keyDown : palette.keyWhite;
    if (BLACK_KEYS[key % 12]) {
      // White keys meet behind the black one: a hairline in the middle of its row.
      g.fillStyle = palette.keyWhite;
      g.fillRect(blackWidth, y, width - blackWidth, h);
      g.fillStyle = palette.keyBlack;
      g.fillRect(blackWidth, y + Math.floor(h / 2), width - blackWidth, 1);
      g.fillStyle = down ? palette.keyDown : palette.keyBlack;
      g.fillRect(0, y, blackWidth, h);
    } else {
      g.fillRect(0, y, width, h);
      if (key % 12 === 0 || key % 12 === 5) {
        g.fillStyle = palette.keyBlack;
        g.fillRect(0, y + h - 1, width, 1);
      }
    }
  }
  g.font = `500 10px ${palette.sans}`;
  g.textAlign = 'right';
  g.textBaseline = 'middle';
  g.fillStyle = palette.keyLabel;
  for (let key = low; key <= high; ++key) {
    const everyWhite = view.row >= 22 && layout.keys >= 56 && !BLACK_KEYS[key % 12];
    if (key % 12 !== 0 && !everyWhite) continue;
    if (view.row < 6 && key % 24 !== 0) continue;
    g.globalAlpha = key % 12 === 0 ? 1 : 0.55;
    g.fillText(noteName(key, scene.flats), width - 4, yOfKey(layout, view, key) + view.row / 2 + 0.5);
  }
  g.globalAlpha = 1;
  g.restore();
  g.fillStyle = palette.hairline;
  g.fillRect(layout.keys - 1, top, 1, height);
}

export function paintRuler(g: Context, scene: Scene): void {
  const { layout, view, palette, map, loop } = scene;
  const right = layout.width;
  g.fillStyle = palette.rulerBack;
  g.fillRect(0, 0, right, layout.ruler);
  g.save();
  g.beginPath();
  g.rect(layout.keys, 0, right - layout.keys, layout.ruler);
  g.clip();
  if (loop.end > loop.start) {
    const x = xOfTick(layout, view, loop.start);
    const width = (loop.end - loop.start) * view.scale;
    g.fillStyle = loop.on ? palette.loop : palette.loopOff;
    g.globalAlpha = loop.on ? 0.14 : 0.35;
    g.fillRect(x, LOOP_STRIP - 4, width, layout.ruler - LOOP_STRIP + 4);
    g.globalAlpha = 1;
    g.fillRect(x, 2, width, 4);
    g.fillRect(Math.round(x), 2, 2, LOOP_STRIP);
    g.fillRect(Math.round(x + width) - 2, 2, 2, LOOP_STRIP);
  }
  const from = tickOfX(layout, view, layout.keys - 60);
  const to = tickOfX(layout, view, right);
  // Numbers stand at least 44 pixels apart.
  const bars = map.bars(from, to, Math.max(2, ((to - from) * view.scale) / 44));
  g.font = `500 11px ${palette.sans}`;
  g.textBaseline = 'alphabetic';
  g.textAlign = 'left';
  for (const bar of bars) {
    const x = Math.round(xOfTick(layout, view, bar.tick));
    g.fillStyle = palette.lineBar;
    g.fillRect(x, LOOP_STRIP + 2, 1, layout.ruler);
    g.fillStyle = palette.rulerText;
    g.fillText(String(bar.bar), x + 5, layout.ruler - 8);
  }
  paintMarks(g, scene, from, to);
  g.restore();
  g.fillStyle = palette.hairline;
  g.fillRect(0, layout.ruler - 1, right, 1);
  g.fillRect(layout.keys - 1, 0, 1, layout.ruler);
}

const MARK_ROOM = 52; // pixels a mark takes; those that would lie closer are left out

// Tempo and metre changes after the first stand on the ruler where they happen.
function paintMarks(g: Context, scene: Scene, from: number, to: number): void {
  const { layout, view, palette, map } = scene;
  const marks = [
    ...map.metres
      .slice(1)
      .map(({ at, numerator, denominator }) => ({ at, text: `${numerator}/${denominator}` })),
    ...map.tempos.slice(1).map(({ at, bpm }) => ({ at, text: `♩${bpm.toFixed(0)}` })),
  ];
  marks.sort((a, b) => a.at - b.at);
  g.font = `500 9px ${palette.sans}`;
  g.fillStyle = palette.accent;
  let free = -Infinity;
  for (const { at, text } of marks) {
    if (at < from || at > to) continue;
    const x = Math.round(xOfTick(layout, view, at)) + 5;
    if (x < free) continue;
    free = x + MARK_ROOM;
    g.fillText(text, x, LOOP_STRIP - 1);
  }
}
