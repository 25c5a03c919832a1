// An effect opened from its insert: what it does as a picture, its knobs made from its parameters,
// presets, what it listens to.
import { ChevronDown, Power, Upload, X } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { useMemo } from 'react';
import { type DeviceView, type EffectInfo, MASTER, type ParameterInfo, type StripId } from '../../core';
import { useApp, useSession } from '../lib/app';
import { chooseFile } from '../lib/choose';
import { desk, deviceOf, stripName } from '../lib/desk';
import { grouped, parameterText, shortName } from '../lib/parameters';
import { AUDIO_FILES } from '../actions/file';
import { keepFocus } from '../parts/action_button';
import { Knob } from '../parts/knob';
import { Tip } from '../parts/tip';
import { EffectPlot } from './effect_plot';
import { Readings } from './readings';
import { useDesk, useEffects, useGesture, useTone } from './use_desk';

export function EffectPanel() {
  const id = useDesk((d) => d.device);
  const song = useSession((s) => s.song);
  const found = deviceOf(song, id);
  const effects = useEffects();
  const info = found ? effects.get(found.device.effect) : undefined;
  if (!found) {
    return (
      <section className="effect empty-effect" aria-label="Effect" data-testid="effect-none">
        <p>Open an effect from its insert to see it here.</p>
        <p className="mute">Shift + E adds one to the chosen strip.</p>
      </section>
    );
  }
  return <Panel key={found.device.id} strip={found.strip} device={found.device} info={info} />;
}

export function valueOf(device: DeviceView, p: ParameterInfo): number {
  return device.values[p.id] ?? p.initial;
}

function Panel(props: { strip: StripId; device: DeviceView; info: EffectInfo | undefined }) {
  const { strip, device, info } = props;
  const song = useSession((s) => s.song);
  const tone = useTone(strip);
  const { session } = useApp();
  if (!info) {
    return (
      <section className="effect" aria-label={device.effect} data-testid="effect-panel">
        <p className="none">
          There is no effect called {device.effect} here. It is kept in the project, and the sound passes by
          it.
        </p>
      </section>
    );
  }
  return (
    <section
      className={`effect ${device.bypass ? 'off' : ''}`}
      aria-label={`${info.name} on ${stripName(song, strip)}`}
      data-testid="effect-panel"
      data-effect={info.id}
      style={{ '--tone': tone } as React.CSSProperties}
    >
      <header className="effect-head">
        <Tip label={device.bypass ? 'Bypassed' : 'On'} keys="B">
          <button
            type="button"
            className="icon power"
            aria-label="On"
            aria-pressed={!device.bypass}
            data-testid="effect-power"
            onMouseDown={keepFocus}
            onClick={() => session.mix.setDevice(device.id, { bypass: !device.bypass })}
          >
            <Power />
          </button>
        </Tip>
        <h2 title={info.summary}>
          {info.name} <span className="mute">· {stripName(song, strip)}</span>
        </h2>
        <span className="grow" />
        {info.sideChain ? <SideChain strip={strip} device={device} /> : null}
        {info.impulse ? <Impulse device={device} /> : null}
        <Presets device={device} info={info} />
        <button
          type="button"
          className="icon"
          aria-label="Close the effect"
          data-testid="effect-close"
          onMouseDown={keepFocus}
          onClick={() => desk.setState({ device: null })}
        >
          <X />
        </button>
      </header>
      <EffectPlot device={device} info={info} />
      <Readings device={device} info={info} />
      <Parameters device={device} info={info} strip={strip} />
    </section>
  );
}

function Parameters({ device, info, strip }: { device: DeviceView; info: EffectInfo; strip: StripId }) {
  const { common, groups } = useMemo(() => grouped(info.parameters), [info]);
  const wanted = useDesk((d) => d.groups[device.id]);
  const group = groups.find((g) => g.key === wanted) ?? groups[0];
  return (
    <div className="effect-body">
      {groups.length > 0 ? (
        <div className="bands" role="tablist" aria-label="Bands">
          {groups.map((g, i) => {
            const on = g.parameters.find((p) => /_on$/.test(p.id));
            const set = g.parameters.some((p) => valueOf(device, p) !== p.initial);
            const lit = set && (!on || valueOf(device, on) > 0);
            return (
              <button
                key={g.key}
                type="button"
                role="tab"
                aria-selected={g === group}
                className={`band ${lit ? 'lit' : ''}`}
                aria-label={`${g.name}${lit ? '' : ', does nothing'}`}
                data-testid={`band-${g.key}`}
                onMouseDown={keepFocus}
                onClick={() => desk.setState((d) => ({ groups: { ...d.groups, [device.id]: g.key } }))}
              >
                {i + 1}
              </button>
            );
          })}
        </div>
      ) : null}
      <div className="knobs">
        {group?.parameters.map((p) => (
          <Control
            key={p.id}
            device={device}
            parameter={p}
            strip={strip}
            name={shortName(p, group.name)}
            effect={info.name}
          />
        ))}
        {group && common.length > 0 ? <span className="knobs-line" /> : null}
        {common.map((p) => (
          <Control key={p.id} device={device} parameter={p} strip={strip} name={p.name} effect={info.name} />
        ))}
      </div>
    </div>
  );
}

// A knob, a choice or a switch, by what the parameter is; lit where a lane moves it.
function Control(props: {
  device: DeviceView;
  parameter: ParameterInfo;
  strip: StripId;
  name: string;
  effect: string;
}) {
  const { device, parameter: p, name } = props;
  const { session } = useApp();
  const value = valueOf(device, p);
  const { begin, end } = useGesture(`${props.effect}: ${p.name}`);
  const set = (next: number): void => session.mix.setParameter(device.id, p.id, next);
  const target = `device:${device.id}:${p.id}`;
  const moved = useSession((s) => {
    const lanes =
      props.strip === MASTER ? s.song.master.lanes : s.song.tracks.find((t) => t.id === props.strip)?.lanes;
    return lanes?.some((lane) => lane.target === target && lane.points.length > 0) ?? false;
  });
  if (p.scale === 'choice') {
    return (
      <label
        className="choice-cell"
        title={p.structural ? 'Takes effect at once, with a short gap' : undefined}
      >
        <select
          className="choice"
          value={value}
          aria-label={p.name}
          data-testid={`param-${p.id}`}
          onChange={(event) => set(Number(event.currentTarget.value))}
        >
          {p.choices.map((choice, i) => (
            <option key={choice} value={i}>
              {choice}
            </option>
          ))}
        </select>
        <span className="knob-name">{name}</span>
      </label>
    );
  }
  if (p.scale === 'toggle') {
    return (
      <label className="choice-cell toggle-cell">
        <span className="switch">
          <input
            type="checkbox"
            checked={value > 0}
            aria-label={p.name}
            data-testid={`param-${p.id}`}
            onChange={(event) => set(event.currentTarget.checked ? 1 : 0)}
          />
        </span>
        <span className="knob-name">{name}</span>
      </label>
    );
  }
  return (
    <div className={moved ? 'moved' : undefined} title={moved ? 'Moved by automation' : undefined}>
      <Knob
        parameter={p}
        value={value}
        name={name}
        label={p.name}
        tone="var(--amber)"
        testid={`param-${p.id}`}
        begin={begin}
        end={end}
        onChange={set}
      />
    </div>
  );
}

function Presets({ device, info }: { device: DeviceView; info: EffectInfo }) {
  const { session } = useApp();
  const same = (values: Readonly<Record<string, number>>): boolean =>
    info.parameters.every((p) => Math.abs(valueOf(device, p) - (values[p.id] ?? p.initial)) < 1e-9);
  const current = same({}) ? 'Default' : (info.presets.find((preset) => same(preset.values))?.name ?? 'Own');
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="btn small" data-testid="presets" aria-label={`Preset: ${current}`}>
        {current}
        <ChevronDown />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          className="menu"
          sideOffset={4}
          align="end"
          collisionPadding={8}
          data-testid="preset-menu"
        >
          {[{ name: 'Default', values: {} }, ...info.presets].map((preset) => (
            <DropdownMenu.CheckboxItem
              key={preset.name}
              className="menu-item"
              checked={preset.name === current}
              onSelect={() => session.mix.setParameters(device.id, preset.values)}
            >
              {preset.name}
            </DropdownMenu.CheckboxItem>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

// What the effect listens to: its own input, or another track before or after its fader.
function SideChain({ strip, device }: { strip: StripId; device: DeviceView }) {
  const { session } = useApp();
  const tracks = useSession((s) => s.song.tracks);
  const others = tracks.filter((t) => t.id !== strip);
  const name = tracks.find((t) => t.id === device.side)?.name;
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className={`btn small ${name ? 'on' : ''}`} data-testid="side-chain">
        {name ? `Hears ${name}` : 'Side-chain'}
        <ChevronDown />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" sideOffset={4} align="end" collisionPadding={8}>
          <DropdownMenu.Label className="menu-label">It listens to</DropdownMenu.Label>
          <DropdownMenu.RadioGroup
            value={device.side}
            onValueChange={(side) => session.mix.setDevice(device.id, { side })}
          >
            <DropdownMenu.RadioItem className="menu-item" value="">
              Its own input
            </DropdownMenu.RadioItem>
            {others.map((t) => (
              <DropdownMenu.RadioItem key={t.id} className="menu-item" value={t.id}>
                {t.name}
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
          <DropdownMenu.Separator className="menu-line" />
          <DropdownMenu.CheckboxItem
            className="menu-item"
            checked={device.sidePre}
            disabled={device.side === ''}
            onCheckedChange={(sidePre) => session.mix.setDevice(device.id, { sidePre })}
          >
            Before that track’s fader
          </DropdownMenu.CheckboxItem>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

function Impulse({ device }: { device: DeviceView }) {
  const { session } = useApp();
  return (
    <Tip label={device.impulse ? 'Another impulse response' : 'Load an impulse response from a file'}>
      <button
        type="button"
        className={`btn small ${device.impulse ? 'on' : ''}`}
        data-testid="impulse"
        onMouseDown={keepFocus}
        onClick={() =>
          void chooseFile(AUDIO_FILES).then((file) =>
            file ? session.mix.loadImpulse(device.id, file) : undefined,
          )
        }
      >
        <Upload />
        Impulse
      </button>
    </Tip>
  );
}

export function describeValue(p: ParameterInfo, device: DeviceView): string {
  return `${p.name} ${parameterText(p, valueOf(device, p))}`;
}
