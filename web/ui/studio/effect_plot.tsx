// The picture of an effect as it is set, measured on the engine's own code (Mix.plot): a response with
// bands to drag, a static curve with the level's dot, a transfer curve, what rings on, how it moves.
import { type PointerEvent, useMemo, useRef, useState } from 'react';
import type { DeviceView, EffectInfo, ParameterInfo, Plot } from '../../core';
import { useApp } from '../lib/app';
import { desk } from '../lib/desk';
import { clampValue, grouped, parameterText } from '../lib/parameters';
import { useWheel } from '../lib/wheel';
import { Canvas, type Paint } from '../parts/canvas';
import { paintPlot, xOfHz, yOfDb, hzOfX, dbOfY, RANGE_DB } from './plot_paint';
import { useDesk, useGesture } from './use_desk';

const HEIGHT = 164;
const GRAB = 14; // px

export interface Band {
  readonly key: string; // of the group, '' without groups
  readonly label: string;
  readonly freq: ParameterInfo;
  readonly gain: ParameterInfo | undefined;
  readonly q: ParameterInfo | undefined;
  readonly on: ParameterInfo | undefined;
  readonly parameters: readonly ParameterInfo[];
}

const FREQ = /(^|_)(freq|frequency|cutoff)$/;
const GAIN = /(^|_)gain$/;
const Q = /(^|_)(q|resonance)$/;

// The places of a response that can be dragged: one a band, or one for the whole effect.
export function bandsOf(info: EffectInfo): Band[] {
  if (info.category !== 'equaliser' && info.category !== 'filter') return [];
  const { common, groups } = grouped(info.parameters);
  const made = (key: string, label: string, list: readonly ParameterInfo[]): Band[] => {
    const freq = list.find((p) => FREQ.test(p.id));
    if (!freq) return [];
    return [
      {
        key,
        label,
        freq,
        gain: list.find((p) => GAIN.test(p.id) && p.min < 0),
        q: list.find((p) => Q.test(p.id)),
        on: list.find((p) => /(^|_)on$/.test(p.id)),
        parameters: list,
      },
    ];
  };
  if (groups.length > 0) return groups.flatMap((g, i) => made(g.key, String(i + 1), g.parameters));
  return made('', '', common);
}

export function EffectPlot({ device, info }: { device: DeviceView; info: EffectInfo }) {
  const { session } = useApp();
  const plot = useMemo(() => session.mix.plot(info.id, device.values), [session, info.id, device.values]);
  if (!plot) return null;
  return <Drawn plot={plot} device={device} info={info} />;
}

function Drawn({ plot, device, info }: { plot: Plot; device: DeviceView; info: EffectInfo }) {
  const { session } = useApp();
  const bands = useMemo(() => bandsOf(info), [info]);
  const lit = useDesk((d) => d.groups[device.id]);
  const root = useRef<HTMLDivElement>(null);
  const drag = useRef<Band | null>(null);
  const [held, setHeld] = useState<Band | null>(null);
  const gesture = useGesture(`${info.name}: band`);
  const value = (p: ParameterInfo | undefined, otherwise = 0): number =>
    p ? (device.values[p.id] ?? p.initial) : otherwise;
  const touched = (b: Band): boolean => b.parameters.some((p) => value(p) !== p.initial);
  // A band as it comes does nothing: only those that were set are handles, and the chosen one.
  const shown = bands.filter(
    (b) => b.key === '' || ((touched(b) || b.key === lit) && (!b.on || value(b.on) > 0)),
  );
  const reduces = info.readings.findIndex((r) => /reduction/.test(r.id));
  const { paint, changed } = useMemo(() => {
    const handles = shown.map((b) => ({
      hz: value(b.freq),
      db: value(b.gain),
      label: b.label,
      lit: b.key === lit,
    }));
    const read = (): number => (reduces >= 0 ? Math.abs(session.mix.reading(device.id, reduces)) : NaN);
    const draw: Paint = (g, width, height, style) =>
      paintPlot(g, width, height, style, plot, { handles, reduction: read(), off: device.bypass });
    return { paint: draw, changed: mover(read) };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- what is drawn hangs on these alone
  }, [plot, device, lit, bands, session, reduces]);

  const place = (event: { clientX: number; clientY: number }) => {
    const box = root.current!.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top, width: box.width };
  };
  const nearest = (x: number, y: number, width: number): Band | null => {
    let best: Band | null = null;
    let distance = GRAB;
    for (const b of shown) {
      const far = Math.hypot(xOfHz(value(b.freq), width) - x, yOfDb(value(b.gain), HEIGHT) - y);
      if (far < distance) [best, distance] = [b, far];
    }
    return best;
  };
  const move = (band: Band, x: number, y: number, width: number, only: boolean): void => {
    const changes: [ParameterInfo, number][] = [[band.freq, hzOfX(x, width)]];
    if (band.gain && !only) changes.push([band.gain, dbOfY(y, HEIGHT)]);
    for (const [p, v] of changes) session.mix.setParameter(device.id, p.id, clampValue(p, v));
  };
  const choose = (band: Band): void => {
    if (band.key !== '') desk.setState((d) => ({ groups: { ...d.groups, [device.id]: band.key } }));
  };
  const onDown = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.button !== 0 || bands.length === 0) return;
    const { x, y, width } = place(event);
    const band = nearest(x, y, width);
    if (!band) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = band;
    choose(band);
    setHeld(band);
    gesture.begin();
  };
  const onMove = (event: PointerEvent): void => {
    const { x, y, width } = place(event);
    if (drag.current) move(drag.current, x, y, width, event.shiftKey);
  };
  const onUp = (): void => {
    if (!drag.current) return;
    drag.current = null;
    setHeld(null);
    gesture.end();
  };
  // On a band: as it came, which does nothing. Beside: the first free band, there.
  const onDouble = (event: { clientX: number; clientY: number }): void => {
    const { x, y, width } = place(event);
    const band = nearest(x, y, width);
    gesture.begin();
    if (band && band.key !== '') {
      for (const p of band.parameters)
        if (value(p) !== p.initial) session.mix.setParameter(device.id, p.id, p.initial);
    } else if (band?.gain) session.mix.setParameter(device.id, band.gain.id, 0);
    else if (!band) {
      const free = bands.find(
        (b) => b.key !== '' && (!touched(b) || (b.on !== undefined && value(b.on) === 0)),
      );
      if (free) {
        if (free.on) session.mix.setParameter(device.id, free.on.id, 1);
        move(free, x, y, width, false);
        choose(free);
      }
    }
    gesture.end();
  };
  useWheel(
    root,
    (way) => {
      const band = bands.find((b) => b.key === lit) ?? (bands.length === 1 ? bands[0] : undefined);
      if (!band?.q) return false;
      session.mix.setParameter(device.id, band.q.id, clampValue(band.q, value(band.q) * 1.08 ** way));
      return true;
    },
    gesture,
  );
  return (
    <div
      ref={root}
      className={`plot ${bands.length > 0 ? 'draggable' : ''}`}
      data-testid="plot"
      data-kind={plot.kind}
      title={
        bands.length > 0 ? 'Drag a band; wheel: width; double-click: add one, or take one away' : undefined
      }
      onPointerDown={onDown}
      onPointerMove={onMove}
      onPointerUp={onUp}
      onPointerCancel={onUp}
      onDoubleClick={onDouble}
    >
      <Canvas paint={paint} changed={changed} height={HEIGHT} label={spoken(plot, info)} />
      {held ? (
        <output className="plot-value">
          {parameterText(held.freq, value(held.freq))}
          {held.gain ? ` · ${parameterText(held.gain, value(held.gain))}` : ''}
          {held.q ? ` · Q ${value(held.q).toFixed(2)}` : ''}
        </output>
      ) : null}
    </div>
  );
}

// Whether a reading has moved by enough to be seen since it was last drawn.
function mover(read: () => number): () => boolean {
  let last = NaN;
  return () => {
    const now = read();
    const moved = Number.isFinite(now) && !(Math.abs(now - last) <= 0.05);
    if (moved) last = now;
    return moved;
  };
}

function spoken(plot: Plot, info: EffectInfo): string {
  switch (plot.kind) {
    case 'response':
      return `Frequency response of ${info.name}, 20 Hz to 20 kHz, ±${RANGE_DB} dB`;
    case 'level':
      return `Level out over level in of ${info.name}`;
    case 'transfer':
      return `Output over input of ${info.name}`;
    case 'decay':
      return `What rings on after an impulse through ${info.name}`;
    case 'movement':
      return `How ${info.name} moves a steady tone`;
  }
}
