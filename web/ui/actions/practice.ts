// What the Practice room can do by key: everything, with one hand on the instrument. Single letters mean
// this only while the room is open.
import type { Practice, PracticeState, StemName } from '../../core/practice_types';
import { barsText } from '../lib/bars';
import { practiceScreen, show, STEM_WORDS } from '../lib/practice';
import { enter } from '../lib/rooms';
import { open, say, toast } from '../lib/screen';
import { signed } from '../lib/words';
import type { Action } from './types';

const STEMS: readonly StemName[] = ['drums', 'bass', 'other', 'vocals'];
const HELD = 300; // ms: longer is a hold, which ends with the key
const HARD_KEYS = 5;

function complain(error: unknown): void {
  const problem = error as { message?: string; next?: string; problem?: { next?: string } };
  const next = problem.next ?? problem.problem?.next;
  toast(problem.message ?? 'That did not work.', { tone: 'error', ...(next ? { next } : {}) });
}

function withPractice(run: (practice: Practice, state: PracticeState) => unknown): () => unknown {
  return () => {
    const { practice } = practiceScreen.getState();
    if (!practice) return undefined;
    const result = run(practice, practice.store.getState());
    return result instanceof Promise ? result.catch(complain) : result;
  };
}

// Of a song that is open; without one there is nothing to do.
const withSong = (run: (practice: Practice, state: PracticeState) => unknown): (() => unknown) =>
  withPractice((practice, state) => (state.song ? run(practice, state) : undefined));

const percent = (speed: number): string => `${Math.round(speed * 100)} %`;

function faster(by: number): () => unknown {
  return withSong((practice, { speed }) => {
    practice.setSpeed(Math.min(2, Math.max(0.25, Math.round((speed + by) * 100) / 100)));
    say(percent(practice.store.getState().speed));
  });
}

function higher(by: number): () => unknown {
  return withSong((practice, { pitch }) => {
    practice.setPitch(Math.min(12, Math.max(-12, pitch + by)));
    say(`${signed(practice.store.getState().pitch)} semitones`);
  });
}

function otherLoop(by: number): () => unknown {
  return withSong((practice, { loops, loop }) => {
    if (loops.length === 0) return;
    const here = loops.findIndex((l) => l.id === loop);
    const at = here < 0 ? (by > 0 ? 0 : loops.length - 1) : (here + by + loops.length) % loops.length;
    const next = loops[at]!;
    practice.setLoop(next.id);
    practice.seek(next.start);
    say(next.name);
  });
}

function louder(by: number): () => unknown {
  return withSong((practice, { instrument, stems }) => {
    const stem = stems.find((s) => s.name === instrument);
    if (!stem) return;
    const gainDb = Math.min(6, Math.max(-60, stem.gainDb + by));
    practice.setStem(instrument, { gainDb });
    say(`${STEM_WORDS[instrument]} ${signed(gainDb)} dB`);
  });
}

// The song is shown from one loop's width to the whole.
export function zoom(factor: number): void {
  const { practice, from, seconds } = practiceScreen.getState();
  if (!practice) return;
  const { duration } = practice.store.getState();
  const shown = seconds || duration;
  const next = Math.min(duration, Math.max(2, shown / factor));
  const centre = Math.min(Math.max(practice.position(), from), from + shown);
  const place = shown > 0 ? (centre - from) / shown : 0;
  practiceScreen.setState({
    seconds: next >= duration ? 0 : next,
    from: Math.max(0, Math.min(duration - next, centre - place * next)),
  });
}

export const practiceActions: readonly Action[] = [
  {
    id: 'room-practice',
    title: 'Go to Practice',
    group: 'View',
    keys: ['Alt+3'],
    scope: 'page',
    also: 'learn a song stems separate slow down loop',
    run: () => {
      open(null);
      enter('practice');
    },
  },
  ...(
    [
      {
        id: 'practice-play',
        title: 'Play or stop',
        keys: ['Space'],
        once: true,
        run: withSong((p, s) => (s.playing || s.counting ? p.stop() : p.play())),
      },
      {
        id: 'practice-start',
        title: 'To the start, or of the loop',
        keys: ['Home'],
        run: withSong((p, s) => p.seek(s.loops.find((l) => l.id === s.loop)?.start ?? 0)),
      },
      {
        id: 'practice-back',
        title: '5 seconds back',
        keys: ['ArrowLeft'],
        run: withSong((p) => p.skip(-5)),
      },
      {
        id: 'practice-forward',
        title: '5 seconds on',
        keys: ['ArrowRight'],
        run: withSong((p) => p.skip(5)),
      },
      {
        id: 'practice-bar-back',
        title: 'A bar back',
        keys: ['Shift+ArrowLeft'],
        run: withSong((p) => p.skipBars(-1)),
      },
      {
        id: 'practice-bar-forward',
        title: 'A bar on',
        keys: ['Shift+ArrowRight'],
        run: withSong((p) => p.skipBars(1)),
      },
      ...STEMS.map((name, i) => ({
        id: `practice-solo-${name}`,
        title: `${STEM_WORDS[name]} alone (hold, or tap to keep)`,
        keys: [`${i + 1}`],
        once: true,
        run: withSong((p, s) => {
          const on = !s.stems.find((stem) => stem.name === name)?.solo;
          p.solo(name, on);
          say(`${STEM_WORDS[name]} ${on ? 'alone' : 'with the others'}`);
        }),
        release: (_: unknown, ms: number) => {
          const { practice } = practiceScreen.getState();
          const state = practice?.store.getState();
          if (ms < HELD || !practice || state?.soloLatch) return;
          practice.solo(name, !state?.stems.find((stem) => stem.name === name)?.solo);
        },
      })),
      ...STEMS.map((name, i) => ({
        id: `practice-mute-${name}`,
        title: `${STEM_WORDS[name]} silent`,
        keys: [`Shift+${i + 1}`],
        once: true,
        run: withSong((p, s) => {
          const mute = !s.stems.find((stem) => stem.name === name)?.mute;
          p.setStem(name, { mute });
          say(`${STEM_WORDS[name]} ${mute ? 'silent' : 'heard'}`);
        }),
      })),
      {
        id: 'practice-speed',
        title: 'Speed: 70, 85, 100 %',
        keys: ['S'],
        run: withSong((p) => say(percent(p.cycleSpeed()))),
      },
      { id: 'practice-slower', title: '5 % slower', keys: ['-'], run: faster(-0.05) },
      { id: 'practice-faster', title: '5 % faster', keys: ['+', '='], run: faster(0.05) },
      { id: 'practice-slower-fine', title: '1 % slower', keys: ['Alt+-'], run: faster(-0.01) },
      { id: 'practice-faster-fine', title: '1 % faster', keys: ['Alt++', 'Alt+='], run: faster(0.01) },
      { id: 'practice-lower', title: 'A semitone lower', keys: [','], run: higher(-1) },
      { id: 'practice-higher', title: 'A semitone higher', keys: ['.'], run: higher(1) },
      {
        id: 'practice-mark-start',
        title: 'The loop begins here',
        keys: ['['],
        run: withSong((p) => {
          p.markStart();
          say('Loop start');
        }),
      },
      {
        id: 'practice-mark-end',
        title: 'The loop ends here',
        keys: [']'],
        run: withSong((p) => {
          p.markEnd();
          say('Loop on');
        }),
      },
      {
        id: 'practice-loop',
        title: 'Loop on or off',
        keys: ['L'],
        once: true,
        run: withSong((p, s) => {
          if (s.loop) p.setLoop('');
          else if (s.loops.length > 0) p.setLoop(s.loops.at(-1)!.id);
          else toast('There is no loop yet.', { next: 'Press [ where it begins and ] where it ends.' });
        }),
      },
      { id: 'practice-next-loop', title: 'Next loop', keys: ['ArrowDown'], run: otherLoop(1) },
      { id: 'practice-previous-loop', title: 'Previous loop', keys: ['ArrowUp'], run: otherLoop(-1) },
      ...Array.from({ length: HARD_KEYS }, (_, i) => ({
        id: `practice-hard-${i + 1}`,
        title: `Loop hard passage ${'ABCDE'[i]}`,
        keys: [`F${i + 1}`],
        once: true,
        run: withSong(async (p, s) => {
          const passage = s.hard.slice(0, s.hardShown)[i];
          if (!passage) return;
          await p.loopHard(i);
          say(barsText(passage.firstBar, passage.lastBar));
        }),
      })),
      {
        id: 'practice-more-hard',
        title: 'More hard passages',
        keys: ['Shift+F'],
        run: withSong((p) => p.showMoreHard()),
      },
      {
        id: 'practice-instrument',
        title: 'The instrument you play: next',
        keys: ['N'],
        run: withSong((p, s) => {
          const next = STEMS[(STEMS.indexOf(s.instrument) + 1) % STEMS.length]!;
          p.setInstrument(next);
          say(STEM_WORDS[next]);
        }),
      },
      { id: 'practice-louder', title: 'Your instrument louder', keys: ['Shift+ArrowUp'], run: louder(1) },
      { id: 'practice-softer', title: 'Your instrument softer', keys: ['Shift+ArrowDown'], run: louder(-1) },
      {
        id: 'practice-clean',
        title: 'That pass was clean',
        keys: ['Enter'],
        once: true,
        run: withSong((p) => p.clean()),
      },
      {
        id: 'practice-messy',
        title: 'That pass was not',
        keys: ['Backspace'],
        once: true,
        run: withSong((p) => p.messy()),
      },
      {
        id: 'practice-ladder',
        title: 'Speed ladder on or off',
        keys: ['Q'],
        once: true,
        run: withSong((p, s) => {
          p.setLadder({ on: !s.ladder.on });
          say(s.ladder.on ? 'Ladder off' : `Ladder from ${percent(s.ladder.start)}`);
        }),
      },
      {
        id: 'practice-metronome',
        title: 'Metronome on the song’s beats',
        keys: ['M'],
        once: true,
        run: withSong((p, s) => p.setMetronome(!s.metronome)),
      },
      {
        id: 'practice-count-in',
        title: 'Count-in: none, 1 or 2 bars',
        keys: ['C'],
        run: withSong((p, s) => {
          p.setCountIn((s.countIn + 1) % 3);
          say(s.countIn === 2 ? 'No count-in' : `Count-in of ${s.countIn + 1}`);
        }),
      },
      {
        id: 'practice-tap',
        title: 'Tap a beat',
        keys: ['T'],
        once: true,
        run: withSong((p) => p.tap()),
      },
      {
        id: 'practice-record',
        title: 'Record yourself',
        keys: ['R'],
        once: true,
        run: withSong((p) => p.record()),
      },
      {
        id: 'practice-compare',
        title: 'Compare: your take or the song',
        keys: ['B'],
        once: true,
        run: withSong((p, s) => {
          const last = s.recordings.at(-1);
          if (!last) return toast('There is no take of yours yet.', { next: 'Press R to record one.' });
          p.setCompare(s.compare ? '' : last.id);
          say(s.compare ? 'The song' : 'Your take');
          return undefined;
        }),
      },
      {
        id: 'practice-goal',
        title: 'Take today’s goal',
        keys: ['G'],
        once: true,
        run: withPractice((p, s) => (s.goal ? p.takeGoal() : undefined)),
      },
      { id: 'practice-zoom-in', title: 'See less of the song, larger', keys: ['I'], run: () => zoom(1.6) },
      { id: 'practice-zoom-out', title: 'See more of the song', keys: ['O'], run: () => zoom(1 / 1.6) },
      {
        id: 'practice-fit',
        title: 'See the loop, or all of the song',
        keys: ['F'],
        run: withSong((_, s) => {
          const { seconds } = practiceScreen.getState();
          const loop = s.loops.find((l) => l.id === s.loop);
          const length = loop ? (loop.end - loop.start) * 1.2 : 0;
          if (!loop || Math.abs(seconds - length) < 0.01) practiceScreen.setState({ from: 0, seconds: 0 });
          else practiceScreen.setState({ from: Math.max(0, loop.start - length / 12), seconds: length });
        }),
      },
      {
        id: 'practice-big',
        title: 'Display for a music stand',
        keys: ['D'],
        once: true,
        run: withSong(() => practiceScreen.setState((s) => ({ big: !s.big }))),
      },
      {
        id: 'practice-add',
        title: 'Add songs',
        keys: ['A', 'Ctrl+O'],
        once: true,
        run: () => document.querySelector<HTMLInputElement>('#practice-files')?.click(),
      },
      {
        id: 'practice-library',
        title: 'Songs',
        keys: ['P'],
        once: true,
        run: withPractice(() => show('library')),
      },
      {
        id: 'practice-history',
        title: 'Your practice: days, charts, achievements',
        keys: ['H'],
        once: true,
        run: withPractice(() => show('history')),
      },
      {
        id: 'practice-band',
        title: 'Band session',
        keys: ['Shift+B'],
        once: true,
        run: withSong(() => show('band')),
      },
      {
        id: 'practice-pedals',
        title: 'Pedals and controllers',
        keys: ['K'],
        once: true,
        run: withPractice(() => show('pedals')),
      },
      {
        id: 'practice-download',
        title: 'Download stems',
        keys: ['Shift+D'],
        once: true,
        run: withSong(() => show('download')),
      },
      {
        id: 'practice-correct',
        title: 'Correct beats, bars and key',
        keys: ['E'],
        once: true,
        run: withSong(() => show('correct')),
      },
      {
        id: 'practice-ladder-settings',
        title: 'Speed ladder: its steps',
        keys: ['Shift+Q'],
        once: true,
        run: withSong(() => show('ladder')),
      },
    ] as const
  ).map((action): Action => ({ ...action, group: 'Practice', scope: 'page', room: 'practice' })),
];
