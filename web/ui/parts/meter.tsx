// The master meter: RMS as the bar, peak as the line that stays a while, limiter's work from the right.
import { useMemo } from 'react';
import type { Session } from '../../core';
import { useApp } from '../lib/app';
import { meterPlace } from '../lib/levels';
import { Canvas, type Paint } from './canvas';

const HOLD_MS = 1200;
const FALL = 26; // dB a second, after the hold
const MARKS = [-48, -24, -12, -6, 0];

interface Held {
  db: number;
  since: number;
}

function painter(session: Session): { paint: Paint; changed: () => boolean } {
  const held: [Held, Held] = [
    { db: -Infinity, since: 0 },
    { db: -Infinity, since: 0 },
  ];
  const bars = [-Infinity, -Infinity];
  let reduction = 0;
  let last = 0;
  let shown = '';
  const step = (): boolean => {
    const now = performance.now();
    const seconds = Math.min(0.1, (now - last) / 1000);
    last = now;
    const meters = session.playback.meters();
    reduction = meters.reduction;
    for (const i of [0, 1] as const) {
      const hold = held[i];
      if (meters.peak[i] >= hold.db) Object.assign(hold, { db: meters.peak[i], since: now });
      else if (now - hold.since > HOLD_MS) hold.db -= FALL * seconds;
      bars[i] = Math.max(meters.rms[i], bars[i]! - FALL * 1.6 * seconds);
      if (hold.db < -70) hold.db = -Infinity;
      if (bars[i]! < -70) bars[i] = -Infinity;
    }
    const key = `${held.map((h) => meterPlace(h.db).toFixed(3)).join()}${bars.map((b) => meterPlace(b).toFixed(3)).join()}${reduction.toFixed(1)}`;
    const moved = key !== shown;
    shown = key;
    return moved;
  };
  const draw: Paint = (g, width, _height, style) => {
    const colour = (name: string): string => style.getPropertyValue(name).trim();
    const green = colour('--green');
    const yellow = colour('--bass');
    const red = colour('--red');
    [0, 1].forEach((i) => {
      const top = i * 9;
      g.fillStyle = colour('--s3');
      g.fillRect(0, top, width, 7);
      const to = meterPlace(bars[i]!) * width;
      const zones: [number, string][] = [
        [meterPlace(-12), green],
        [meterPlace(-3), yellow],
        [1, red],
      ];
      let from = 0;
      for (const [end, tone] of zones) {
        const stop = Math.min(to, end * width);
        g.fillStyle = tone;
        g.globalAlpha = 0.85;
        if (stop > from) g.fillRect(from, top, stop - from, 7);
        from = end * width;
      }
      g.globalAlpha = 1;
      const peak = held[i as 0 | 1].db;
      if (peak > -60) {
        g.fillStyle = peak > -3 ? red : peak > -12 ? yellow : green;
        g.fillRect(Math.min(width - 2, meterPlace(peak) * width - 1), top, 2, 7);
      }
    });
    if (reduction > 0.1) {
      g.fillStyle = colour('--amber');
      const wide = Math.min(1, reduction / 20) * width * 0.5;
      g.fillRect(width - wide, 17, wide, 2);
    }
    g.fillStyle = colour('--mute');
    g.font = `500 9.5px ${colour('--sans')}`;
    g.textBaseline = 'top';
    MARKS.forEach((db, i) => {
      const x = meterPlace(db) * width;
      g.textAlign = i === MARKS.length - 1 ? 'right' : 'center';
      g.fillText(db === 0 ? '0' : `−${-db}`, x, 21);
    });
  };
  return { paint: draw, changed: step };
}

export function MasterMeter() {
  const { session } = useApp();
  const { paint, changed } = useMemo(() => painter(session), [session]);
  return <Canvas paint={paint} changed={changed} height={32} label="Master level" />;
}
