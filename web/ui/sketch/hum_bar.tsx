// From the microphone to the notes: permission, count-in, recording, transcribing, and what went wrong.
// It stands where the toolbar stands, so that nothing jumps.
import { Check, RotateCcw, X } from 'lucide-react';
import { useEffect, useMemo, useRef } from 'react';
import type { Session } from '../../core';
import { useApp, useSession } from '../lib/app';
import { onFrame } from '../lib/frames';
import { meterPlace } from '../lib/levels';
import { formatSeconds } from '../lib/time';
import { decibels, noteName, prefersFlats, signed } from '../lib/words';
import { ActionButton } from '../parts/action_button';
import { Canvas, type Paint } from '../parts/canvas';
import { Keys } from '../parts/keys';

export function HumBar() {
  const { session } = useApp();
  const hum = useSession((s) => s.hum);
  const bars = useSession((s) => s.transport.countInBars);
  return (
    <div className="toolbar humbar" role="group" aria-label="Hum" data-testid="humbar" data-phase={hum.phase}>
      {hum.phase === 'asking' ? (
        <p className="sentence grow">Allow the microphone in your browser, then hum.</p>
      ) : null}
      {hum.phase === 'count-in' ? (
        <>
          <span className="reddot" />
          <p className="sentence grow" role="status">
            {bars === 1 ? 'Count-in of one bar' : `Count-in of ${bars} bars`}, then hum.
          </p>
        </>
      ) : null}
      {hum.phase === 'recording' ? <Recording /> : null}
      {hum.phase === 'decoding' || hum.phase === 'transcribing' ? (
        <Working sentence={hum.sentence} progress={hum.progress} />
      ) : null}
      {hum.phase === 'failed' ? (
        <p className="sentence grow" role="alert" data-testid="hum-problem">
          <b>{hum.problem.message}</b> {hum.problem.next}
        </p>
      ) : null}
      {hum.phase === 'failed' && hum.canRetry ? (
        <button
          type="button"
          className="btn"
          data-testid="hum-retry"
          onClick={() => void session.hum.retry()}
        >
          <RotateCcw /> Try again
        </button>
      ) : null}
      {hum.phase === 'failed' ? (
        <ActionButton action="record" className="primary" showKey>
          Hum again
        </ActionButton>
      ) : null}
      {hum.phase === 'recording' ? (
        <ActionButton action="record" className="primary" icon={<Check />} showKey data-testid="hum-stop">
          Finish
        </ActionButton>
      ) : null}
      <button type="button" className="btn" data-testid="hum-cancel" onClick={() => session.hum.cancel()}>
        <X /> <span className="word">{hum.phase === 'failed' ? 'Close' : 'Cancel'}</span>
        {hum.phase === 'failed' ? null : <Keys of="Escape" />}
      </button>
    </div>
  );
}

function Working({ sentence, progress }: { sentence: string; progress: number }) {
  const known = progress > 0;
  return (
    <>
      <p className="sentence" role="status" data-testid="hum-sentence">
        {sentence}
      </p>
      <div
        className={`bar ${known ? '' : 'busy'}`}
        role="progressbar"
        aria-label={sentence}
        aria-valuenow={known ? Math.round(progress * 100) : undefined}
      >
        <i style={known ? { transform: `scaleX(${progress})` } : undefined} />
      </div>
      <span className="grow" />
    </>
  );
}

const TOO_LOUD = -1;
const TOO_SOFT = -50;

function Recording() {
  const app = useApp();
  const clock = useRef<HTMLSpanElement>(null);
  const heard = useRef<HTMLSpanElement>(null);
  const advice = useRef<HTMLSpanElement>(null);
  useEffect(
    () =>
      onFrame(() => {
        const live = app.session.hum.live();
        if (!live || !clock.current || !heard.current || !advice.current) return;
        const write = (element: HTMLElement, text: string): void => {
          if (element.textContent !== text) element.textContent = text;
        };
        write(clock.current, formatSeconds(live.seconds - (app.roll.over.trace?.lead ?? 0), true));
        const { key } = app.session.store.getState().song;
        write(heard.current, live.pitch > 0 ? pitchText(live.pitch, prefersFlats(key)) : '');
        const soft = live.seconds > 1.5 && live.peak < TOO_SOFT;
        write(
          advice.current,
          live.peak > TOO_LOUD ? 'Too loud: move back a little' : soft ? 'Very soft: come closer' : 'Hum now',
        );
      }),
    [app],
  );
  return (
    <>
      <span className="reddot" />
      <span className="clock" ref={clock} data-testid="hum-clock" role="timer" aria-label="Recorded">
        0:00.0
      </span>
      <InputMeter />
      <span className="heard" ref={heard} data-testid="hum-pitch" />
      <span className="sentence mute grow" ref={advice} role="status" />
    </>
  );
}

// "F♯3 +12": the nearest note and the cents to it.
export function pitchText(pitch: number, flats: boolean): string {
  const key = Math.round(pitch);
  const cents = Math.round((pitch - key) * 100);
  return `${noteName(key, flats)} ${cents === 0 ? '±0' : signed(cents)}`;
}

function inputPainter(session: Session): { paint: Paint; changed: () => boolean } {
  let level = -Infinity;
  let peak = -Infinity;
  const draw: Paint = (g, width, height, style) => {
    const colour = (name: string): string => style.getPropertyValue(name).trim();
    const middle = height / 2 - 4;
    g.fillStyle = colour('--s3');
    g.fillRect(0, middle, width, 8);
    g.fillStyle = colour(level > -3 ? '--red' : level > -12 ? '--bass' : '--green');
    g.fillRect(0, middle, meterPlace(level) * width, 8);
    if (peak > -60) g.fillRect(Math.min(width - 2, meterPlace(peak) * width), middle, 2, 8);
  };
  const step = (): boolean => {
    const live = session.hum.live();
    if (!live) return false;
    level = Math.max(live.level, level - 1.2);
    peak = live.peak;
    return true;
  };
  return { paint: draw, changed: step };
}

function InputMeter() {
  const { session } = useApp();
  const { paint, changed } = useMemo(() => inputPainter(session), [session]);
  return (
    <Canvas paint={paint} changed={changed} height={18} label={`Microphone level ${decibels(-60)} to 0 dB`} />
  );
}
