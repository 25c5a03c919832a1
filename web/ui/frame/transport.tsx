// To the start, play, hum, loop, metronome; position; tempo, metre and key of the place played.
import { Circle, Metronome, Play, Repeat, SkipBack, Square } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useEffect, useRef, useState } from 'react';
import { useApp, useSession } from '../lib/app';
import { onFrame } from '../lib/frames';
import { KEY_NAMES } from '../lib/scales';
import { formatPosition, formatSeconds } from '../lib/time';
import { prettyKey } from '../lib/words';
import { ActionButton, keepFocus } from '../parts/action_button';
import { DragNumber } from '../parts/drag_number';
import { Tip } from '../parts/tip';

export function Transport() {
  const playing = useSession((s) => s.transport.playing);
  const metronome = useSession((s) => s.transport.metronome);
  const loop = useSession((s) => s.song.loop.on);
  const phase = useSession((s) => s.hum.phase);
  const recording = phase === 'recording' || phase === 'count-in';
  return (
    <div className="transport" role="group" aria-label="Transport" data-testid="transport">
      <ActionButton action="to-start" className="fill" icon={<SkipBack />} />
      <ActionButton
        action="play"
        className="play fill"
        label={playing ? 'Stop' : 'Play'}
        icon={playing ? <Square /> : <Play />}
        data-state={playing ? 'playing' : 'stopped'}
      />
      <ActionButton
        action="record"
        className="record fill"
        label={recording ? 'Finish the take' : 'Hum: record'}
        icon={<Circle />}
        pressed={recording}
      />
      <ActionButton action="loop" icon={<Repeat />} pressed={loop} />
      <ActionButton action="metronome" icon={<Metronome />} pressed={metronome} />
      <Position />
      <Tempo />
      <Metre />
      <KeyChoice />
    </div>
  );
}

// Written straight to the page each frame: a position that moves is no reason to render.
function Position() {
  const app = useApp();
  const ref = useRef<HTMLButtonElement>(null);
  const [seconds, setSeconds] = useState(false);
  useEffect(() => {
    let shown = '';
    return onFrame(() => {
      const { map } = app.roll.scene;
      const tick = app.session.playback.position();
      const text = seconds ? formatSeconds(map.seconds(tick), true) : formatPosition(map, tick);
      if (text === shown || !ref.current) return;
      shown = text;
      ref.current.textContent = text;
    });
  }, [app, seconds]);
  return (
    <Tip
      label={seconds ? 'Minutes and seconds. Click for bars and beats' : 'Bar, beat, tick. Click for seconds'}
    >
      <button
        type="button"
        className="position"
        ref={ref}
        aria-label="Position"
        data-testid="position"
        onMouseDown={keepFocus}
        onClick={() => setSeconds(!seconds)}
      >
        1.1.000
      </button>
    </Tip>
  );
}

function Tempo() {
  const { session } = useApp();
  const tempo = useSession((s) => s.song.tempos[0]?.bpm ?? 120);
  const changes = useSession((s) => s.song.tempos.length - 1);
  const label = changes > 0 ? 'Tempo at the start; it changes later' : 'Tempo: drag, type, or tap';
  return (
    <Tip label={label} keys="T">
      <div>
        <DragNumber
          label="Tempo"
          testid="tempo"
          unit={<span aria-hidden="true">♩</span>}
          value={tempo}
          digits={1}
          low={20}
          high={300}
          valueText={`${tempo.toFixed(1)} quarter notes a minute`}
          onChange={(bpm) => session.edit.setTempo(bpm)}
          begin={() => session.edit.beginGesture('Tempo')}
          end={() => session.edit.endGesture()}
        />
      </div>
    </Tip>
  );
}

const BEATS = [2, 3, 4, 5, 6, 7, 9, 12];
const UNITS = [2, 4, 8, 16];

function Metre() {
  const { session } = useApp();
  const metre = useSession((s) => s.song.metres[0]) ?? { numerator: 4, denominator: 4 };
  const ready = useSession((s) => s.ready);
  const set = (numerator: number, denominator: number): void => session.edit.setMetre(numerator, denominator);
  return (
    <Choice
      name="Metre"
      testid="metre"
      disabled={!ready}
      shown={
        <b>
          {metre.numerator}/{metre.denominator}
        </b>
      }
      spoken={`Metre ${metre.numerator} ${metre.denominator}`}
    >
      <Grid
        label="Beats in a bar"
        values={BEATS}
        value={metre.numerator}
        pick={(n) => set(n, metre.denominator)}
      />
      <Grid
        label="Note of a beat"
        values={UNITS}
        value={metre.denominator}
        pick={(d) => set(metre.numerator, d)}
      />
    </Choice>
  );
}

function KeyChoice() {
  const { session } = useApp();
  const key = useSession((s) => s.song.key);
  const ready = useSession((s) => s.ready);
  return (
    <Choice
      name="Key"
      testid="key"
      disabled={!ready}
      shown={
        <>
          key <b>{key ? prettyKey(key) : '—'}</b>
        </>
      }
      spoken={`Key ${key ? prettyKey(key) : 'not set'}`}
    >
      <div className="key-grid" role="group" aria-label="Key">
        {KEY_NAMES.map((name) => (
          <Popover.Close asChild key={name}>
            <button
              type="button"
              className="btn small"
              aria-pressed={name === key}
              onClick={() => session.edit.setKey(name)}
            >
              {prettyKey(name)}
            </button>
          </Popover.Close>
        ))}
        <Popover.Close asChild>
          <button
            type="button"
            className="btn small wide"
            aria-pressed={key === ''}
            onClick={() => session.edit.setKey('')}
          >
            No key
          </button>
        </Popover.Close>
      </div>
    </Choice>
  );
}

function Choice(props: {
  name: string;
  testid: string;
  disabled: boolean;
  shown: React.ReactNode;
  spoken: string;
  children: React.ReactNode;
}) {
  return (
    <Popover.Root>
      <Tip label={props.name}>
        <Popover.Trigger
          className="readout"
          aria-label={props.spoken}
          data-testid={props.testid}
          disabled={props.disabled}
        >
          {props.shown}
        </Popover.Trigger>
      </Tip>
      <Popover.Portal>
        <Popover.Content
          className="popover"
          sideOffset={8}
          collisionPadding={8}
          aria-label={props.name}
          data-testid={`${props.testid}-choice`}
        >
          {props.children}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Grid(props: {
  label: string;
  values: readonly number[];
  value: number;
  pick: (value: number) => void;
}) {
  return (
    <div className="number-grid" role="group" aria-label={props.label}>
      <span className="mute">{props.label}</span>
      <div>
        {props.values.map((value) => (
          <button
            key={value}
            type="button"
            className="btn small"
            aria-pressed={value === props.value}
            onClick={() => props.pick(value)}
          >
            {value}
          </button>
        ))}
      </div>
    </div>
  );
}
