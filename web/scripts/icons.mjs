// Draws the icons: four notes of a piano roll rising to the lamp, under the curve of a voice.
// npm run icons writes public/icons/*.svg and *.png.
import { mkdirSync, writeFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';

const out = new URL('../public/icons/', import.meta.url);
const INK = [13, 16, 20];
const LAMP = [255, 180, 87];
const TEAL = [91, 200, 189];
const MUTED = [148, 160, 177];

// In a square of side 1: x, y, width, height, colour.
const notes = [
  [0.16, 0.66, 0.17, 0.1, MUTED],
  [0.35, 0.52, 0.13, 0.1, MUTED],
  [0.5, 0.38, 0.13, 0.1, MUTED],
  [0.65, 0.26, 0.2, 0.1, LAMP],
];
// The voice glides through the middles of the notes.
const curve = (x) => {
  const points = notes.map(([nx, ny, w, h]) => [nx + w / 2, ny + h / 2]);
  if (x <= points[0][0]) return points[0][1] + 0.02 * Math.sin((points[0][0] - x) * 60);
  for (let i = 1; i < points.length; i++) {
    const [x0, y0] = points[i - 1];
    const [x1, y1] = points[i];
    if (x <= x1) {
      const t = (x - x0) / (x1 - x0);
      return y0 + (y1 - y0) * (t * t * (3 - 2 * t));
    }
  }
  return points.at(-1)[1] + 0.02 * Math.sin((x - points.at(-1)[0]) * 60);
};

const roundRect = (px, py, [x, y, w, h], r) => {
  const dx = Math.max(x + r - px, px - (x + w - r), 0);
  const dy = Math.max(y + r - py, py - (y + h - r), 0);
  return dx * dx + dy * dy <= r * r;
};

// `scale` shrinks the drawing towards the middle: masks cut the edges off.
function colourAt(px, py, scale, rounded) {
  if (rounded && !roundRect(px, py, [0, 0, 1, 1], 0.22)) return null;
  const x = (px - 0.5) / scale + 0.5;
  const y = (py - 0.5) / scale + 0.5;
  if (x > 0.14 && x < 0.87 && Math.abs(y - curve(x)) < 0.014) return TEAL;
  for (const note of notes) if (roundRect(x, y, note, 0.03)) return note[4];
  return INK;
}

function png(size, scale, rounded) {
  const steps = 4; // a side, for smooth edges
  const rows = Buffer.alloc(size * (1 + size * 4));
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const sum = [0, 0, 0, 0];
      for (let i = 0; i < steps * steps; i++) {
        const px = (x + ((i % steps) + 0.5) / steps) / size;
        const py = (y + (Math.floor(i / steps) + 0.5) / steps) / size;
        const colour = colourAt(px, py, scale, rounded);
        if (!colour) continue;
        for (let c = 0; c < 3; c++) sum[c] += colour[c];
        sum[3]++;
      }
      const at = y * (1 + size * 4) + 1 + x * 4;
      for (let c = 0; c < 3; c++) rows[at + c] = sum[3] ? Math.round(sum[c] / sum[3]) : 0;
      rows[at + 3] = Math.round((sum[3] / (steps * steps)) * 255);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 6, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const all = Buffer.alloc(body.length + 8);
  all.writeUInt32BE(data.length, 0);
  all.set(body, 4);
  all.writeUInt32BE(crc(body), body.length + 4);
  return all;
}

function crc(bytes) {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let i = 0; i < 8; i++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  }
  return (value ^ 0xffffffff) >>> 0;
}

function svg() {
  const hex = (c) => `#${c.map((v) => v.toString(16).padStart(2, '0')).join('')}`;
  const n = (v) => +(v * 512).toFixed(1);
  const bars = notes.map(
    ([x, y, w, h, c]) =>
      `<rect x="${n(x)}" y="${n(y)}" width="${n(w)}" height="${n(h)}" rx="15" fill="${hex(c)}"/>`,
  );
  const line = [];
  for (let x = 0.14; x <= 0.87; x += 0.01) line.push(`${n(x)},${n(curve(x))}`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512"><rect width="512" height="512" rx="112" fill="${hex(INK)}"/>${bars.join('')}<polyline points="${line.join(' ')}" fill="none" stroke="${hex(TEAL)}" stroke-width="14" stroke-linecap="round" stroke-linejoin="round"/></svg>\n`;
}

mkdirSync(out, { recursive: true });
writeFileSync(new URL('tutti.svg', out), svg());
writeFileSync(new URL('tutti-192.png', out), png(192, 1, true));
writeFileSync(new URL('tutti-512.png', out), png(512, 1, true));
writeFileSync(new URL('tutti-maskable-512.png', out), png(512, 0.75, false));
