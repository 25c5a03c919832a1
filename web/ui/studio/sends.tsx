// A strip's sends: where to, how much (drag sideways, wheel, arrow keys), before or after the fader.
import { Plus } from 'lucide-react';
import { ContextMenu, DropdownMenu } from 'radix-ui';
import { type KeyboardEvent, type PointerEvent, useRef } from 'react';
import type { Id, SendView } from '../../core';
import { useApp, useSession } from '../lib/app';
import { desk, stripOf } from '../lib/desk';
import { faderDb, faderPlace } from '../lib/levels';
import { say } from '../lib/screen';
import { useWheel } from '../lib/wheel';
import { minus } from '../lib/words';
import { keepFocus } from '../parts/action_button';
import { useGesture } from './use_desk';

const LOW = -60;
const HIGH = 6;

export function Sends({ strip }: { strip: Id }) {
  const sends = useSession((s) => stripOf(s.song, strip)?.sends ?? NONE);
  return (
    <div className="sends" data-testid="sends">
      {sends.map((send) => (
        <Send key={send.id} send={send} />
      ))}
      <AddSend strip={strip} sends={sends} />
    </div>
  );
}

const NONE: readonly SendView[] = [];

function AddSend({ strip, sends }: { strip: Id; sends: readonly SendView[] }) {
  const { session } = useApp();
  const tracks = useSession((s) => s.song.tracks);
  const buses = tracks.filter((t) => t.kind === 'bus' && t.id !== strip && !sends.some((s) => s.to === t.id));
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger
        className="insert-add"
        aria-label="Add a send"
        data-testid="send-add"
        onMouseDown={keepFocus}
      >
        <Plus />
        {sends.length === 0 ? 'Send' : ''}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" sideOffset={4} collisionPadding={8} data-testid="send-menu">
          <DropdownMenu.Label className="menu-label">Send to</DropdownMenu.Label>
          {buses.map((bus) => (
            <DropdownMenu.Item
              key={bus.id}
              className="menu-item"
              onSelect={() => session.mix.addSend(strip, bus.id)}
            >
              {bus.name}
            </DropdownMenu.Item>
          ))}
          <DropdownMenu.Item
            className="menu-item"
            data-testid="send-new-return"
            onSelect={() =>
              session.edit.group('Add a return', () => {
                const bus = session.mix.addTrack('bus', 'Return');
                session.mix.addSend(strip, bus);
                const device = session.mix.addDevice(bus, 'reverb-plate');
                if (device) session.mix.setParameter(device, 'mix', 1);
                desk.setState({ device });
              })
            }
          >
            A new return with a plate
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

function Send({ send }: { send: SendView }) {
  const { session } = useApp();
  const name = useSession((s) => s.song.tracks.find((t) => t.id === send.to)?.name ?? 'nowhere');
  const { begin, end } = useGesture(`Send to ${name}`);
  const root = useRef<HTMLDivElement>(null);
  const drag = useRef<{ x: number; place: number } | null>(null);
  const place = faderPlace(send.gainDb, LOW, HIGH);
  const shown = send.gainDb <= LOW ? '−∞' : minus(send.gainDb);
  const set = (db: number): void =>
    session.mix.setSend(send.id, { gainDb: Math.min(HIGH, Math.max(LOW, Math.round(db * 10) / 10)) });
  const once = (db: number): void => {
    begin();
    set(db);
    end();
  };
  const onDown = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { x: event.clientX, place };
    begin();
  };
  const onMove = (event: PointerEvent): void => {
    const held = drag.current;
    if (!held) return;
    held.place += ((event.clientX - held.x) / 120) * (event.shiftKey ? 0.1 : 1);
    held.x = event.clientX;
    set(faderDb(Math.min(1, Math.max(0, held.place)), LOW, HIGH));
  };
  const onUp = (): void => {
    if (!drag.current) return;
    drag.current = null;
    end();
  };
  const remove = (): void => {
    session.mix.removeSend(send.id);
    say(`Send to ${name} removed`);
  };
  const onKey = (event: KeyboardEvent): void => {
    const size = event.shiftKey ? 0.1 : 1;
    const steps: Record<string, number> = {
      ArrowUp: size,
      ArrowRight: size,
      ArrowDown: -size,
      ArrowLeft: -size,
      PageUp: 6,
      PageDown: -6,
    };
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key in steps) once(Math.max(LOW, send.gainDb) + steps[event.key]!);
    else if (event.key === 'Home') once(LOW);
    else if (event.key === 'End') once(HIGH);
    else if (event.key === 'Delete') remove();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  useWheel(
    root,
    (up, event) => {
      set(Math.max(LOW, send.gainDb) + up * (event.shiftKey ? 0.1 : 0.5));
      return true;
    },
    { begin, end },
  );
  return (
    <ContextMenu.Root modal={false}>
      <ContextMenu.Trigger asChild>
        <div className={`send ${send.mute ? 'off' : ''}`} data-testid="send">
          <div
            ref={root}
            className="send-level"
            role="slider"
            tabIndex={0}
            aria-label={`Send to ${name}`}
            aria-valuemin={LOW}
            aria-valuemax={HIGH}
            aria-valuenow={Math.max(LOW, send.gainDb)}
            aria-valuetext={`${shown} dB`}
            title={`Send to ${name}: ${shown} dB`}
            data-testid="send-level"
            onPointerDown={onDown}
            onPointerMove={onMove}
            onPointerUp={onUp}
            onPointerCancel={onUp}
            onDoubleClick={() => once(0)}
            onKeyDown={onKey}
          >
            <i style={{ width: `${place * 100}%` }} />
            <span>{name}</span>
            <b>{shown}</b>
          </div>
          <button
            type="button"
            className="send-pre"
            aria-label={`Send to ${name}: ${send.pre ? 'before' : 'after'} the fader`}
            aria-pressed={send.pre}
            title={send.pre ? 'Before the fader' : 'After the fader'}
            data-testid="send-pre"
            onMouseDown={keepFocus}
            onClick={() => session.mix.setSend(send.id, { pre: !send.pre })}
          >
            {send.pre ? 'pre' : 'post'}
          </button>
        </div>
      </ContextMenu.Trigger>
      <ContextMenu.Portal>
        <ContextMenu.Content className="menu" collisionPadding={8}>
          <ContextMenu.CheckboxItem
            className="menu-item"
            checked={send.mute}
            onCheckedChange={(mute) => session.mix.setSend(send.id, { mute })}
          >
            Mute this send
          </ContextMenu.CheckboxItem>
          <ContextMenu.CheckboxItem
            className="menu-item"
            checked={send.pre}
            onCheckedChange={(pre) => session.mix.setSend(send.id, { pre })}
          >
            Before the fader
          </ContextMenu.CheckboxItem>
          <ContextMenu.Item className="menu-item" onSelect={() => desk.setState({ strip: send.to })}>
            Show {name}
          </ContextMenu.Item>
          <ContextMenu.Separator className="menu-line" />
          <ContextMenu.Item className="menu-item" onSelect={remove}>
            Remove <span className="detail">Del</span>
          </ContextMenu.Item>
        </ContextMenu.Content>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  );
}
