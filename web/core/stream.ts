// The Stream room: endless music of a channel, heard, steered and kept (stream_types.ts).
//
// Not part of core/index: import it when the room is first entered, import('…/core/stream').
import { createStore } from 'zustand/vanilla';
import { failure, Failure, problemOf } from './problem';
import { StreamApi } from './stream_api';
import { StreamChannels } from './stream_channels';
import type { DecoderKind } from './stream_decode';
import { StreamKeep } from './stream_keep';
import { Listening, waysToListen, type Format } from './stream_listen';
import { STREAM_REPORT as R } from '../worklet/stream_protocol';
import { StreamOutput } from './stream_output';
import { STREAM_START } from './stream_state';
import type { ChannelInfo, Stream, StreamBar, StreamSettings, StreamState } from './stream_types';
import { Wishes } from './stream_wishes';
import type { Words } from './stream_wire';
import type { Problem } from './types';

export interface StreamOptions {
  server?: string; // another than the page's own
  // Only these ways to listen, for tests.
  format?: Format;
  decoder?: DecoderKind;
}

const BARS = 64; // kept of those that were heard
const POLL = 250; // ms
const POLL_SOON = 40; // ms, until the first sound

const HELD_BACK = failure(
  'refused',
  'The browser holds the sound back.',
  'Press play once more, or allow sound for this page.',
).problem;
const OFFLINE = failure(
  'offline',
  'The server cannot be reached.',
  'The music goes on as soon as it is back.',
).problem;
const CRASHED = failure(
  'internal',
  'The player stopped by a fault of its own.',
  'Press play to start it again.',
).problem;

export function createStream(options: StreamOptions = {}): Stream {
  const store = createStore<StreamState>(() => STREAM_START);
  const set = (change: Partial<StreamState>) => store.setState(change);
  const get = () => store.getState();
  const api = new StreamApi(options.server ?? location.origin);
  const keep = new StreamKeep();
  const channels = new StreamChannels(api, keep);
  const output = new StreamOutput(
    () => update(),
    () => stop(CRASHED),
  );
  const ways = waysToListen().then((all) =>
    all.filter(
      (w) =>
        (!options.format || w.format === options.format) &&
        (!options.decoder || w.decoder === options.decoder),
    ),
  );
  let listening: Listening | null = null;
  let poll: ReturnType<typeof setTimeout> | undefined;
  let began = 0; // when the sound was asked for

  const wishes = new Wishes(
    ask,
    (state) => set(state),
    (id) => get().table.find((s) => s.id === id)?.when ?? 'at_bar',
  );

  // What was kept holds unless something was chosen before it came.
  const kept = keep.ready.then(() => {
    const { volume, lowLatency } = get();
    if (volume === STREAM_START.volume) set({ volume: keep.volume });
    if (lowLatency === STREAM_START.lowLatency) set({ lowLatency: keep.lowLatency });
    output.setVolume(get().volume);
    output.setLow(get().lowLatency);
  });
  const linked = fromAddress(keep, (channel) => set({ channel }));

  // ---------------------------------------------------------------- asking

  function ask(changes: StreamSettings, seed: string | null) {
    const message = { ...changes, ...(seed === null ? {} : { seed }) };
    if (listening?.send({ type: 'control', ...message })) return;
    const { channel } = get();
    const secret = keep.secret(channel);
    api.control(channel, secret ? { ...message, secret } : message).then(
      (applied) => {
        if (get().channel === channel) wishes.confirmed({ ...applied, changed: Object.keys(changes) });
      },
      (error: unknown) => {
        if (get().channel !== channel) return;
        set({ problem: problemOf(error) });
        wishes.refused();
      },
    );
  }

  function words(message: Words) {
    switch (message.type) {
      case 'hello':
        // What a time line of before would have brought is not to come.
        set({ problem: null, bars: get().bars.filter((b) => b.frame <= message.frame + b.frames) });
        wishes.start(message.settings, message.seed);
        break;
      case 'bar': {
        const { type: _, ...bar } = message;
        set({ bars: withBar(get().bars, bar, output.heardFrame()) });
        break;
      }
      case 'control':
        if (get().problem && listening?.up) set({ problem: null });
        wishes.confirmed(message);
        break;
      case 'error':
        set({ problem: { code: message.code, message: message.message, next: message.next } });
        wishes.refused();
        break;
    }
  }

  // ---------------------------------------------------------------- listening

  function update() {
    clearTimeout(poll);
    if (!listening) return;
    const health = listening.health();
    const sounding = output.report[R.state] === 2;
    const phase = !listening.up
      ? listening.everUp
        ? 'reconnecting'
        : 'connecting'
      : sounding && output.running
        ? 'playing'
        : 'buffering';
    let { problem } = get();
    if (problem === OFFLINE || problem === HELD_BACK) problem = null;
    if (!listening.up && (listening.everUp || health.reconnects > 0)) problem = OFFLINE;
    else if (!output.running && performance.now() - began > 1000) problem ??= HELD_BACK;
    set({ phase, problem, health, quality: listening.quality(health) });
    wishes.heard(output.heardFrame());
    poll = setTimeout(update, phase === 'playing' ? POLL : POLL_SOON);
  }

  function stop(problem: Problem | null) {
    clearTimeout(poll);
    listening?.close();
    listening = null;
    void output.pause();
    const { health } = get();
    set({
      phase: problem ? 'failed' : 'off',
      problem,
      quality: 'unknown',
      health: { ...STREAM_START.health, underruns: health.underruns, reconnects: health.reconnects },
    });
    session('paused');
  }

  function change(channel: string) {
    listening?.close();
    listening = null;
    output.clear();
    wishes.forget();
    set({ channel, bars: [], pending: [], settings: {}, seed: '' });
  }

  async function play(channel?: string): Promise<void> {
    const to = channel ?? get().channel;
    if (to !== get().channel) change(to);
    if (listening && get().phase !== 'failed') {
      await output.start(get().lowLatency); // held back before; now there is a gesture
      return;
    }
    set({ phase: 'connecting', problem: null });
    began = performance.now();
    const mine = new Listening({
      output,
      formats: async () => (await Promise.all([ways, kept, linked]))[0].slice(),
      connect: (format) => {
        const secret = keep.secret(to);
        const latency = get().lowLatency ? 'low' : 'normal';
        const query = new URLSearchParams({ channel: to, format, latency, ...(secret ? { secret } : {}) });
        const socket = api.socket(`/ws/stream?${query.toString()}`);
        return socket;
      },
      refused: () => channels.one(to).then(() => null, whyNot),
      words,
      changed: update,
      failed: stop,
    });
    listening = mine;
    const sound = output.start(get().lowLatency); // at once: a gesture lasts only so long
    try {
      await Promise.all([sound, mine.open()]);
    } catch (error) {
      if (listening === mine) stop(problemOf(error));
      throw error instanceof Failure ? error : new Failure(problemOf(error));
    }
    if (listening !== mine) return;
    update();
    session('playing');
    if (get().table.length === 0) void refresh().catch(() => {});
  }

  // Keys of a keyboard, headphones and the lock screen.
  function session(state: 'playing' | 'paused') {
    if (!('mediaSession' in navigator)) return;
    const { channels: all, channel } = get();
    navigator.mediaSession.playbackState = state;
    navigator.mediaSession.metadata = new MediaMetadata({
      title: all.find((c) => c.id === channel)?.name ?? 'Stream',
      artist: 'Tutti',
    });
    navigator.mediaSession.setActionHandler('play', () => void play().catch(() => {}));
    navigator.mediaSession.setActionHandler('pause', () => stop(null));
  }

  // ---------------------------------------------------------------- the rest of the verbs

  async function refresh() {
    await Promise.all([kept, linked]);
    const [table, list, presets] = await Promise.all([
      get().table.length ? get().table : api.table(),
      channels.list(get().channel),
      channels.presets(),
    ]);
    set({ table, channels: list, presets });
    if (listening) return;
    // Nothing is playing: what it would play with.
    const { channel } = get();
    const status = await api.status(channel, keep.secret(channel));
    if (!listening && get().channel === channel) wishes.start(status.settings, status.seed);
  }

  const amend = (id: string, change: Partial<ChannelInfo>) =>
    set({ channels: get().channels.map((c) => (c.id === id ? { ...c, ...change } : c)) });

  // Shown at once, taken back if the server refuses.
  async function opine(id: string, change: Partial<ChannelInfo>, work: Promise<void>) {
    const before = get().channels.find((c) => c.id === id);
    amend(id, change);
    try {
      await work;
    } catch (error) {
      if (before) amend(id, { favourite: before.favourite, rating: before.rating });
      throw error;
    }
  }

  const wake = () => listening?.wake();
  const shown = () => {
    if (document.visibilityState === 'visible') wake();
  };
  addEventListener('online', wake);
  document.addEventListener('visibilitychange', shown);

  const stream: Stream = {
    store,
    refresh,
    play,
    pause: () => stop(null),
    control: (changes) => wishes.want(changes),
    reseed: (seed) => wishes.wantSeed(seed),
    setVolume(volume) {
      const within = Math.min(1, Math.max(0, volume));
      set({ volume: within });
      output.setVolume(within);
      void keep.keep({ volume: within });
    },
    setLowLatency(on) {
      if (on === get().lowLatency) return;
      set({ lowLatency: on });
      void keep.keep({ lowLatency: on });
      output.setLow(on);
      listening?.renew();
    },
    async createChannel(wanted) {
      const made = await channels.create(wanted);
      set({ channels: [...get().channels, made] });
      return made.id;
    },
    async deleteChannel(id) {
      await channels.delete(id);
      set({ channels: get().channels.filter((c) => c.id !== id) });
      if (get().channel !== id) return;
      stop(null);
      change(STREAM_START.channel);
      void refresh().catch(() => {});
    },
    linkOf(id) {
      const channel = get().channels.find((c) => c.id === id);
      const secret = channel?.visibility === 'private' ? keep.secret(id) : undefined;
      const query = new URLSearchParams({ channel: id, ...(secret ? { secret } : {}) });
      return `${api.base}/?${query.toString()}#stream`;
    },
    favourite: (id, on) => opine(id, { favourite: on }, channels.favourite(id, on)),
    rate: (id, rating) => opine(id, { rating }, channels.rate(id, rating)),
    async savePreset(name) {
      await channels.savePreset(name, get().settings);
      set({ presets: await channels.presets() });
    },
    async deletePreset(id) {
      await channels.deletePreset(id);
      set({ presets: get().presets.filter((p) => p.id !== id) });
    },
    save: (wanted) => channels.save(get().channel, wanted),
    heardFrame: () => output.heardFrame(),
    level: () => output.level(),
    spectrum: (into) => output.spectrum(into as Float32Array<ArrayBuffer>),
    dispose() {
      stop(null);
      wishes.forget();
      removeEventListener('online', wake);
      document.removeEventListener('visibilitychange', shown);
      void output.close();
      void keep.close();
    },
  };
  // For scripts in the browser's console, and for tests: everything the screen can do.
  (globalThis as { tuttiStream?: Stream }).tuttiStream = stream;
  return stream;
}

// A link to a channel names it, and a private one's secret, which does not stay in the address.
async function fromAddress(keep: StreamKeep, found: (channel: string) => void) {
  const query = new URLSearchParams(location.search);
  const channel = query.get('channel');
  if (!channel) return;
  found(channel);
  const secret = query.get('secret');
  if (!secret) return;
  query.delete('secret');
  history.replaceState(history.state, '', `${location.pathname}?${query.toString()}${location.hash}`);
  await keep.keepSecret(channel, secret);
}

// Whether trying again can help after a handshake that failed.
function whyNot(error: unknown): Problem | null {
  const problem = problemOf(error);
  return ['not_found', 'refused', 'bad_input'].includes(problem.code) ? problem : null;
}

// The last bars that were heard and those to come, in order.
function withBar(bars: readonly StreamBar[], bar: StreamBar, heard: number): readonly StreamBar[] {
  const all = [...bars.filter((b) => b.frame !== bar.frame), bar].sort((a, b) => a.frame - b.frame);
  const passed = all.filter((b) => b.frame + b.frames <= heard).length;
  return all.slice(Math.max(0, passed - BARS));
}
