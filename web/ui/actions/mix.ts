// The mixing desk by name and key. The strip that acts is the chosen one, else the track of the session.
import { MASTER, type StripId } from '../../core';
import { chooseFile } from '../lib/choose';
import { chosen, desk, deviceOf, stripName, stripOf, stripOrder } from '../lib/desk';
import { enter } from '../lib/rooms';
import { open, say } from '../lib/screen';
import { AUDIO_FILES } from './file';
import { type Action, type App, needsProject, stateOf } from './types';

const current = (app: App): StripId => {
  const { song, track } = stateOf(app);
  return chosen(song, track);
};

const move = (app: App, by: number): void => {
  const { song } = stateOf(app);
  const order = stripOrder(song);
  const at = order.indexOf(current(app));
  const next = order[Math.min(order.length - 1, Math.max(0, at + by))]!;
  desk.setState({ strip: next });
  if (next !== MASTER) app.session.selectTrack(next);
  say(stripName(song, next));
};

const toggle = (app: App, field: 'mute' | 'solo' | 'soloSafe', words: string): void => {
  const { song } = stateOf(app);
  const id = current(app);
  const track = song.tracks.find((t) => t.id === id);
  if (!track) return;
  app.session.mix.setStrip(id, { [field]: !track[field] });
  say(`${stripName(song, id)}: ${words} ${track[field] ? 'off' : 'on'}`);
};

const needsTrack = (state: Parameters<NonNullable<Action['why']>>[0]): string | null =>
  needsProject(state) ?? (state.song.tracks.length > 0 ? null : 'There is no track yet');

const needsEffect = (state: Parameters<NonNullable<Action['why']>>[0]): string | null =>
  needsProject(state) ?? (deviceOf(state.song, desk.getState().device) ? null : 'Open an effect first');

const level = (app: App, by: number): void => {
  const state = stateOf(app);
  const id = current(app);
  const now = id === MASTER ? state.masterDb : (state.song.tracks.find((t) => t.id === id)?.gainDb ?? 0);
  const next = Math.min(6, Math.max(-60, Math.round((Math.max(-60, now) + by) * 10) / 10));
  app.session.mix.setStrip(id, { gainDb: next });
  say(`${stripName(state.song, id)}: ${next} dB`);
};

export const mixActions: readonly Action[] = [
  {
    id: 'add-track',
    title: 'Add an instrument track',
    group: 'Mix',
    keys: ['Shift+A'],
    scope: 'page',
    also: 'new channel',
    why: needsProject,
    run: ({ session }) => {
      const id = session.mix.addTrack('notes', 'Track');
      session.selectTrack(id);
      desk.setState({ strip: id });
    },
  },
  {
    id: 'add-recording',
    title: 'Add a recording as a track',
    group: 'Mix',
    keys: ['Ctrl+Shift+O'],
    scope: 'page',
    also: 'audio import wav file clip',
    why: needsProject,
    run: async ({ session }) => {
      const file = await chooseFile(AUDIO_FILES);
      const id = file ? await session.mix.addRecording(file) : null;
      if (id) desk.setState({ strip: id });
    },
  },
  {
    id: 'add-bus',
    title: 'Add a group',
    group: 'Mix',
    keys: ['Shift+B'],
    scope: 'page',
    also: 'bus submix channel',
    why: needsProject,
    run: (app) => {
      const { song } = stateOf(app);
      const from = current(app);
      app.session.edit.group('Add a group', () => {
        const id = app.session.mix.addTrack('bus', 'Group');
        // The chosen track is its first member.
        const track = song.tracks.find((t) => t.id === from);
        if (track && track.kind !== 'bus') app.session.mix.setStrip(track.id, { output: id });
        desk.setState({ strip: id });
      });
    },
  },
  {
    id: 'add-return',
    title: 'Add a return with a reverb',
    group: 'Mix',
    keys: ['Shift+R'],
    scope: 'page',
    also: 'aux send bus echo',
    why: needsProject,
    run: async (app) => {
      await app.session.mix.effects();
      const { song } = stateOf(app);
      const from = current(app);
      app.session.edit.group('Add a return', () => {
        const { mix } = app.session;
        const id = mix.addTrack('bus', 'Reverb');
        const device = mix.addDevice(id, 'reverb-plate');
        if (device) mix.setParameter(device, 'mix', 1);
        const track = song.tracks.find((t) => t.id === from);
        if (track) mix.addSend(track.id, id);
        desk.setState({ strip: id, device });
      });
    },
  },
  {
    id: 'add-effect',
    title: 'Add an effect to the strip',
    group: 'Mix',
    keys: ['Shift+E'],
    scope: 'page',
    also: 'insert plugin equaliser compressor reverb delay',
    why: needsProject,
    run: (app) => {
      enter('studio');
      desk.setState({ strip: current(app), adding: current(app), side: 'mixer' });
    },
  },
  {
    id: 'bypass-effect',
    title: 'Bypass the open effect',
    group: 'Mix',
    keys: ['B'],
    scope: 'page',
    also: 'off on compare',
    why: needsEffect,
    run: (app) => {
      const found = deviceOf(stateOf(app).song, desk.getState().device);
      if (!found) return;
      app.session.mix.setDevice(found.device.id, { bypass: !found.device.bypass });
      say(found.device.bypass ? 'On' : 'Bypassed');
    },
  },
  {
    id: 'next-effect',
    title: 'Open the next effect of the strip',
    group: 'Mix',
    keys: ['N'],
    scope: 'page',
    why: needsTrack,
    run: (app) => {
      const { song } = stateOf(app);
      const devices = stripOf(song, current(app))?.devices ?? [];
      const at = devices.findIndex((d) => d.id === desk.getState().device);
      const next = devices[(at + 1) % Math.max(1, devices.length)];
      desk.setState({ device: next?.id ?? null });
    },
  },
  {
    id: 'close-effect',
    title: 'Close the effect',
    group: 'Mix',
    keys: ['Shift+X'],
    scope: 'page',
    why: needsEffect,
    run: () => desk.setState({ device: null }),
  },
  {
    id: 'mute-strip',
    title: 'Mute the strip',
    group: 'Mix',
    keys: ['Shift+M'],
    scope: 'page',
    why: needsTrack,
    run: (app) => toggle(app, 'mute', 'mute'),
  },
  {
    id: 'solo-strip',
    title: 'Solo the strip',
    group: 'Mix',
    keys: ['Shift+S'],
    scope: 'page',
    why: needsTrack,
    run: (app) => toggle(app, 'solo', 'solo'),
  },
  {
    id: 'solo-safe-strip',
    title: 'Keep the strip heard while others are soloed',
    group: 'Mix',
    keys: ['Shift+D'],
    scope: 'page',
    also: 'solo safe defeat',
    why: needsTrack,
    run: (app) => toggle(app, 'soloSafe', 'solo-safe'),
  },
  {
    id: 'solo-none',
    title: 'End all solos',
    group: 'Mix',
    keys: ['Shift+U'],
    scope: 'page',
    also: 'unsolo clear',
    why: (state) =>
      needsProject(state) ?? (state.song.tracks.some((t) => t.solo) ? null : 'Nothing is soloed'),
    run: (app) =>
      app.session.edit.group('End all solos', () => {
        for (const t of stateOf(app).song.tracks) if (t.solo) app.session.mix.setStrip(t.id, { solo: false });
      }),
  },
  {
    id: 'polarity-strip',
    title: 'Turn the polarity of the strip',
    group: 'Mix',
    keys: ['Shift+I'],
    scope: 'page',
    also: 'phase invert flip',
    why: needsTrack,
    run: (app) => {
      const id = current(app);
      const track = stateOf(app).song.tracks.find((t) => t.id === id);
      if (!track) return;
      const on = !(track.invertLeft || track.invertRight);
      app.session.mix.setStrip(id, { invertLeft: on, invertRight: on });
    },
  },
  {
    id: 'next-strip',
    title: 'Next strip',
    group: 'Mix',
    keys: ['Alt+PageDown'],
    scope: 'page',
    why: needsProject,
    run: (app) => move(app, 1),
  },
  {
    id: 'previous-strip',
    title: 'Previous strip',
    group: 'Mix',
    keys: ['Alt+PageUp'],
    scope: 'page',
    why: needsProject,
    run: (app) => move(app, -1),
  },
  {
    id: 'strip-up',
    title: 'Raise the strip by 1 dB',
    group: 'Mix',
    keys: [')'],
    scope: 'page',
    also: 'louder level fader',
    why: needsProject,
    run: (app) => level(app, 1),
  },
  {
    id: 'strip-down',
    title: 'Lower the strip by 1 dB',
    group: 'Mix',
    keys: ['('],
    scope: 'page',
    also: 'quieter level fader',
    why: needsProject,
    run: (app) => level(app, -1),
  },
  {
    id: 'write-automation',
    title: 'Record automation on or off',
    group: 'Mix',
    keys: ['Shift+W'],
    scope: 'page',
    also: 'arm write touch',
    why: needsProject,
    run: (app) => {
      const on = !stateOf(app).armed;
      app.session.mix.arm(on);
      say(on ? 'What is touched while it plays is recorded' : 'Automation is not recorded');
    },
  },
  {
    id: 'mixdown',
    title: 'Mix down to an audio file',
    group: 'Mix',
    keys: ['Ctrl+E'],
    scope: 'page',
    also: 'export bounce render wav flac mp3 stems loudness lufs',
    why: (state) => needsProject(state) ?? (state.song.end > 0 ? null : 'There is nothing to hear yet'),
    run: () => open('mixdown'),
  },
];
