// The engine's state in one line: load, dropouts, latency, rate; loudness and peak of the master.
import { useEffect, useRef } from 'react';
import { useApp, useSession } from '../lib/app';
import { perform } from '../actions/keymap';
import { actionById } from '../actions/table';
import { onFrame } from '../lib/frames';
import { decibels, hertz, plural } from '../lib/words';
import { keepFocus } from '../parts/action_button';

export function StatusLine() {
  const app = useApp();
  const engine = useSession((s) => s.engine);
  const online = useSession((s) => s.online);
  return (
    <footer className="status" data-testid="status">
      <EngineLamp />
      {engine.state === 'ready' ? (
        <>
          <span className={engine.dropouts > 0 ? 'warn' : ''} data-testid="dropouts">
            {plural(engine.dropouts, 'dropout')}
          </span>
          <span className="wide">latency {Math.round(engine.latencyMs)} ms</span>
          <span className="wide">{hertz(engine.rate)}</span>
        </>
      ) : null}
      {online ? null : <span className="warn">offline</span>}
      <Loudness />
      <button
        type="button"
        className="wide"
        onMouseDown={keepFocus}
        onClick={() => perform(app, actionById('shortcuts'))}
      >
        ? shortcuts
      </button>
    </footer>
  );
}

function EngineLamp() {
  const engine = useSession((s) => s.engine);
  switch (engine.state) {
    case 'off':
      return (
        <span className="lamp" data-testid="engine" data-state="off">
          engine rests until you play
        </span>
      );
    case 'loading':
      return (
        <span className="lamp warn" data-testid="engine" data-state="loading">
          engine starting
        </span>
      );
    case 'failed':
      return (
        <span className="lamp bad" data-testid="engine" data-state="failed" title={engine.problem?.next}>
          {engine.problem?.message ?? 'The sound engine could not start.'}
        </span>
      );
    case 'ready': {
      const percent = Math.round(engine.load * 100);
      const tone = percent > 85 ? 'bad' : percent > 60 ? 'warn' : 'ok';
      return (
        <span className={`lamp ${tone}`} data-testid="engine" data-state="ready">
          engine {percent} %
        </span>
      );
    }
  }
}

const EVERY_MS = 120;

function Loudness() {
  const app = useApp();
  const ref = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    let last = 0;
    let shown = '';
    let peak = -Infinity;
    return onFrame((now) => {
      const meters = app.session.playback.meters();
      peak = Math.max(peak, ...meters.peak);
      if (now - last < EVERY_MS) return;
      last = now;
      const text = `${decibels(meters.lufs, 'LUFS')} · ${decibels(peak, 'dBFS')}`;
      peak = -Infinity;
      if (text === shown || !ref.current) return;
      shown = text;
      ref.current.textContent = text;
    });
  }, [app]);
  return (
    <span
      className="end mono-figures"
      ref={ref}
      data-testid="loudness"
      title="Loudness now (LUFS-M) · peak"
    />
  );
}
