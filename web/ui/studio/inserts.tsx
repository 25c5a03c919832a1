// A strip's row of effects: bypass lamp, name, what it takes off now; open, drag to another place or
// strip, or use the keyboard: Alt + ↑ ↓ moves, B bypasses, Delete removes, Enter opens.
import { Plus } from 'lucide-react';
import { ContextMenu } from 'radix-ui';
import { type DragEvent, type KeyboardEvent, useCallback, useState } from 'react';
import type { DeviceView, EffectInfo, StripId } from '../../core';
import { useApp, useSession } from '../lib/app';
import { desk, stripOf } from '../lib/desk';
import { say } from '../lib/screen';
import { keepFocus } from '../parts/action_button';
import { Reduction } from '../parts/strip_fader';
import { InsertMenu } from './insert_menu';
import { useDesk, useEffects } from './use_desk';

const DRAGGED = 'text/x-tutti-effect';

export function Inserts({ strip }: { strip: StripId }) {
  const { session } = useApp();
  const devices = useSession((s) => stripOf(s.song, strip)?.devices ?? NONE);
  const effects = useEffects();
  const [over, setOver] = useState<string | null>(null); // where a dragged effect would go
  const onDrop = (event: DragEvent, before: string | null): void => {
    const id = event.dataTransfer.getData(DRAGGED);
    setOver(null);
    if (id === '') return;
    event.preventDefault();
    event.stopPropagation();
    if (id !== before) session.mix.moveDevice(id, strip, before);
  };
  const onOver = (event: DragEvent, before: string): void => {
    if (!event.dataTransfer.types.includes(DRAGGED)) return;
    event.preventDefault();
    event.stopPropagation();
    setOver(before);
  };
  return (
    <div
      className="inserts"
      data-testid="inserts"
      onDragOver={(event) => onOver(event, '')}
      onDragLeave={() => setOver(null)}
      onDrop={(event) => onDrop(event, null)}
    >
      {devices.map((device, i) => (
        <Insert
          key={device.id}
          device={device}
          info={effects.get(device.effect)}
          marked={over === device.id}
          onOver={(event) => onOver(event, device.id)}
          onDrop={(event) => onDrop(event, device.id)}
          move={(by) => {
            const to = i + (by > 0 ? 2 : -1);
            if (to < 0 || i + by >= devices.length) return;
            session.mix.moveDevice(device.id, strip, devices[to]?.id ?? null);
            say(`${effects.get(device.effect)?.name ?? device.effect} moved ${by > 0 ? 'down' : 'up'}`);
          }}
          first={i === 0}
          last={i === devices.length - 1}
        />
      ))}
      <InsertMenu strip={strip}>
        <button
          type="button"
          className={`insert-add ${over === '' ? 'over' : ''}`}
          aria-label="Add an effect"
          data-testid="insert-add"
          onMouseDown={keepFocus}
        >
          <Plus />
          {devices.length === 0 ? 'Insert' : ''}
        </button>
      </InsertMenu>
    </div>
  );
}

const NONE: readonly DeviceView[] = [];

function Insert(props: {
  device: DeviceView;
  info: EffectInfo | undefined;
  marked: boolean;
  first: boolean;
  last: boolean;
  onOver: (event: DragEvent) => void;
  onDrop: (event: DragEvent) => void;
  move: (by: 1 | -1) => void;
}) {
  const { device, info } = props;
  const { session } = useApp();
  const open = useDesk((d) => d.device === device.id);
  const name = info?.name ?? device.effect;
  const reduces = info?.readings.findIndex((r) => /reduction/.test(r.id)) ?? -1;
  const read = useCallback(() => session.mix.reading(device.id, reduces), [session, device.id, reduces]);
  const bypass = (): void => session.mix.setDevice(device.id, { bypass: !device.bypass });
  const remove = (): void => {
    session.mix.removeDevice(device.id);
    say(`${name} removed`);
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.altKey && event.key === 'ArrowUp') props.move(-1);
    else if (event.altKey && event.key === 'ArrowDown') props.move(1);
    else if (event.key === 'Delete' || event.key === 'Backspace') remove();
    else if (event.key.toLowerCase() === 'b' && !event.ctrlKey && !event.metaKey) bypass();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <ContextMenu.Root modal={false}>
      <ContextMenu.Trigger asChild>
        <div
          className={`insert ${device.bypass ? 'off' : ''} ${open ? 'open' : ''} ${props.marked ? 'over' : ''}`}
          draggable
          onDragStart={(event) => {
            event.dataTransfer.setData(DRAGGED, device.id);
            event.dataTransfer.effectAllowed = 'move';
          }}
          onDragOver={props.onOver}
          onDrop={props.onDrop}
          data-testid="insert"
          data-effect={device.effect}
        >
          <button
            type="button"
            className="insert-lamp"
            aria-label={`${name}: ${device.bypass ? 'bypassed' : 'on'}`}
            aria-pressed={!device.bypass}
            title={device.bypass ? 'Bypassed' : 'On'}
            data-testid="insert-bypass"
            onMouseDown={keepFocus}
            onClick={bypass}
          />
          <button
            type="button"
            className="insert-name"
            aria-expanded={open}
            title={info?.summary ?? 'This effect is not known here. It is kept, and the sound passes by it.'}
            data-testid="insert-open"
            onClick={() => desk.setState({ device: open ? null : device.id })}
            onKeyDown={onKey}
          >
            {name}
          </button>
          {reduces >= 0 && !device.bypass ? <Reduction read={read} /> : null}
        </div>
      </ContextMenu.Trigger>
      <ContextMenu.Portal>
        <ContextMenu.Content className="menu" collisionPadding={8} data-testid="insert-context">
          <ContextMenu.CheckboxItem className="menu-item" checked={device.bypass} onSelect={bypass}>
            Bypass <span className="detail">B</span>
          </ContextMenu.CheckboxItem>
          <ContextMenu.Item className="menu-item" disabled={props.first} onSelect={() => props.move(-1)}>
            Move up <span className="detail">Alt ↑</span>
          </ContextMenu.Item>
          <ContextMenu.Item className="menu-item" disabled={props.last} onSelect={() => props.move(1)}>
            Move down <span className="detail">Alt ↓</span>
          </ContextMenu.Item>
          {info && info.presets.length > 0 ? (
            <>
              <ContextMenu.Separator className="menu-line" />
              <ContextMenu.Label className="menu-label">Presets</ContextMenu.Label>
              {info.presets.map((preset) => (
                <ContextMenu.Item
                  key={preset.name}
                  className="menu-item"
                  onSelect={() => session.mix.setParameters(device.id, preset.values)}
                >
                  {preset.name}
                </ContextMenu.Item>
              ))}
            </>
          ) : null}
          <ContextMenu.Separator className="menu-line" />
          <ContextMenu.Item className="menu-item" onSelect={remove}>
            Remove <span className="detail">Del</span>
          </ContextMenu.Item>
        </ContextMenu.Content>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  );
}
