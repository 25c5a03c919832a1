// The timeline over the mixer: every track's music at its time, the playhead, and beneath the chosen
// strip its automation: click adds a point, drag moves, double-click takes away, Ctrl + drag draws,
// Alt + drag on the line bends it. Arrow keys work a point once it is chosen.
import { ContextMenu } from 'radix-ui';
import {
  type KeyboardEvent,
  type PointerEvent,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { MASTER, SHAPES, type PointView, type Shape, type StripId } from '../../core';
import { useApp, usePrefs, useSession } from '../lib/app';
import { desk, stripName, stripOrder } from '../lib/desk';
import { onFrame } from '../lib/frames';
import { say } from '../lib/screen';
import { TICKS_PER_QUARTER, TimeMap, formatPosition } from '../lib/time';
import { trackTone } from '../lib/tones';
import { keepFocus } from '../parts/action_button';
import { Canvas, type Paint } from '../parts/canvas';
import { gridById } from '../roll/grid';
import { LaneHead } from './lane_head';
import { type Target, placeOf, targetsOf, valueOfPlace, wordsOf } from './targets';
import {
  LANE,
  LANE_PAD,
  ROW,
  RULER,
  type Row,
  type View,
  paintTimeline,
  tickOf,
  xOf,
} from './timeline_paint';
import { useDesk, useEffects } from './use_desk';

const GRAB = 9;

interface Drag {
  readonly kind: 'seek' | 'points' | 'draw' | 'bend' | 'pan';
  readonly x: number;
  readonly y: number;
  readonly points: readonly PointView[]; // as they were
  readonly left: number;
  added: boolean;
  moved: boolean;
}

export function Timeline() {
  const { session } = useApp();
  const song = useSession((s) => s.song);
  const notes = useSession((s) => s.notes);
  const masterDb = useSession((s) => s.masterDb);
  const chosenStrip = useDesk((d) => d.strip);
  const wanted = useDesk((d) => (chosenStrip === null ? undefined : d.targets[chosenStrip]));
  const newShape = useDesk((d) => d.shape);
  const grid = usePrefs((p) => gridById(p.grid).ticks);
  const effects = useEffects();
  const host = useRef<HTMLDivElement>(null);
  const heads = useRef<HTMLDivElement>(null);
  const playhead = useRef<HTMLDivElement>(null);
  const drag = useRef<Drag | null>(null);
  const [size, setSize] = useState({ width: 600, height: 300 });
  const [view, setView] = useState<View | null>(null);
  const [scroll, setScroll] = useState(0);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [draft, setDraft] = useState<readonly PointView[] | null>(null); // while points are dragged
  const [stroke, setStroke] = useState<readonly { x: number; y: number }[]>([]);

  const order = useMemo(() => stripOrder(song), [song]);
  const strip: StripId | null = chosenStrip !== null && order.includes(chosenStrip) ? chosenStrip : null;
  const targets = useMemo(
    () => (strip === null ? [] : targetsOf(song, masterDb, strip, effects)),
    [song, masterDb, strip, effects],
  );
  const lanes =
    strip === null
      ? []
      : strip === MASTER
        ? song.master.lanes
        : song.tracks.find((t) => t.id === strip)!.lanes;
  const target: Target | undefined =
    targets.find((t) => t.target === wanted) ??
    targets.find((t) => lanes.some((lane) => lane.target === t.target && lane.points.length > 0)) ??
    targets[0];
  const lane = lanes.find((l) => l.target === target?.target);
  const points = useMemo(() => draft ?? lane?.points ?? [], [draft, lane]);
  const map = useMemo(() => new TimeMap(song.tempos, song.metres), [song.tempos, song.metres]);

  // ------------------------------------------------------------ size and view

  useEffect(() => {
    const element = host.current;
    if (!element) return undefined;
    const measure = (): void => setSize({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const sizes = new ResizeObserver(measure);
    sizes.observe(element);
    return () => sizes.disconnect();
  }, []);
  const end = Math.max(song.end, TICKS_PER_QUARTER * 16);
  const shown = useMemo(
    (): View => view ?? { left: 0, scale: size.width / (end * 1.08) },
    [view, size.width, end],
  );
  const byTrack = useMemo(() => {
    const lists: number[][] = song.tracks.map(() => []);
    for (let i = 0; i < notes.length; i++) lists[notes.track[i]!]?.push(i);
    return lists;
  }, [notes, song.tracks]);
  const places = useMemo(() => placesOf(order, strip), [order, strip]);
  const total = (places.at(-1)?.y ?? 0) + (places.at(-1)?.height ?? 0);

  // The curve as it is drawn: of the points that are seen, so that a drag shows where it leads.
  const at = useCallback(
    (tick: number) => session.mix.valueAt({ id: '', target: '', points }, tick),
    [session, points],
  );

  const paint = useMemo((): Paint => {
    return (g, width, height, style) => {
      const tone = (id: StripId, i: number): string => {
        const own = song.tracks.find((t) => t.id === id)?.colour;
        const name = id === MASTER ? 'var(--amber)' : own || trackTone(i);
        return name.startsWith('var(') ? style.getPropertyValue(name.slice(4, -1)).trim() : name;
      };
      const first = scroll - ROW - LANE;
      const last = scroll + height;
      const rows = places
        .filter((p) => p.y > first && p.y < last)
        .map(({ id, y }): Row => {
          const place = song.tracks.findIndex((t) => t.id === id);
          const track = song.tracks[place];
          return {
            y,
            tone: tone(id, Math.max(0, place)),
            notes: track && !(track.kind === 'bus') ? (byTrack[place] ?? []) : [],
            takes: song.takes.filter((t) => t.track === id),
            dim: track?.mute ?? false,
            chosen: id === strip,
            lane:
              id === strip && target
                ? {
                    points,
                    selected,
                    place: (value) => placeOf(target.parameter, value),
                    at,
                    now: target.now,
                    stroke,
                    marks: marksOf(target),
                  }
                : null,
          };
        });
      paintTimeline(g, width, height, style, {
        view: shown,
        map,
        notes,
        rows,
        scroll,
        loop: song.loop,
        seconds: (tick) => map.seconds(tick),
        waveform: (take) => session.waveform(take.id),
        lengthOf: (take) => take.frames / Math.max(1, take.rate),
      });
    };
  }, [
    song,
    notes,
    places,
    byTrack,
    strip,
    target,
    points,
    selected,
    at,
    stroke,
    scroll,
    shown,
    map,
    session,
  ]);

  // ------------------------------------------------------------ playhead

  useEffect(() => {
    let x = NaN;
    return onFrame(() => {
      const now = Math.round(xOf(shown, session.playback.position()));
      if (now === x || !playhead.current) return;
      x = now;
      playhead.current.style.transform = `translateX(${x}px)`;
      playhead.current.style.display = x < 0 || x > size.width ? 'none' : '';
    });
  }, [session, shown, size.width]);

  // ------------------------------------------------------------ wheel

  const turn = useRef((_event: WheelEvent): void => undefined);
  useEffect(() => {
    turn.current = (event) => {
      const x = event.clientX - host.current!.getBoundingClientRect().left;
      if (event.ctrlKey || event.metaKey) {
        const scale = Math.min(
          0.02,
          Math.max(size.width / (end * 20), shown.scale * 1.0015 ** -event.deltaY),
        );
        const tick = tickOf(shown, x);
        setView({ left: Math.max(0, tick - x / scale), scale });
      } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        const by = (event.shiftKey ? event.deltaY : event.deltaX) / shown.scale;
        setView({ left: Math.max(0, shown.left + by), scale: shown.scale });
      } else if (heads.current) heads.current.scrollTop += event.deltaY;
      event.preventDefault();
    };
  });
  useEffect(() => {
    const element = host.current;
    const onWheel = (event: WheelEvent): void => turn.current(event);
    element?.addEventListener('wheel', onWheel, { passive: false });
    return () => element?.removeEventListener('wheel', onWheel);
  }, []);

  // ------------------------------------------------------------ pointer

  const place = (event: { clientX: number; clientY: number }) => {
    const box = host.current!.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const rowAt = (y: number) =>
    places.find((p) => y - RULER + scroll >= p.y && y - RULER + scroll < p.y + p.height);
  const laneTop = (): number => RULER - scroll + (places.find((p) => p.id === strip)?.y ?? 0) + ROW;
  const valueAtY = (y: number): number =>
    valueOfPlace(target!.parameter, 1 - (y - laneTop() - LANE_PAD) / (LANE - 2 * LANE_PAD));
  const yOfValue = (value: number): number =>
    laneTop() + LANE_PAD + (1 - placeOf(target!.parameter, value)) * (LANE - 2 * LANE_PAD);
  const snap = (tick: number, free: boolean): number =>
    Math.max(0, free || grid === 0 ? Math.round(tick) : Math.round(tick / grid) * grid);
  const pointAt = (x: number, y: number): PointView | undefined =>
    points.find((p) => Math.hypot(xOf(shown, p.at) - x, yOfValue(p.value) - y) < GRAB);

  // The lane of the target shown, made if it is not there yet.
  const theLane = () => lane?.id ?? session.mix.addLane(strip!, target!.target);

  const onDown = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.button === 2) return;
    const { x, y } = place(event);
    event.currentTarget.setPointerCapture(event.pointerId);
    const base = { x, y, points, left: shown.left, added: false, moved: false };
    if (event.button === 1) {
      drag.current = { ...base, kind: 'pan' };
      return;
    }
    if (y < RULER) {
      drag.current = { ...base, kind: 'seek' };
      session.playback.seek(snap(tickOf(shown, x), event.altKey));
      return;
    }
    const row = rowAt(y);
    if (!row) return;
    if (row.id !== strip) {
      desk.setState({ strip: row.id });
      setSelected(new Set());
      return;
    }
    if (y < laneTop() || !target) return;
    const hit = pointAt(x, y);
    if (hit) {
      const next = event.shiftKey
        ? toggled(selected, hit.id)
        : selected.has(hit.id)
          ? selected
          : new Set([hit.id]);
      setSelected(next);
      drag.current = { ...base, kind: 'points' };
      return;
    }
    if (event.ctrlKey || event.metaKey) {
      drag.current = { ...base, kind: 'draw' };
      setStroke([{ x, y }]);
      return;
    }
    if (event.altKey && points.length > 1) {
      drag.current = { ...base, kind: 'bend' };
      return;
    }
    session.edit.beginGesture(`Automation: ${target.parameter.name}`);
    const id = theLane();
    const point = {
      at: snap(tickOf(shown, x), event.altKey),
      value: valueAtY(y),
      shape: SHAPES[newShape]!,
      bend: 0,
    };
    const made = id ? session.mix.addPoint(id, point) : null;
    if (!made) {
      session.edit.endGesture();
      return;
    }
    setSelected(new Set([made]));
    const list = [...points.filter((p) => p.at !== point.at), { id: made, ...point }].sort(
      (a, b) => a.at - b.at,
    );
    setDraft(list);
    drag.current = { ...base, kind: 'points', points: list, added: true };
  };

  const onMove = (event: PointerEvent<HTMLDivElement>): void => {
    const held = drag.current;
    if (!held) return;
    const { x, y } = place(event);
    if (!held.moved && Math.hypot(x - held.x, y - held.y) < 3) return;
    held.moved = true;
    switch (held.kind) {
      case 'seek':
        session.playback.seek(snap(tickOf(shown, x), event.altKey));
        break;
      case 'pan':
        setView({ left: Math.max(0, held.left - (x - held.x) / shown.scale), scale: shown.scale });
        break;
      case 'draw':
        setStroke((list) => [...list, { x, y }]);
        break;
      case 'points':
        setDraft(movedPoints(held, x, y, event.altKey, event.shiftKey));
        break;
      case 'bend': {
        const from = held.points.findLast((p) => xOf(shown, p.at) <= held.x);
        if (!from) break;
        const bend = Math.min(1, Math.max(-1, from.bend + (y - held.y) / 60));
        setDraft(held.points.map((p) => (p === from ? { ...p, shape: 'curved' as Shape, bend } : p)));
      }
    }
  };

  const movedPoints = (held: Drag, x: number, y: number, free: boolean, upright: boolean): PointView[] => {
    const p = target!.parameter;
    const ticks = upright ? 0 : (x - held.x) / shown.scale;
    const rise = -(y - held.y) / (LANE - 2 * LANE_PAD);
    return held.points
      .map((point) => {
        if (!selected.has(point.id)) return point;
        const at = ticks === 0 ? point.at : snap(point.at + ticks, free);
        return { ...point, at, value: valueOfPlace(p, placeOf(p, point.value) + rise) };
      })
      .sort((a, b) => a.at - b.at);
  };

  const onUp = (): void => {
    const held = drag.current;
    drag.current = null;
    if (!held) return;
    if (held.kind === 'draw' && target) {
      const list = stroke.map((p) => ({ at: snap(tickOf(shown, p.x), true), value: valueAtY(p.y) }));
      setStroke([]);
      if (list.length > 2) {
        session.edit.group(`Draw ${target.parameter.name}`, () => {
          const id = theLane();
          if (id) session.mix.drawPoints(id, list, target.parameter, SHAPES[newShape]!);
        });
      }
      return;
    }
    if (draft && (held.moved || held.added)) {
      const before = new Map(held.points.map((p) => [p.id, p]));
      const changed = draft.filter((p) => before.get(p.id) !== p);
      if (changed.length > 0) session.mix.setPoints(changed);
    }
    if (held.added) session.edit.endGesture();
    setDraft(null);
  };

  const onDouble = (event: { clientX: number; clientY: number }): void => {
    const { x, y } = place(event);
    if (!target || y < laneTop()) return;
    const hit = pointAt(x, y);
    // The first of the two clicks has made the point that lies here now, unless one lay here before.
    if (hit && hit.at !== undefined) remove([hit.id]);
  };

  const remove = (ids: readonly string[]): void => {
    if (ids.length === 0) return;
    session.mix.removePoints(ids);
    setSelected(new Set());
    say(ids.length === 1 ? 'Point deleted' : `${ids.length} points deleted`);
  };
  const reshape = (shape: Shape): void => {
    const list = points.filter((p) => selected.has(p.id)).map((p) => ({ ...p, shape }));
    if (list.length > 0) session.mix.setPoints(list);
    desk.setState({ shape: SHAPES.indexOf(shape) });
  };

  // ------------------------------------------------------------ keys

  const onKey = (event: KeyboardEvent): void => {
    if (!target) return;
    const list = points;
    const chosen = list.filter((p) => selected.has(p.id));
    const tell = (p: PointView): void =>
      say(`${formatPosition(map, p.at)}: ${wordsOf(target.parameter, p.value)}, ${p.shape}`);
    const step = grid || TICKS_PER_QUARTER / 4;
    const change = (edit: (p: PointView) => PointView): void => {
      if (chosen.length === 0) return;
      const next = chosen.map(edit);
      session.mix.setPoints(next);
      tell(next[0]!);
    };
    const p = target.parameter;
    const small = event.shiftKey ? 0.002 : 0.02;
    if ((event.key === 'ArrowRight' || event.key === 'ArrowLeft') && !event.altKey) {
      const way = event.key === 'ArrowRight' ? 1 : -1;
      if (event.ctrlKey) change((q) => ({ ...q, at: Math.max(0, q.at + way * step) }));
      else if (list.length > 0) {
        const now = list.findIndex((q) => selected.has(q.id));
        const next = list[Math.min(list.length - 1, Math.max(0, now < 0 ? 0 : now + way))]!;
        setSelected(new Set([next.id]));
        tell(next);
      }
    } else if (event.key === 'ArrowUp')
      change((q) => ({ ...q, value: valueOfPlace(p, placeOf(p, q.value) + small) }));
    else if (event.key === 'ArrowDown')
      change((q) => ({ ...q, value: valueOfPlace(p, placeOf(p, q.value) - small) }));
    else if (event.key === 'Delete' || event.key === 'Backspace') remove(chosen.map((q) => q.id));
    else if (event.key === 'Enter') {
      const tick = Math.round(session.playback.position());
      const value = at(tick) ?? target.now;
      session.edit.group(`Automation: ${p.name}`, () => {
        const id = theLane();
        const made = id
          ? session.mix.addPoint(id, { at: tick, value, shape: SHAPES[newShape]!, bend: 0 })
          : null;
        if (made) setSelected(new Set([made]));
      });
    } else if (event.key.toLowerCase() === 'a' && (event.ctrlKey || event.metaKey)) {
      setSelected(new Set(list.map((q) => q.id)));
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <section className="timeline" aria-label="Timeline" data-testid="timeline">
      <div className="heads">
        <div className="heads-top">
          <span className="mono mute">{order.length - 1} tracks</span>
        </div>
        <div
          className="heads-scroll"
          ref={heads}
          onScroll={(event) => setScroll(event.currentTarget.scrollTop)}
          tabIndex={-1}
        >
          <div style={{ height: total, position: 'relative' }}>
            {places
              .filter((p) => p.y > scroll - ROW - LANE && p.y < scroll + size.height)
              .map(({ id, y, height }) => {
                const i = song.tracks.findIndex((t) => t.id === id);
                return (
                  <div
                    key={id}
                    className={`head ${id === strip ? 'chosen' : ''}`}
                    style={
                      {
                        top: y,
                        height,
                        '--tone': id === MASTER ? 'var(--amber)' : song.tracks[i]?.colour || trackTone(i),
                      } as React.CSSProperties
                    }
                  >
                    <button
                      type="button"
                      className="head-name"
                      aria-pressed={id === strip}
                      onMouseDown={keepFocus}
                      onClick={() => {
                        desk.setState({ strip: id });
                        setSelected(new Set());
                        if (id !== MASTER) session.selectTrack(id);
                      }}
                    >
                      {stripName(song, id)}
                    </button>
                    {id === strip && target ? (
                      <LaneHead strip={id} target={target} targets={targets} lane={lane} reshape={reshape} />
                    ) : null}
                  </div>
                );
              })}
          </div>
        </div>
      </div>
      <ContextMenu.Root modal={false}>
        <ContextMenu.Trigger asChild>
          <div
            ref={host}
            className="timeline-canvas"
            tabIndex={0}
            role="group"
            aria-label={
              target
                ? `Automation of ${target.parameter.name}: arrow keys choose and change points, Enter adds one`
                : 'Timeline'
            }
            data-testid="timeline-canvas"
            onPointerDown={onDown}
            onPointerMove={onMove}
            onPointerUp={onUp}
            onPointerCancel={onUp}
            onDoubleClick={onDouble}
            onKeyDown={onKey}
            onContextMenu={(event) => {
              const { x, y } = place(event);
              const hit = target && y > laneTop() ? pointAt(x, y) : undefined;
              if (hit && !selected.has(hit.id)) setSelected(new Set([hit.id]));
              if (!hit && selected.size === 0) event.preventDefault();
            }}
          >
            <Canvas paint={paint} height={size.height} label="Tracks over time" />
            <div className="playhead" ref={playhead} />
          </div>
        </ContextMenu.Trigger>
        <ContextMenu.Portal>
          <ContextMenu.Content className="menu" collisionPadding={8} data-testid="point-menu">
            <ContextMenu.Label className="menu-label">To the next point</ContextMenu.Label>
            {SHAPES.map((shape) => (
              <ContextMenu.Item key={shape} className="menu-item" onSelect={() => reshape(shape)}>
                {shape[0]!.toUpperCase() + shape.slice(1)}
              </ContextMenu.Item>
            ))}
            <ContextMenu.Separator className="menu-line" />
            <ContextMenu.Item className="menu-item" onSelect={() => remove([...selected])}>
              Delete <span className="detail">Del</span>
            </ContextMenu.Item>
          </ContextMenu.Content>
        </ContextMenu.Portal>
      </ContextMenu.Root>
    </section>
  );
}

// Where each row lies, from the top.
function placesOf(order: readonly StripId[], strip: StripId | null) {
  const places: { id: StripId; y: number; height: number }[] = [];
  for (const id of order) {
    const before = places.at(-1);
    places.push({ id, y: before ? before.y + before.height : 0, height: ROW + (id === strip ? LANE : 0) });
  }
  return places;
}

function toggled(set: ReadonlySet<string>, id: string): Set<string> {
  const next = new Set(set);
  if (!next.delete(id)) next.add(id);
  return next;
}

function marksOf(target: Target): { place: number; text: string }[] {
  const p = target.parameter;
  if (p.id === 'gain_db') return [0, -12, -24].map((db) => ({ place: placeOf(p, db), text: wordsOf(p, db) }));
  return [0, 0.5, 1].map((place) => ({ place, text: wordsOf(p, valueOfPlace(p, place)) }));
}
