// Foot pedals and controllers: choose what, then press or turn it.
import { X } from 'lucide-react';
import type { ControlMapping, PracticeControl } from '../../core/practice_types';
import { show, usePractice, usePracticeState } from '../lib/practice';
import { Dialog } from '../parts/dialog';
import { complain } from './complain';

const close = (): void => show(null);

const CONTROLS: readonly [PracticeControl, string][] = [
  ['play', 'Play or stop'],
  ['loopStart', 'Loop begins here'],
  ['loopEnd', 'Loop ends here'],
  ['loopOff', 'Loop on or off'],
  ['back', '5 seconds back'],
  ['forward', '5 seconds on'],
  ['clean', 'That pass was clean'],
  ['speed', 'Speed: 70, 85, 100 %'],
  ['speedKnob', 'Speed (knob)'],
  ['record', 'Record yourself'],
  ['solo1', 'Drums alone'],
  ['solo2', 'Bass alone'],
  ['solo3', 'Other alone'],
  ['solo4', 'Vocals alone'],
  ['mute1', 'Drums silent'],
  ['mute2', 'Bass silent'],
  ['mute3', 'Other silent'],
  ['mute4', 'Vocals silent'],
  ['volume1', 'Drums level (knob)'],
  ['volume2', 'Bass level (knob)'],
  ['volume3', 'Other level (knob)'],
  ['volume4', 'Vocals level (knob)'],
];

function wordsOf(m: ControlMapping): string {
  if (m.kind === 'key') return `key ${m.key}`;
  const what = { note: 'note', cc: 'controller', program: 'program' }[m.kind];
  return `${what} ${m.number}, channel ${m.channel + 1}`;
}

export function Pedals() {
  const practice = usePractice();
  const mappings = usePracticeState((s) => s.mappings);
  const learning = usePracticeState((s) => s.learning);
  const midi = usePracticeState((s) => s.midi);
  return (
    <Dialog
      label="Pedals and controllers"
      testid="pedals"
      onClose={() => {
        void practice.learn(null);
        close();
      }}
    >
      <div className="dialog-body">
        <p className="note" role="status">
          {learning
            ? 'Now press the pedal, or turn the knob.'
            : midi === 'refused'
              ? 'The browser keeps MIDI from this page. Allow it beside the address; pedals that type keys work all the same.'
              : midi === 'unsupported'
                ? 'This browser has no MIDI. Pedals that type keys work.'
                : 'Choose an action, then press the pedal or turn the knob: MIDI, or a pedal that types a key.'}
        </p>
        <ul className="pedal-list">
          {CONTROLS.map(([control, words]) => (
            <li key={control}>
              <span>{words}</span>
              <span className="end row">
                {mappings
                  .filter((m) => m.control === control)
                  .map((m) => (
                    <span className="pill" key={wordsOf(m)}>
                      {wordsOf(m)}
                      <button
                        type="button"
                        aria-label={`Forget ${wordsOf(m)}`}
                        onClick={() => practice.forget(m)}
                      >
                        <X />
                      </button>
                    </span>
                  ))}
                <button
                  type="button"
                  className={`btn small ${learning === control ? 'on' : ''}`}
                  aria-pressed={learning === control}
                  data-testid={`learn-${control}`}
                  onClick={() => practice.learn(learning === control ? null : control).catch(complain)}
                >
                  {learning === control ? 'Waiting' : 'Learn'}
                </button>
              </span>
            </li>
          ))}
        </ul>
      </div>
    </Dialog>
  );
}
