// The music going by, and what stands over it: nothing yet, connecting, failed.
import { useCallback, useEffect, useRef } from 'react';
import { devicePixels } from '../roll/scene';
import { onFrame } from '../lib/frames';
import { settingOf, useStream, useStreamState } from '../lib/stream';
import { ActionButton } from '../parts/action_button';
import { RATE, changeAt } from './now';
import { paintScore } from './paint_score';
import { VOICES } from './voices';

export function Score() {
  const stream = useStream();
  const canvas = useRef<HTMLCanvasElement>(null);
  const phase = useStreamState((s) => s.phase);
  const bars = useStreamState((s) => s.bars);
  const words = useStreamState((s) => spoken(s.bars.at(-1)?.chords[0]?.name, s.phase));
  const paint = useCallback((): void => {
    const element = canvas.current;
    const g = element?.getContext('2d');
    if (!element || !g) return;
    const { clientWidth: width, clientHeight: height } = element;
    if (width === 0 || height === 0) return;
    const ratio = devicePixels();
    const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (element.width !== wide || element.height !== high) {
      element.width = wide;
      element.height = high;
    }
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    g.clearRect(0, 0, width, height);
    const state = stream.store.getState();
    const frame = stream.heardFrame();
    paintScore(g, width, height, getComputedStyle(element), {
      bars: state.bars,
      frame: frame >= 0 ? frame : (state.bars.at(-1)?.frame ?? 0),
      rate: RATE,
      changeAt: changeAt(stream, frame),
      off: new Set(VOICES.filter((v) => settingOf(state, `${v}_on`) === 0)),
    });
  }, [stream]);
  useEffect(() => {
    const element = canvas.current;
    if (!element) return undefined;
    const sizes = new ResizeObserver(paint);
    sizes.observe(element);
    const moving = phase === 'playing' || phase === 'buffering' || phase === 'reconnecting';
    const stop = moving ? onFrame(paint) : () => undefined;
    paint();
    return () => {
      sizes.disconnect();
      stop();
    };
  }, [paint, phase, bars]);
  return (
    <section className="score" aria-label="Music">
      <canvas ref={canvas} role="img" aria-label={words} data-testid="score" />
      <Over />
    </section>
  );
}

function spoken(chord: string | undefined, phase: string): string {
  if (phase !== 'playing') return 'The music, once it plays';
  return `The notes going by${chord ? `, now over ${chord}` : ''}`;
}

function Over() {
  const phase = useStreamState((s) => s.phase);
  const problem = useStreamState((s) => s.problem);
  const empty = useStreamState((s) => s.bars.length === 0);
  if (phase === 'failed' && problem) {
    return (
      <div className="over" role="alert" data-testid="stream-problem">
        <p className="lead">{problem.message}</p>
        <p className="mute">{problem.next}</p>
        <ActionButton action="stream-play" className="primary" label="Try again">
          Try again
        </ActionButton>
      </div>
    );
  }
  if (phase === 'reconnecting') {
    return (
      <div className="over slim" role="status" data-testid="stream-reconnecting">
        <p>The connection is gone. It is tried again; the music goes on where it is by then.</p>
      </div>
    );
  }
  if (phase === 'connecting' || (phase === 'buffering' && empty)) {
    return (
      <div className="over slim" role="status">
        <p>Tuning in</p>
        <div className="bar busy">
          <i />
        </div>
      </div>
    );
  }
  if (phase === 'off' && empty) {
    return (
      <div className="over" data-testid="stream-empty">
        <p className="lead">Music that never ends, and answers at the next bar.</p>
        <p className="mute">Listen, then turn key, tempo and intensity while it plays.</p>
        <ActionButton action="stream-play" className="primary" label="Listen" showKey>
          Listen
        </ActionButton>
      </div>
    );
  }
  return null;
}
