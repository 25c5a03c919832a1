// The piano roll without React: holds the view, keeps the scene in step with the session, paints once
// a frame when something changed, and carries out what the pointer and the keyboard ask for.
import { createStore } from 'zustand/vanilla';
import type { Id, Session, SessionState } from '../../core';
import { onFrame } from '../lib/frames';
import { scaleOf, tonicOf } from '../lib/scales';
import { prefs } from '../lib/prefs';
import { TimeMap } from '../lib/time';
import { trackTone } from '../lib/tones';
import { prefersFlats } from '../lib/words';
import { Audition } from './audition';
import { gridById, snap } from './grid';
import { NoteIndex, extentOf, selectionMask } from './notes';
import { RollKeyboard } from './keyboard';
import { paintScene } from './paint';
import { paintOverlay } from './paint_overlay';
import { readPalette } from './palette';
import { RollPointer } from './pointer';
import { type Overlay, type Scene, devicePixels } from './scene';
import {
  type View,
  clampView,
  fitView,
  gridHeight,
  gridWidth,
  layoutFor,
  panBy,
  reveal,
  tickOfX,
  zoomAt,
} from './view';

export interface RollState {
  readonly focus: Id | null; // the note that the keyboard is at
  readonly cursor: { readonly tick: number; readonly key: number };
  readonly pointerKey: number; // row under the pointer, -1 without
}

const FIRST_VIEW: View = { left: 0, top: 84, scale: 40 / 15360, row: 22 };

export class RollController {
  readonly session: Session;
  readonly state = createStore<RollState>(() => ({
    focus: null,
    cursor: { tick: 0, key: 60 },
    pointerKey: -1,
  }));
  readonly keyboard = new RollKeyboard(this);
  readonly scene: Scene;
  readonly over: Overlay;
  follow = true; // until the person scrolls away while it plays
  paintMs = 0; // time the last still picture took: shown by the performance script

  #base: HTMLCanvasElement | null = null;
  #overlay: HTMLCanvasElement | null = null;
  #pointer: RollPointer | null = null;
  #focused = false; // the roll has the keyboard
  #dirty = true;
  #sized = false;
  #overDirty = true;
  #shownProject: string | null = null;
  #shownTake: Id | null = null;
  #news: 'project' | 'notes' | null = 'project'; // what the view waits for, to show it whole
  readonly #sound: Audition;
  #undoers: (() => void)[] = [];

  constructor(session: Session) {
    this.session = session;
    this.#sound = new Audition(session.playback);
    const state = session.store.getState();
    const layout = layoutFor(800, 480, false);
    this.scene = {
      layout,
      view: clampView(layout, FIRST_VIEW),
      map: new TimeMap(state.song.tempos, state.song.metres),
      grid: gridById(prefs.getState().grid).ticks,
      palette: {} as Scene['palette'],
      index: new NoteIndex(state.notes),
      selected: selectionMask(state.notes, state.selection),
      track: trackPlace(state),
      tones: tonesOf(state),
      preview: null,
      curve: null,
      scale: null,
      tonic: -1,
      flats: false,
      pressed: -1,
      loop: state.song.loop,
    };
    this.over = {
      playhead: 0,
      playing: false,
      recording: false,
      box: null,
      draft: null,
      cursor: null,
      hoverKey: -1,
      trace: null,
    };
  }

  mount(base: HTMLCanvasElement, overlay: HTMLCanvasElement): () => void {
    this.#base = base;
    this.#overlay = overlay;
    this.scene.palette = readPalette(overlay);
    this.#pointer = new RollPointer(this, overlay);
    const { store } = this.session;
    this.#take(store.getState(), null);
    this.#undoers = [
      store.subscribe((now, before) => this.#take(now, before)),
      prefs.subscribe((now) => {
        this.scene.grid = gridById(now.grid).ticks;
        this.#readCurve();
        this.touch();
      }),
      onFrame(() => this.#frame()),
      () => this.#pointer?.release(),
    ];
    return () => {
      for (const undo of this.#undoers) undo();
      this.#undoers = [];
      this.#base = this.#overlay = this.#pointer = null;
    };
  }

  resize(width: number, height: number, compact: boolean): void {
    const first = !this.#sized;
    this.#sized = true;
    this.scene.layout = layoutFor(width, height, compact);
    for (const canvas of [this.#base, this.#overlay]) {
      if (!canvas) continue;
      canvas.width = Math.round(width * devicePixels());
      canvas.height = Math.round(height * devicePixels());
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
    }
    if (first && this.scene.index.notes.length > 0) this.fit();
    this.setView(this.scene.view);
    this.touch();
  }

  recolour(): void {
    if (this.#overlay) this.scene.palette = readPalette(this.#overlay);
    this.touch();
  }

  // Paints the still picture in the next frame.
  touch(): void {
    this.#dirty = true;
    this.#overDirty = true;
  }

  touchOverlay(): void {
    this.#overDirty = true;
  }

  setFocused(focused: boolean): void {
    this.#focused = focused;
  }

  setView(view: View): void {
    this.scene.view = clampView(this.scene.layout, view);
    this.touch();
  }

  pan(dx: number, dy: number): void {
    this.follow = false;
    this.setView(panBy(this.scene.layout, this.scene.view, dx, dy));
  }

  zoom(x: number, y: number, factorX: number, factorY: number): void {
    this.setView(zoomAt(this.scene.layout, this.scene.view, x, y, factorX, factorY));
  }

  zoomCentre(factorX: number, factorY: number): void {
    const { layout } = this.scene;
    const x = layout.keys + gridWidth(layout) / 2;
    this.zoom(x, layout.ruler + gridHeight(layout) / 2, factorX, factorY);
  }

  fit(): void {
    const { notes } = this.scene.index;
    const places = Array.from({ length: notes.length }, (_, i) => i);
    const mine = places.filter((i) => notes.track[i] === this.scene.track);
    const extent = extentOf(notes, mine.length > 0 ? mine : places);
    if (extent) {
      const start = this.scene.map.barStart(extent.start);
      this.setView(fitView(this.scene.layout, { ...extent, start }));
    } else {
      this.setView(FIRST_VIEW);
    }
  }

  showTick(tick: number, key: number): void {
    this.setView(reveal(this.scene.layout, this.scene.view, tick, key));
  }

  // ------------------------------------------------------------ sound of a touch

  audition(key: number, velocity = 100, holdMs = 260): void {
    this.#sound.play(key, velocity, holdMs);
  }

  quiet(): void {
    this.#sound.stop();
  }

  auditionEdit(key: number, velocity = 100): void {
    if (prefs.getState().auditionEdits && !this.over.playing) this.audition(key, velocity);
  }

  snapTick(tick: number): number {
    return snap(this.scene.map, this.scene.grid, tick);
  }

  // ------------------------------------------------------------ in step with the session

  #take(now: SessionState, before: SessionState | null): void {
    const { scene } = this;
    if (!before || now.song !== before.song) {
      if (!before || now.song.tempos !== before.song.tempos || now.song.metres !== before.song.metres) {
        scene.map = new TimeMap(now.song.tempos, now.song.metres);
      }
      scene.loop = now.song.loop;
      scene.scale = scaleOf(now.song.key);
      scene.tonic = tonicOf(now.song.key);
      scene.flats = prefersFlats(now.song.key);
    }
    if (!before || now.notes !== before.notes) scene.index = new NoteIndex(now.notes);
    scene.track = trackPlace(now);
    if (!before || now.song.tracks !== before.song.tracks) scene.tones = tonesOf(now);
    if (!before || now.notes !== before.notes || now.selection !== before.selection) {
      scene.selected = selectionMask(now.notes, now.selection);
      const { focus } = this.state.getState();
      if (focus !== null && now.notes.indexOf(focus) < 0) this.state.setState({ focus: null });
    }
    if (!before || now.revision !== before.revision) this.#readCurve();
    if (before && now.transport.playing && !before.transport.playing) this.follow = true;
    // What is selected is on the track that is edited.
    if (before && now.track !== before.track && now.selection.size > 0) this.session.select([]);
    this.#showNews(now, before);
    this.touch();
  }

  // A project just opened, a file just read into it or a take just transcribed is shown whole.
  #showNews(now: SessionState, before: SessionState | null): void {
    const project = now.project?.id ?? null;
    const take = now.song.takes.at(-1)?.id ?? null;
    if (project !== this.#shownProject) {
      this.#shownProject = project;
      this.#news = 'project';
      this.state.setState({ focus: null, cursor: { tick: 0, key: 60 } });
    }
    if (before && now.notes === before.notes) return;
    const sung = take !== null && take !== this.#shownTake;
    const read = this.#news === 'notes' && now.notes.length > 1;
    if (this.#news === 'project' || sung || read) this.fit();
    this.#shownTake = take;
    this.#news = this.#news !== null && now.notes.length === 0 ? 'notes' : null;
  }

  #readCurve(): void {
    this.scene.curve = prefs.getState().showCurve ? this.session.pitchCurve() : null;
  }

  #frame(): void {
    const { scene, over } = this;
    if (!this.#base || !this.#overlay || scene.layout.width < 2) return;
    const { transport, hum } = this.session.store.getState();
    const position = this.session.playback.position();
    const recording = hum.phase === 'recording';
    if (position !== over.playhead || over.playing !== transport.playing || recording !== over.recording) {
      over.playhead = position;
      over.playing = transport.playing;
      over.recording = recording;
      this.#overDirty = true;
      if (transport.playing && this.follow && prefs.getState().follow) this.#followPlayhead(position);
    }
    if (recording) this.#readTrace();
    else if (over.trace && hum.phase !== 'transcribing') {
      over.trace = null;
      this.#overDirty = true;
    }
    this.#pointer?.frame();
    const cursor = this.#focused ? this.state.getState().cursor : null;
    if (cursor !== over.cursor) {
      over.cursor = cursor;
      this.#overDirty = true;
    }
    if (this.#dirty) {
      this.#dirty = false;
      const began = performance.now();
      const g = this.#base.getContext('2d', { alpha: false })!;
      g.setTransform(devicePixels(), 0, 0, devicePixels(), 0, 0);
      paintScene(g, scene);
      this.paintMs = performance.now() - began;
    }
    if (this.#overDirty) {
      this.#overDirty = false;
      const g = this.#overlay.getContext('2d')!;
      g.setTransform(devicePixels(), 0, 0, devicePixels(), 0, 0);
      paintOverlay(g, scene, over);
    }
  }

  #followPlayhead(position: number): void {
    const { layout, view } = this.scene;
    const right = tickOfX(layout, view, layout.width);
    const span = right - view.left;
    if (position < view.left || position > right - span * 0.08) {
      this.setView({ ...view, left: Math.max(0, position - span * 0.08) });
    }
  }

  // The hum as it is being heard: drawn where it is sung, the view turns with it.
  #readTrace(): void {
    const live = this.session.hum.live();
    if (!live) return;
    const { over, scene } = this;
    // The first frame tells where in the song the recording runs; what was recorded before it (the
    // count-in) lies to the left of that place.
    const lead = over.trace?.lead ?? (over.playing ? live.seconds : 0);
    const startSeconds = over.trace?.startSeconds ?? scene.map.seconds(over.playhead) - lead;
    over.trace = { startSeconds, lead, hop: live.hop, pitch: live.trace };
    this.#overDirty = true;
    const now = scene.map.ticks(over.trace.startSeconds + live.seconds);
    if (!this.over.playing) over.playhead = now;
    const key = live.pitch > 0 ? Math.round(live.pitch) : Math.round(scene.view.top) - 4;
    const { layout, view } = scene;
    if (tickOfX(layout, view, layout.width - 40) < now) {
      this.setView({ ...view, left: now - (gridWidth(layout) / view.scale) * 0.25 });
    } else if (live.pitch > 0) {
      const shown = reveal(layout, view, Math.max(view.left, now - 1), key);
      if (shown.top !== view.top) this.setView({ ...view, top: shown.top });
    }
  }
}

function tonesOf(state: SessionState): string[] {
  return state.song.tracks.map((track, i) => track.colour || trackTone(i));
}

function trackPlace(state: SessionState): number {
  const place = state.song.tracks.findIndex((track) => track.id === state.track);
  return place < 0 ? 0 : place;
}
