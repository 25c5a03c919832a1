// What an effect shows while it works (gain reduction, loudness, correlation), eight times a second.
import { useEffect, useRef } from 'react';
import type { DeviceView, EffectInfo, ParameterInfo } from '../../core';
import { useApp } from '../lib/app';
import { onFrame } from '../lib/frames';
import { parameterText } from '../lib/parameters';

const EVERY_MS = 125;
const MOST = 8; // more than these are a spectrum, which the plot draws

export function Readings({ device, info }: { device: DeviceView; info: EffectInfo }) {
  const { session } = useApp();
  const row = useRef<HTMLDListElement>(null);
  const shown = info.readings.length <= MOST ? info.readings : [];
  useEffect(() => {
    let last = 0;
    return onFrame((now) => {
      if (now - last < EVERY_MS || !row.current) return;
      last = now;
      const cells = row.current.querySelectorAll('dd');
      info.readings.slice(0, cells.length).forEach((reading, i) => {
        const text = words(reading, session.mix.reading(device.id, i));
        const cell = cells[i]!;
        if (cell.textContent !== text) cell.textContent = text;
      });
    });
  }, [session, device.id, info]);
  if (shown.length === 0) return null;
  return (
    <dl className="readings" ref={row} data-testid="readings">
      {shown.map((reading) => (
        <div key={reading.id}>
          <dt>{reading.name}</dt>
          <dd>–</dd>
        </div>
      ))}
    </dl>
  );
}

function words(reading: ParameterInfo, value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (reading.unit === 'dB' && value <= reading.min) return '−∞ dB';
  return parameterText(reading, value);
}
