// What the Stream room can do by key. Single letters mean this only while the room is open.
import type { Stream } from '../../core/stream_types';
import { enter } from '../lib/rooms';
import { open, say, toast } from '../lib/screen';
import { playing, settingOf, streamScreen, swapSlots } from '../lib/stream';
import type { Action } from './types';

const VOICES = ['pad', 'choir', 'piano', 'pluck', 'bell', 'bass', 'drums', 'texture'] as const;

function withStream(run: (stream: Stream) => unknown): () => unknown {
  return () => {
    const { stream } = streamScreen.getState();
    return stream ? run(stream) : undefined;
  };
}

// Steps a setting by `by`, held in its range; choices go round.
function step(id: string, by: number, words: (stream: Stream, value: number) => string): () => unknown {
  return withStream((stream) => {
    const state = stream.store.getState();
    const row = state.table.find((s) => s.id === id);
    if (!row) return;
    const count = row.max - row.min + 1;
    const moved = settingOf(state, id) + by;
    const value =
      row.scale === 'choice'
        ? row.min + ((((moved - row.min) % count) + count) % count)
        : Math.min(row.max, Math.max(row.min, Number(moved.toFixed(4))));
    stream.control({ [id]: value });
    say(words(stream, value));
  });
}

const choiceWords = (id: string) => (stream: Stream, value: number) =>
  stream.store.getState().table.find((s) => s.id === id)?.choices[value] ?? '';
const percent = (name: string) => (_: Stream, value: number) => `${name} ${Math.round(value * 100)} %`;

export const streamActions: readonly Action[] = [
  {
    id: 'room-stream',
    title: 'Go to Stream',
    group: 'View',
    keys: ['Alt+4'],
    scope: 'page',
    also: 'endless ambient music radio channel',
    run: () => {
      open(null);
      enter('stream');
    },
  },
  ...(
    [
      {
        id: 'stream-play',
        title: 'Listen or pause',
        keys: ['Space'],
        run: withStream((stream) => (playing(stream.store.getState()) ? stream.pause() : stream.play())),
      },
      {
        id: 'stream-brisker',
        title: 'More intensity',
        keys: ['ArrowUp'],
        run: step('intensity', 0.05, percent('Intensity')),
      },
      {
        id: 'stream-calmer',
        title: 'Less intensity',
        keys: ['ArrowDown'],
        run: step('intensity', -0.05, percent('Intensity')),
      },
      {
        id: 'stream-fifth-up',
        title: 'Key a fifth up',
        keys: ['ArrowRight'],
        run: step('key', 7, choiceWords('key')),
      },
      {
        id: 'stream-fifth-down',
        title: 'Key a fifth down',
        keys: ['ArrowLeft'],
        run: step('key', -7, choiceWords('key')),
      },
      { id: 'stream-mode', title: 'Next mode', keys: ['M'], run: step('mode', 1, choiceWords('mode')) },
      { id: 'stream-style', title: 'Next style', keys: ['Y'], run: step('style', 1, choiceWords('style')) },
      {
        id: 'stream-faster',
        title: 'Faster',
        keys: ['+', '='],
        run: step('bpm', 1, (_, value) => `${value} beats a minute`),
      },
      {
        id: 'stream-slower',
        title: 'Slower',
        keys: ['-'],
        run: step('bpm', -1, (_, value) => `${value} beats a minute`),
      },
      {
        id: 'stream-reseed',
        title: 'Other music: a new seed',
        keys: ['N'],
        run: withStream((stream) => {
          stream.reseed(newSeed());
          say('New seed');
        }),
      },
      {
        id: 'stream-swap',
        title: 'Variation A or B',
        keys: ['X'],
        run: () => say(`Variation ${swapSlots()}`),
      },
      {
        id: 'stream-favourite',
        title: 'Favourite or not',
        keys: ['H'],
        run: withStream((stream) => {
          const { channels, channel } = stream.store.getState();
          const here = channels.find((c) => c.id === channel);
          return here ? stream.favourite(channel, !here.favourite) : undefined;
        }),
      },
      {
        id: 'stream-save',
        title: 'Save the last minutes',
        keys: ['S'],
        run: () => streamScreen.setState({ saving: true }),
      },
      {
        id: 'stream-channels',
        title: 'Channels',
        keys: ['C'],
        run: () => streamScreen.setState({ channels: true }),
      },
      {
        id: 'stream-dashboard',
        title: 'Dashboard on or off',
        keys: ['D'],
        run: () => streamScreen.setState((s) => ({ dashboard: !s.dashboard })),
      },
      {
        id: 'stream-link',
        title: 'Copy the link to this channel',
        keys: ['L'],
        run: withStream(async (stream) => {
          const link = stream.linkOf(stream.store.getState().channel);
          await navigator.clipboard.writeText(link);
          toast('The link is copied.', { next: link });
        }),
      },
      ...VOICES.map((voice, i) => ({
        id: `stream-${voice}`,
        title: `${voice[0]!.toUpperCase()}${voice.slice(1)} on or off`,
        keys: [`${i + 1}`],
        run: withStream((stream) => {
          const on = settingOf(stream.store.getState(), `${voice}_on`) !== 0;
          stream.control({ [`${voice}_on`]: on ? 0 : 1 });
          say(`${voice} ${on ? 'off' : 'on'}`);
        }),
      })),
    ] as const
  ).map((action): Action => ({ ...action, group: 'Stream', scope: 'page', room: 'stream' })),
];

// Up to 2^53, so that it is the same number everywhere.
export function newSeed(): string {
  const [high, low] = crypto.getRandomValues(new Uint32Array(2)) as unknown as [number, number];
  return String((high & 0x1fffff) * 2 ** 32 + low);
}
