// How the stream is doing: what lies in the buffer, how late it is, who listens, what it costs.
import { useCallback, useRef } from 'react';
import { useStream, useStreamState } from '../lib/stream';
import { minus } from '../lib/words';
import { Canvas, type Paint } from '../parts/canvas';

const KEPT = 240; // readings of a quarter of a second: one minute

const QUALITY = { good: 'Good', fair: 'Fair', poor: 'Poor', unknown: '–' } as const;
const DECODERS = { webcodecs: 'Opus (browser)', wasm: 'Opus (WASM)', pcm: 'PCM', none: '–' } as const;

export function Dashboard() {
  const h = useStreamState((s) => s.health);
  const quality = useStreamState((s) => s.quality);
  const low = useStreamState((s) => s.lowLatency);
  const stream = useStream();
  const rows: readonly [string, string, string][] = [
    ['Network', QUALITY[quality], `±${Math.round(h.jitterMs)} ms, ${Math.round(h.rttMs)} ms there and back`],
    ['Latency', `${Math.round(h.latencyMs)} ms`, 'from rendering to your ear'],
    ['Buffer', `${Math.round(h.bufferMs)} ms`, `of ${Math.round(h.targetMs)} ms wanted`],
    ['Clock', `${minus(h.driftPpm, 1)} ppm`, `played ${minus(h.stretch * 100, 3)} % off speed`],
    ['Gaps', String(h.underruns), `${h.reconnects} reconnections`],
    ['Sound', DECODERS[h.decoder], `${Math.round(h.kbps)} kbit/s`],
    ['Listeners', String(h.listeners), 'on this channel'],
    [
      'Server',
      `${(h.renderLoad * 100).toFixed(1)} %`,
      `of a core to render, ${(h.encodeLoad * 100).toFixed(1)} % to encode`,
    ],
    ['Ahead', `${Math.round(h.serverBufferMs)} ms`, `rendered at the server, ${h.serverUnderruns} underruns`],
  ];
  return (
    <section className="stream-dash" aria-label="Dashboard" data-testid="stream-dashboard">
      <History />
      <dl>
        {rows.map(([name, value, words]) => (
          <div
            key={name}
            data-testid={`dash-${name.toLowerCase()}`}
            className={name === 'Network' ? quality : ''}
          >
            <dt>{name}</dt>
            <dd>
              <b>{value}</b>
              <span>{words}</span>
            </dd>
          </div>
        ))}
      </dl>
      <label
        className="switch"
        title="Messages of 20 ms instead of 100 ms: quicker to answer, easier to upset"
      >
        <input
          type="checkbox"
          checked={low}
          data-testid="low-latency"
          onChange={(event) => stream.setLowLatency(event.currentTarget.checked)}
        />
        Low latency
      </label>
    </section>
  );
}

// The buffer over the last minute, with the depth that is wanted.
function History() {
  const stream = useStream();
  const kept = useRef<{ buffer: number; target: number }[]>([]);
  const last = useRef(0);
  const changed = useCallback((): boolean => {
    const now = performance.now();
    if (now - last.current < 250) return false;
    last.current = now;
    const { health, phase } = stream.store.getState();
    if (phase !== 'off') kept.current.push({ buffer: health.bufferMs, target: health.targetMs });
    if (kept.current.length > KEPT) kept.current.shift();
    return true;
  }, [stream]);
  const paint = useCallback<Paint>((g, width, height, style) => {
    const colour = (name: string): string => style.getPropertyValue(name).trim();
    const top = Math.max(200, ...kept.current.map((k) => Math.max(k.buffer, k.target))) * 1.1;
    const x = (i: number): number => width - ((kept.current.length - 1 - i) / (KEPT - 1)) * width;
    const y = (ms: number): number => height - 12 - (ms / top) * (height - 18);
    g.font = `500 9.5px ${colour('--sans')}`;
    g.fillStyle = colour('--mute');
    g.fillText('buffer, one minute', 6, height - 2);
    g.textAlign = 'right';
    g.fillText(`${Math.round(top)} ms`, width - 6, 10);
    g.textAlign = 'left';
    const line = (read: (k: { buffer: number; target: number }) => number): void => {
      g.beginPath();
      kept.current.forEach((k, i) => (i === 0 ? g.moveTo(x(i), y(read(k))) : g.lineTo(x(i), y(read(k)))));
      g.stroke();
    };
    g.strokeStyle = colour('--dim');
    g.setLineDash([3, 3]);
    line((k) => k.target);
    g.setLineDash([]);
    g.strokeStyle = colour('--teal');
    g.lineWidth = 1.5;
    line((k) => k.buffer);
    g.lineWidth = 1;
  }, []);
  return (
    <Canvas
      paint={paint}
      changed={changed}
      label="Buffer over the last minute"
      height={84}
      className="history"
    />
  );
}
