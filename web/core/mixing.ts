// The mixing desk (Mix of types.ts): edits of strips, effects, sends and automation, heard at once.
//
// A change goes two ways: straight to the engine, which glides to it within 10 ms, and to the document.
// While a gesture lasts the song is not compiled anew for it; its end is one step of undo and one plan.
import { decodeAudio } from './audio_file';
import { thin, valueAt } from './automation';
import type { Desk } from './desk';
import { MELODY_TRIM, runner, trackFields } from './edits';
import {
  MASTER,
  SHAPES,
  type LaneView,
  type ParameterInfo,
  type PointView,
  type Shape,
  type StripId,
} from './mix_types';
import type { Player } from './playback';
import type { Projects } from './projects';
import type { Shelf } from './shelf';
import { heardStrips } from './solo';
import type { Takes } from './takes';
import type { Id, Mix, StripFields } from './types';

const gain = (db: number) => (db <= -60 ? 0 : 10 ** (db / 20)); // faders end in silence
const WATCH_MS = 1500; // the engine goes on telling meters so long after they were last looked at

interface Recorded {
  strip: StripId;
  target: string;
  error: number; // the thinned curve's greatest distance, in the parameter's unit
  points: { at: number; value: number }[];
}

export class Mixing implements Mix {
  private readonly run: ReturnType<typeof runner>;
  private readonly nodes = new Map<string, bigint>();
  private readonly recording = new Map<string, Recorded>();
  private readonly watched = new Map<string, { insert: bigint; index: number; place: number; at: number }>();
  private shelf: Shelf | null = null; // comes with the first effect or the first look at the desk
  private looked = -Infinity; // when meters were last read
  private watching = false;
  private known: unknown = null; // the document that has been told of the effects

  constructor(
    private readonly desk: Desk,
    private readonly player: Player,
    private readonly takes: Takes,
    private readonly projects: Projects,
  ) {
    this.run = runner(desk);
    desk.onChange(() => this.acquaint());
    desk.onEnding(() => this.writeRecorded());
    setInterval(() => this.rest(), WATCH_MS);
  }

  // ------------------------------------------------------------ effects

  async effects() {
    try {
      const { Shelf } = await import('./shelf');
      this.shelf ??= new Shelf();
      const list = await this.shelf.load();
      if (this.desk.state.effects !== list) this.desk.set({ effects: list });
      this.acquaint();
      return list;
    } catch (error) {
      this.desk.complain(error);
      return [];
    }
  }

  // A song with effects is not compiled before they are known.
  async ready(): Promise<void> {
    const { song } = this.desk.state;
    if ([song.master, ...song.tracks].some((strip) => strip.devices.length > 0)) await this.effects();
  }

  private acquaint() {
    const { document } = this.desk;
    if (!document || document === this.known) return;
    if (!this.shelf?.json) {
      void this.ready();
      return;
    }
    this.known = document;
    document.setEffects(this.shelf.json);
    this.nodes.clear();
    this.desk.changed(false);
  }

  plot(effect: string, values: Readonly<Record<string, number>>) {
    return this.shelf?.plot(effect, values) ?? null;
  }

  // ------------------------------------------------------------ strips

  addTrack(kind: 'notes' | 'audio' | 'bus', name: string): Id {
    return this.run({
      do: 'add_track',
      name,
      type: kind,
      ...(kind === 'notes' ? { trim: MELODY_TRIM } : {}),
    }) as Id;
  }

  async addRecording(file: File): Promise<Id | null> {
    try {
      const at = Math.round(this.player.position());
      const bytes = await file.arrayBuffer();
      const audio = await decodeAudio(bytes);
      const blob = await this.takes.keep(this.projects.id, audio, bytes);
      const name = file.name.replace(/\.[^.]*$/, '') || 'Recording';
      const track = this.group('Add a recording', () => {
        const made = this.addTrack('audio', name);
        this.run({
          do: 'add_take',
          track: made,
          blob,
          name,
          rate: audio.rate,
          frames: audio.channels[0]!.length,
          channels: audio.channels.length,
          start: at,
        });
        return made;
      });
      this.projects.uploadTakes();
      return track;
    } catch (error) {
      this.desk.complain(error);
      return null;
    }
  }

  moveTrack(id: Id, before: Id | null) {
    const others = this.desk.state.song.tracks.filter((t) => t.id !== id).map((t) => t.id);
    const after = before === null ? others.at(-1) : others[others.indexOf(before) - 1];
    this.run({ do: 'move_track', track: id, ...(after ? { after } : {}) });
  }

  setStrip(strip: StripId, fields: StripFields) {
    const { engine } = this.player;
    const { song, masterDb } = this.desk.state;
    if (strip === MASTER) {
      const db = fields.gainDb ?? masterDb;
      engine.send({ type: 'fader', node: 0n, gain: gain(db), pan: 0, mute: false });
      this.told(() => this.run({ do: 'set_master_gain', db: silence(db) }));
      if (fields.gainDb !== undefined) this.touch(MASTER, 'gain_db', db, 0.2);
      return;
    }
    const now = song.tracks.find((t) => t.id === strip);
    if (!now) return;
    const then = { ...now, ...fields };
    const command = { do: 'set_track', track: strip, ...trackFields(fields) };
    if ('gain' in command) command.gain = silence(then.gainDb);
    const live = Object.keys(fields).every((name) => name === 'gainDb' || name === 'pan');
    if (!live) {
      this.run(command);
      return;
    }
    const mute = !heardStrips(song.tracks).has(strip);
    engine.send({ type: 'fader', node: this.node(strip), gain: gain(then.gainDb), pan: then.pan, mute });
    this.told(() => this.run(command));
    if (fields.gainDb !== undefined) this.touch(strip, 'gain_db', fields.gainDb, 0.2);
    if (fields.pan !== undefined) this.touch(strip, 'pan', fields.pan, 0.01);
  }

  // ------------------------------------------------------------ inserts

  addDevice(strip: StripId, effect: string, before: Id | null = null): Id | null {
    return this.group('Add an effect', () => {
      const made = this.run({ do: 'add_device', owner: ownerOf(strip), effect }) as Id | undefined;
      if (!made) return null;
      if (before) this.moveDevice(made, strip, before);
      return made;
    });
  }

  moveDevice(device: Id, strip: StripId, before: Id | null) {
    const others = this.devicesOf(strip).filter((id) => id !== device);
    const after = before === null ? others.at(-1) : others[others.indexOf(before) - 1];
    this.run({ do: 'move_device', device, owner: ownerOf(strip), ...(after ? { after } : {}) });
  }

  removeDevice(device: Id) {
    this.run({ do: 'remove_entity', id: device });
  }

  setDevice(device: Id, fields: { bypass?: boolean; side?: Id; sidePre?: boolean }) {
    if (fields.bypass !== undefined)
      this.player.engine.send({ type: 'bypass', insert: this.node(device), on: fields.bypass });
    const { bypass, side, sidePre } = fields;
    this.run({
      do: 'set_device',
      device,
      ...(bypass === undefined ? {} : { bypass }),
      ...(side === undefined ? {} : { side }),
      ...(sidePre === undefined ? {} : { side_pre: sidePre }),
    });
  }

  async loadImpulse(device: Id, file: File) {
    try {
      const bytes = await file.arrayBuffer();
      const audio = await decodeAudio(bytes);
      const impulse = await this.takes.keep(this.projects.id, audio, bytes);
      this.run({ do: 'set_device', device, impulse });
      this.projects.uploadTakes();
    } catch (error) {
      this.desk.complain(error);
    }
  }

  setParameter(device: Id, parameter: string, value: number) {
    const strip = this.stripOfDevice(device);
    if (strip === null) return;
    const insert = this.node(device);
    this.player.engine.send({ type: 'param', insert, param: encoder.encode(parameter), value });
    const command = { do: 'set_device_param', device, param: parameter, value };
    const info = this.infoOf(device)?.parameters.find((p) => p.id === parameter);
    if (info?.structural) this.run(command);
    else this.told(() => this.run(command));
    if (info && !info.structural)
      this.touch(strip, `device:${device}:${parameter}`, value, (info.max - info.min) / 500);
  }

  setParameters(device: Id, values: Readonly<Record<string, number>>) {
    const info = this.infoOf(device);
    if (!info) return;
    const params = Object.fromEntries(info.parameters.map((p) => [p.id, values[p.id] ?? p.initial]));
    this.run({ do: 'set_device', device, params });
  }

  // ------------------------------------------------------------ sends

  addSend(strip: Id, to: Id): Id | null {
    return (this.run({ do: 'add_send', track: strip, to, gain_db: -10 }) as Id | undefined) ?? null;
  }

  setSend(send: Id, fields: { to?: Id; gainDb?: number; pre?: boolean; mute?: boolean }) {
    const strip = this.desk.state.song.tracks.find((t) => t.sends.some((s) => s.id === send));
    const now = strip?.sends.find((s) => s.id === send);
    if (!strip || !now) return;
    const { gainDb = now.gainDb, mute = now.mute } = fields;
    const command = {
      do: 'set_send',
      send,
      ...(fields.to === undefined ? {} : { to: fields.to }),
      ...(fields.gainDb === undefined ? {} : { gain_db: silence(gainDb) }),
      ...(fields.pre === undefined ? {} : { pre: fields.pre }),
      ...(fields.mute === undefined ? {} : { mute }),
    };
    this.player.engine.send({ type: 'send', send: this.node(send), gain: gain(gainDb), mute });
    if (fields.to !== undefined || fields.pre !== undefined) this.run(command);
    else this.told(() => this.run(command));
    if (fields.gainDb !== undefined) this.touch(strip.id, `send:${send}:gain_db`, gainDb, 0.2);
  }

  removeSend(send: Id) {
    this.run({ do: 'remove_entity', id: send });
  }

  // ------------------------------------------------------------ automation

  addLane(strip: StripId, target: string): Id | null {
    return (this.run({ do: 'add_lane', owner: ownerOf(strip), target }) as Id | undefined) ?? null;
  }
  removeLane(lane: Id) {
    this.run({ do: 'remove_entity', id: lane });
  }
  addPoint(lane: Id, point: Omit<PointView, 'id'>): Id | null {
    return (this.run({ do: 'add_point', lane, ...pointFields(point) }) as Id | undefined) ?? null;
  }
  setPoints(points: readonly PointView[]) {
    this.group('Automation', () => {
      for (const point of points) this.run({ do: 'set_point', point: point.id, ...pointFields(point) });
    });
  }
  removePoints(points: Iterable<Id>) {
    this.group('Automation', () => {
      for (const id of points) this.run({ do: 'remove_entity', id });
    });
  }
  drawPoints(
    lane: Id,
    line: readonly { at: number; value: number }[],
    parameter: ParameterInfo,
    shape: Shape,
  ) {
    // The last pass of the hand over a place counts.
    const byTick = new Map(line.map((p) => [p.at, p]));
    const sorted = [...byTick.values()].sort((a, b) => a.at - b.at);
    const kept = thin(sorted, (parameter.max - parameter.min) / 200);
    this.writePoints(
      lane,
      kept[0]!.at,
      kept.at(-1)!.at,
      kept.map((p) => ({ ...p, shape, bend: 0 })),
    );
  }
  private writePoints(lane: Id, from: number, to: number, points: readonly Omit<PointView, 'id'>[]) {
    this.run({
      do: 'write_points',
      lane,
      from: Math.round(from),
      to: Math.round(to),
      points: points.map(pointFields),
    });
  }
  arm(on: boolean) {
    this.desk.set({ armed: on });
  }
  valueAt(lane: LaneView, at: number): number | null {
    const { document } = this.desk;
    return valueAt(lane.points, at, (tick) => document?.time.seconds(tick) ?? tick);
  }

  // What is touched while the song plays, if automation is armed.
  private touch(strip: StripId, target: string, value: number, error: number) {
    const { armed, transport } = this.desk.state;
    if (!armed || !transport.playing || !this.desk.gesturing) return;
    let list = this.recording.get(target);
    if (!list) {
      list = { strip, target, error, points: [] };
      this.recording.set(target, list);
    }
    list.points.push({ at: Math.round(this.player.position()), value });
  }

  private writeRecorded() {
    const all = [...this.recording.values()];
    this.recording.clear();
    for (const { strip, target, error, points } of all) {
      // The last value holds until it was let go.
      const last = points.at(-1)!;
      const end = Math.round(this.player.position());
      const list = end > last.at ? [...points, { at: end, value: last.value }] : points;
      // A loop's jump back starts over: what was played last counts.
      const jump = list.findLastIndex((p, i) => i > 0 && p.at < list[i - 1]!.at);
      const kept = thin(jump > 0 ? list.slice(jump) : list, error);
      const lane = this.addLane(strip, target);
      if (!lane) continue;
      const shape = 'linear' as const;
      this.writePoints(
        lane,
        kept[0]!.at,
        kept.at(-1)!.at,
        kept.map((p) => ({ ...p, shape, bend: 0 })),
      );
    }
  }

  // ------------------------------------------------------------ what is measured

  meters(strip: StripId) {
    this.look();
    const { engine } = this.player;
    if (strip === MASTER) return engine.masterPeaks();
    return engine.strip(this.node(strip));
  }

  reading(device: Id, index: number): number {
    if (index < 0) return NaN;
    const key = `${device}/${index}`;
    const now = performance.now();
    const entry = this.watched.get(key);
    if (entry) {
      entry.at = now;
      return this.watching && entry.place >= 0 ? this.player.engine.readingAt(entry.place) : NaN;
    }
    this.watched.set(key, { insert: this.node(device), index, place: -1, at: now });
    this.watching = false;
    this.look();
    return NaN;
  }

  private look() {
    this.looked = performance.now();
    if (this.watching || this.player.engine.state().state !== 'ready') return;
    this.watching = true;
    const readings = [...this.watched.values()];
    readings.forEach((entry, place) => (entry.place = place));
    this.player.engine.send({
      type: 'watch',
      strips: true,
      readings: readings.map(({ insert, index }) => ({ insert, index })),
    });
  }

  // A new worklet has forgotten what it was to tell.
  forget() {
    this.watching = false;
  }

  private rest() {
    const now = performance.now();
    let fewer = false;
    for (const [key, entry] of this.watched) {
      if (now - entry.at < WATCH_MS) continue;
      this.watched.delete(key);
      fewer = true;
    }
    if (!this.watching) return;
    if (now - this.looked < WATCH_MS) {
      if (fewer) {
        this.watching = false;
        this.look();
      }
      return;
    }
    this.watching = false;
    this.player.engine.send({ type: 'watch', strips: false, readings: [] });
  }

  // ------------------------------------------------------------

  private group<T>(label: string, edits: () => T): T {
    this.desk.hold();
    this.run({ do: 'begin', label });
    try {
      return edits();
    } finally {
      this.desk.let();
      this.run({ do: 'end' });
      this.desk.changed(true);
    }
  }

  // Within a gesture the engine has what it needs; the plan follows when the gesture ends.
  private told(edit: () => unknown) {
    this.desk.told = this.desk.gesturing;
    try {
      edit();
    } finally {
      this.desk.told = false;
    }
  }

  private node(id: Id): bigint {
    let node = this.nodes.get(id);
    if (node === undefined) {
      node = this.desk.document?.nodeOf(id) ?? 0n;
      this.nodes.set(id, node);
    }
    return node;
  }
  private devicesOf(strip: StripId): Id[] {
    const { song } = this.desk.state;
    const found = strip === MASTER ? song.master : song.tracks.find((t) => t.id === strip);
    return found?.devices.map((d) => d.id) ?? [];
  }
  private stripOfDevice(device: Id): StripId | null {
    const { song } = this.desk.state;
    if (song.master.devices.some((d) => d.id === device)) return MASTER;
    return song.tracks.find((t) => t.devices.some((d) => d.id === device))?.id ?? null;
  }
  private infoOf(device: Id) {
    const { song } = this.desk.state;
    for (const strip of [song.master, ...song.tracks]) {
      const found = strip.devices.find((d) => d.id === device);
      if (found) return this.shelf?.info(found.effect);
    }
    return undefined;
  }
}

const encoder = new TextEncoder();
const ownerOf = (strip: StripId) => (strip === MASTER ? '' : strip);
const silence = (db: number) => (db <= -60 ? -120 : db);
const pointFields = ({ at, value, shape, bend }: Omit<PointView, 'id'>) => ({
  at: Math.max(0, Math.round(at)),
  value,
  shape: SHAPES.indexOf(shape),
  bend,
});
