// The song's picture and what the pointer does with it: seek on the waveforms, draw and pull loops on the
// ruler, zoom with Ctrl and wheel, scroll with Shift and wheel.
import { type PointerEvent, useCallback, useEffect, useRef, useState } from 'react';
import type { Practice, PracticeState } from '../../core/practice_types';
import { clock } from '../lib/bars';
import { onFrame } from '../lib/frames';
import { practiceScreen, usePractice, usePracticeScreen, usePracticeState } from '../lib/practice';
import { devicePixels } from '../roll/scene';
import { paintSong, paintWaves, spokenPlace } from './paint_song';
import { type Grip, followed, gripAt, held, RULER, snapped, timeOf, type View, zoomed } from './view';

const HOLD_FOLLOW = 3000; // ms after a hand moved the view
const FEW = 0.12; // s: a loop drawn shorter than this is a click

interface Drag {
  kind: 'seek' | 'loop' | 'edge';
  grip: Grip;
  from: number; // s, where it began
  moved: boolean;
}

function viewOf(width: number, duration: number): View {
  const { from, seconds } = practiceScreen.getState();
  return held(from, seconds, duration, width);
}

const keep = (view: View, duration: number): void =>
  practiceScreen.setState({ from: view.from, seconds: view.seconds >= duration ? 0 : view.seconds });

// Loops snap to beats, unless Alt is held.
function beatNear(state: PracticeState, view: View, at: number, free: boolean): number {
  const within = Math.max(0, Math.min(state.duration, at));
  return free ? within : snapped(within, state.analysis?.beats ?? [], (10 / view.width) * view.seconds);
}

export function Timeline() {
  const practice = usePractice();
  const canvas = useRef<HTMLCanvasElement>(null);
  const waves = useRef<{ canvas: HTMLCanvasElement; of: string } | null>(null);
  const drag = useRef<Drag | null>(null);
  const drawn = useRef<{ start: number; end: number } | null>(null);
  const hand = useRef(0);
  const duration = usePracticeState((s) => s.duration);
  const [cursor, setCursor] = useState('default');
  const spoken = useSpokenPlace(practice);

  const paint = useCallback((): void => {
    const element = canvas.current;
    const g = element?.getContext('2d');
    if (!element || !g) return;
    const { clientWidth: width, clientHeight: height } = element;
    const state = practice.store.getState();
    if (width === 0 || height === 0 || state.duration === 0) return;
    const position = practice.position();
    const ratio = devicePixels();
    if (element.width !== Math.round(width * ratio) || element.height !== Math.round(height * ratio)) {
      element.width = Math.round(width * ratio);
      element.height = Math.round(height * ratio);
    }
    let view = viewOf(width, state.duration);
    if (state.playing && performance.now() - hand.current > HOLD_FOLLOW && !drag.current) {
      const next = followed(view, position, state.duration);
      if (next !== view) keep((view = next), state.duration);
    }
    const style = getComputedStyle(element);
    const colour = (name: string): string => style.getPropertyValue(name).trim();
    waves.current = paintedWaves(waves.current, practice, state, view, height, ratio, colour);
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    g.clearRect(0, 0, width, height);
    paintSong(
      g,
      width,
      height,
      colour,
      {
        ...state,
        view,
        position,
        hard: state.hard.slice(0, state.hardShown),
        drag: drawn.current,
        taps: state.tapping,
      },
      waves.current.canvas,
    );
  }, [practice]);

  useEffect(() => {
    const element = canvas.current;
    if (!element) return undefined;
    let last = '';
    const stop = onFrame(() => {
      // At rest nothing is painted: what could have changed is in this line.
      const state = practice.store.getState();
      const { from, seconds } = practiceScreen.getState();
      const line = [
        practice.position(),
        from,
        seconds,
        state.ready,
        drawn.current?.end,
        element.clientWidth,
        element.clientHeight,
        document.documentElement.dataset['theme'],
      ].join();
      if (line === last && seen.current === state) return;
      last = line;
      seen.current = state;
      paint();
    });
    const seen = { current: practice.store.getState() };
    paint();
    const onWheel = (event: WheelEvent): void => {
      const state = practice.store.getState();
      const view = viewOf(element.clientWidth, state.duration);
      const x = event.clientX - element.getBoundingClientRect().left;
      hand.current = performance.now();
      event.preventDefault();
      if (event.ctrlKey || event.metaKey) {
        keep(zoomed(view, Math.exp(-event.deltaY * 0.004), x, state.duration), state.duration);
      } else {
        const pixels = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX || event.deltaY;
        keep(
          held(view.from + (pixels / view.width) * view.seconds, view.seconds, state.duration, view.width),
          state.duration,
        );
      }
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => {
      stop();
      element.removeEventListener('wheel', onWheel);
    };
  }, [paint, practice]);

  const place = (event: PointerEvent): { x: number; y: number; view: View; state: PracticeState } => {
    const box = canvas.current!.getBoundingClientRect();
    const state = practice.store.getState();
    return {
      x: event.clientX - box.left,
      y: event.clientY - box.top,
      view: viewOf(box.width, state.duration),
      state,
    };
  };
  const onDown = (event: PointerEvent<HTMLCanvasElement>): void => {
    if (event.button !== 0) return;
    const { x, y, view, state } = place(event);
    const at = timeOf(view, x);
    const grip = y < 26 ? gripAt(view, x, state.loops, state.loop) : null;
    event.currentTarget.setPointerCapture(event.pointerId);
    const kind = grip && grip.edge !== 'body' ? 'edge' : y < RULER ? 'loop' : 'seek';
    drag.current = { kind, grip, from: at, moved: false };
    if (kind === 'seek') practice.seek(Math.max(0, Math.min(state.duration, at)));
  };
  const onMove = (event: PointerEvent<HTMLCanvasElement>): void => {
    const { x, y, view, state } = place(event);
    const held = drag.current;
    if (!held) {
      const grip = y < 26 ? gripAt(view, x, state.loops, state.loop) : null;
      setCursor(grip ? (grip.edge === 'body' ? 'pointer' : 'ew-resize') : y < RULER ? 'crosshair' : 'text');
      return;
    }
    const at = timeOf(view, x);
    if (Math.abs(at - held.from) * (view.width / view.seconds) > 4) held.moved = true;
    if (!held.moved) return;
    hand.current = performance.now();
    if (held.kind === 'seek') practice.seek(Math.max(0, Math.min(state.duration, at)));
    else if (held.kind === 'edge' && held.grip) {
      const loop = state.loops.find((l) => l.id === held.grip!.loop);
      if (!loop) return;
      const to = beatNear(state, view, at, event.altKey);
      if (held.grip.edge === 'start' && to < loop.end - FEW) practice.changeLoop(loop.id, { start: to });
      if (held.grip.edge === 'end' && to > loop.start + FEW) practice.changeLoop(loop.id, { end: to });
    } else {
      const [a, b] = [
        beatNear(state, view, held.from, event.altKey),
        beatNear(state, view, at, event.altKey),
      ];
      drawn.current = { start: Math.min(a, b), end: Math.max(a, b) };
    }
  };
  const onUp = (event: PointerEvent<HTMLCanvasElement>): void => {
    const held = drag.current;
    drag.current = null;
    if (!held) return;
    const { state } = place(event);
    const made = drawn.current;
    drawn.current = null;
    if (held.kind !== 'loop') return;
    if (made && held.moved && made.end - made.start > FEW) {
      void practice.addLoop(made.start, made.end).then((id) => practice.setLoop(id));
    } else if (held.grip) practice.setLoop(state.loop === held.grip.loop ? '' : held.grip.loop);
    else practice.seek(Math.max(0, Math.min(state.duration, held.from)));
  };
  return (
    <div className="song-canvas">
      <canvas
        ref={canvas}
        data-testid="song"
        role="slider"
        tabIndex={0}
        aria-label="Position in the song"
        aria-valuemin={0}
        aria-valuemax={Math.round(duration)}
        aria-valuenow={spoken.second}
        aria-valuetext={`${clock(spoken.second)} ${spoken.place}`}
        style={{ cursor }}
        data-roll=""
        onPointerDown={onDown}
        onPointerMove={onMove}
        onPointerUp={onUp}
        onPointerCancel={() => {
          drag.current = null;
          drawn.current = null;
        }}
      />
      <Overview />
    </div>
  );
}

// Waveforms of this view, painted again only when it, the stems' levels or what is loaded changed.
function paintedWaves(
  before: { canvas: HTMLCanvasElement; of: string } | null,
  practice: Practice,
  state: PracticeState,
  view: View,
  height: number,
  ratio: number,
  colour: (name: string) => string,
): { canvas: HTMLCanvasElement; of: string } {
  const of = [
    state.song?.id,
    view.from,
    view.seconds,
    view.width,
    height,
    ratio,
    document.documentElement.dataset['theme'],
    ...state.stems.flatMap((s) => [s.gainDb, practice.peaks(s.name)?.columns ?? 0]),
  ].join();
  if (before?.of === of) return before;
  const canvas = before?.canvas ?? document.createElement('canvas');
  canvas.width = Math.round(view.width * ratio);
  canvas.height = Math.round(height * ratio);
  const g = canvas.getContext('2d')!;
  g.setTransform(ratio, 0, 0, ratio, 0, 0);
  g.clearRect(0, 0, view.width, height);
  paintWaves(g, height, view, state.stems, (name) => practice.peaks(name), colour);
  return { canvas, of };
}

// Once a second, and at rest: what a screen reader says of the place.
function useSpokenPlace(practice: Practice): { second: number; place: string } {
  const [spoken, setSpoken] = useState({ second: 0, place: '' });
  useEffect(() => {
    const timer = setInterval(() => {
      const second = Math.floor(practice.position());
      const place = spokenPlace(practice.store.getState().analysis, practice.position());
      setSpoken((s) => (s.second === second && s.place === place ? s : { second, place }));
    }, 1000);
    return () => clearInterval(timer);
  }, [practice]);
  return spoken;
}

// Where the part in sight lies in the song; nothing while all of it is in sight.
function Overview() {
  const duration = usePracticeState((s) => s.duration);
  const from = usePracticeScreen((s) => s.from);
  const seconds = usePracticeScreen((s) => s.seconds);
  if (seconds === 0 || duration === 0) return null;
  return (
    <div className="song-overview" aria-hidden="true">
      <i style={{ left: `${(from / duration) * 100}%`, width: `${(seconds / duration) * 100}%` }} />
    </div>
  );
}
