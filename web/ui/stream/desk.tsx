// What is asked of the music: harmony, feel, style, players, seed. Knobs and choices are made from the
// table of settings that the server states.
import { Dices } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { ParameterInfo } from '../../core';
import type { StreamSetting } from '../../core/stream_types';
import { newSeed } from '../actions/stream';
import { perform } from '../actions/keymap';
import { actionById } from '../actions/table';
import { useApp } from '../lib/app';
import { settingOf, swapSlots, useStream, useStreamScreen, useStreamState } from '../lib/stream';
import { BLACK_KEYS, pitchClassName } from '../lib/words';
import { keepFocus } from '../parts/action_button';
import { Knob } from '../parts/knob';
import { Segment } from '../parts/segment';
import { Tip } from '../parts/tip';
import { Presets } from './presets';
import { VOICES, title, tone } from './voices';

const none = (): void => undefined;

export const parameterOf = (row: StreamSetting): ParameterInfo =>
  ({ ...row, initial: row.default, structural: false }) as unknown as ParameterInfo;

export function Desk() {
  const known = useStreamState((s) => s.table.length > 0);
  const mine = useStreamState((s) => s.channels.find((c) => c.id === s.channel)?.controllable ?? true);
  return (
    <section
      className={`stream-desk ${known ? '' : 'unknown'}`}
      aria-label="Controls"
      data-testid="stream-desk"
      inert={!known}
    >
      {mine ? null : (
        <p className="note">Only the owner of this channel turns its knobs. Make your own with C.</p>
      )}
      <Group name="Key" className="harmony">
        <Tonics />
        <Modes />
      </Group>
      <Group name="Feel" className="feel">
        <Setting id="intensity" size={42} tone="var(--amber)" />
        <Setting id="bpm" size={42} />
        <Setting id="density" size={42} />
        <Setting id="brightness" size={42} />
        <Setting id="space" size={42} />
        <Setting id="transition" size={42} />
      </Group>
      <Group name="Style" className="styles">
        <Styles />
      </Group>
      <Group name="Players" className="players">
        {VOICES.map((voice, i) => (
          <Player key={voice} voice={voice} number={i + 1} />
        ))}
      </Group>
      <Group name="Variation" className="variation">
        <Variation />
        <Presets />
      </Group>
    </section>
  );
}

function Group(props: { name: string; className: string; children: ReactNode }) {
  return (
    <div className={`desk-group ${props.className}`} role="group" aria-label={props.name}>
      <h2>{props.name}</h2>
      <div className="desk-body">{props.children}</div>
    </div>
  );
}

// Whether something of this waits for the bar.
function useWaits(id: string): boolean {
  return useStreamState((s) => s.pending.some((p) => p.id === id));
}

function Setting(props: { id: string; size: number; tone?: string }) {
  const stream = useStream();
  const row = useStreamState((s) => s.table.find((r) => r.id === props.id));
  const value = useStreamState((s) => settingOf(s, props.id));
  const waits = useWaits(props.id);
  if (!row) return <div className="knob-cell skeleton" style={{ width: props.size, height: props.size }} />;
  return (
    <div className={waits ? 'waits' : ''}>
      <Knob
        parameter={parameterOf(row)}
        value={value}
        size={props.size}
        tone={props.tone ?? 'var(--other)'}
        begin={none}
        end={none}
        onChange={(next) => stream.control({ [props.id]: next })}
        testid={`stream-${props.id}`}
      />
    </div>
  );
}

// One octave of a keyboard.
function Tonics() {
  const stream = useStream();
  const key = useStreamState((s) => settingOf(s, 'key'));
  const waits = useWaits('key');
  const move = (event: React.KeyboardEvent): void => {
    const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const next = (key + by + 12) % 12;
    stream.control({ key: next });
    document.querySelector<HTMLElement>(`[data-tonic="${next}"]`)?.focus();
  };
  return (
    <div className="tonics" role="radiogroup" aria-label="Key" onKeyDown={move}>
      {BLACK_KEYS.map((black, tonic) => (
        <button
          key={tonic}
          type="button"
          role="radio"
          aria-checked={tonic === key}
          tabIndex={tonic === key ? 0 : -1}
          aria-label={pitchClassName(tonic)}
          className={`${black ? 'black' : 'white'} ${waits && tonic === key ? 'waits' : ''}`}
          data-tonic={tonic}
          data-testid={`tonic-${tonic}`}
          onMouseDown={keepFocus}
          onClick={() => stream.control({ key: tonic })}
        >
          <span>{pitchClassName(tonic)}</span>
        </button>
      ))}
    </div>
  );
}

function Modes() {
  return <Choices id="mode" className="modes" label="Mode" />;
}
function Styles() {
  return <Choices id="style" className="style-list" label="Style" />;
}

function Choices(props: { id: string; className: string; label: string }) {
  const stream = useStream();
  const row = useStreamState((s) => s.table.find((r) => r.id === props.id));
  const value = useStreamState((s) => settingOf(s, props.id));
  const waits = useWaits(props.id);
  const move = (event: React.KeyboardEvent<HTMLDivElement>): void => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (by === undefined || !row) return;
    event.preventDefault();
    event.stopPropagation();
    const next = (value + by + row.choices.length) % row.choices.length;
    stream.control({ [props.id]: next });
    event.currentTarget.querySelectorAll<HTMLElement>('button')[next]?.focus();
  };
  return (
    <div className={props.className} role="radiogroup" aria-label={props.label} onKeyDown={move}>
      {(row?.choices ?? []).map((name, i) => (
        <button
          key={name}
          type="button"
          role="radio"
          aria-checked={i === value}
          tabIndex={i === value ? 0 : -1}
          className={`pill ${waits && i === value ? 'waits' : ''}`}
          data-testid={`${props.id}-${name.replace(/\s/g, '-')}`}
          onMouseDown={keepFocus}
          onClick={() => stream.control({ [props.id]: i })}
        >
          {title(name.replace('harmonic minor', 'harm. minor'))}
        </button>
      ))}
    </div>
  );
}

function Player({ voice, number }: { voice: string; number: number }) {
  const app = useApp();
  const stream = useStream();
  const on = useStreamState((s) => settingOf(s, `${voice}_on`) !== 0);
  const row = useStreamState((s) => s.table.find((r) => r.id === `${voice}_level`));
  const level = useStreamState((s) => settingOf(s, `${voice}_level`));
  const waits = useWaits(`${voice}_on`);
  return (
    <div className={`player ${on ? 'on' : ''}`} style={{ '--tone': tone(voice) } as React.CSSProperties}>
      {row ? (
        <Knob
          parameter={parameterOf(row)}
          value={level}
          size={32}
          bare
          label={`${title(voice)}: level`}
          tone={tone(voice)}
          begin={none}
          end={none}
          onChange={(next) => stream.control({ [`${voice}_level`]: next })}
          testid={`stream-${voice}_level`}
        />
      ) : null}
      <Tip label={`${title(voice)} ${on ? 'off' : 'on'}`} keys={String(number)}>
        <button
          type="button"
          className={`pill ${waits ? 'waits' : ''}`}
          aria-pressed={on}
          data-testid={`voice-${voice}`}
          onMouseDown={keepFocus}
          onClick={() => perform(app, actionById(`stream-${voice}`))}
        >
          {title(voice)}
        </button>
      </Tip>
    </div>
  );
}

function Variation() {
  const stream = useStream();
  const seed = useStreamState((s) => s.seed);
  const slot = useStreamScreen((s) => s.slot);
  const [draft, setDraft] = useState<string | null>(null);
  const commit = (): void => {
    if (draft !== null && /^\d{1,20}$/.test(draft) && draft !== seed) stream.reseed(draft);
    setDraft(null);
  };
  return (
    <div className="seed-row">
      <Segment
        label="Variation"
        testid="slot"
        value={slot}
        options={[
          { value: 'A', label: 'A' },
          { value: 'B', label: 'B' },
        ]}
        onChange={(next) => {
          if (next !== slot) swapSlots();
        }}
      />
      <input
        className="field seed"
        aria-label="Seed: the same number gives the same music"
        title="Seed: the same number gives the same music"
        inputMode="numeric"
        data-testid="seed"
        maxLength={20}
        value={draft ?? seed}
        onFocus={(event) => event.currentTarget.select()}
        onChange={(event) => setDraft(event.currentTarget.value.replace(/\D/g, ''))}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.currentTarget.blur();
          if (event.key === 'Escape') setDraft(null);
        }}
      />
      <Tip label="Other music: a new seed" keys="N">
        <button
          type="button"
          className="icon"
          aria-label="New seed"
          data-testid="reseed"
          onMouseDown={keepFocus}
          onClick={() => stream.reseed(newSeed())}
        >
          <Dices />
        </button>
      </Tip>
    </div>
  );
}
