// One channel strip: name, what it plays, inserts, sends, pan, polarity, mute, solo, fader, meter, way out.
import { DropdownMenu, ContextMenu } from 'radix-ui';
import { memo, useCallback, useState } from 'react';
import { MASTER, PAN_LAWS, type StripId, type TrackView } from '../../core';
import { useApp, useSession } from '../lib/app';
import { desk, stripName } from '../lib/desk';
import { findInstrument, programName } from '../lib/general_midi';
import { screen } from '../lib/screen';
import { minus } from '../lib/words';
import { keepFocus } from '../parts/action_button';
import { Knob } from '../parts/knob';
import { StripFader } from '../parts/strip_fader';
import { Tip } from '../parts/tip';
import { Inserts } from './inserts';
import { Sends } from './sends';
import { useDesk, useGesture, useTone } from './use_desk';

const PAN = {
  id: 'pan',
  name: 'Pan',
  unit: '',
  min: -1,
  max: 1,
  initial: 0,
  scale: 'linear',
  choices: [],
  structural: false,
} as const;

function panText(pan: number): string {
  const percent = Math.round(Math.abs(pan) * 100);
  return percent === 0 ? 'C' : `${pan < 0 ? 'L' : 'R'} ${percent}`;
}

// What a strip needs beside its fader; above this the rows of effects and sends get the room.
const FIXED = 262;
const TALLEST = 250;

export const Strip = memo(function Strip({ id, height }: { id: StripId; height: number }) {
  const { session } = useApp();
  const song = useSession((s) => s.song);
  const master = useSession((s) => s.masterDb);
  const chosen = useDesk((d) => d.strip === id);
  const tone = useTone(id);
  const track = id === MASTER ? null : (song.tracks.find((t) => t.id === id) ?? null);
  const name = stripName(song, id);
  const volume = useGesture(`Level of ${name}`);
  const pan = useGesture(`Pan of ${name}`);
  const read = useCallback(() => session.mix.meters(id), [session, id]);
  if (id !== MASTER && !track) return null;
  const fader = Math.min(TALLEST, Math.max(110, height - FIXED));
  return (
    <article
      className={`strip ${id === MASTER ? 'master' : ''} ${track?.kind === 'bus' ? 'bus' : ''}`}
      aria-label={name}
      aria-current={chosen || undefined}
      data-testid={id === MASTER ? 'strip-master' : 'strip'}
      data-strip={id}
      style={{ '--tone': tone } as React.CSSProperties}
      onPointerDown={() => desk.setState({ strip: id })}
    >
      <Head id={id} name={name} track={track} />
      <Inserts strip={id} />
      {track ? <Sends strip={id as string} /> : <div className="sends none" />}
      <div className="strip-pan">
        {track ? (
          <>
            {track.kind === 'notes' || track.kind === 'drums' ? <Trim track={track} name={name} /> : null}
            <Knob
              bare
              size={30}
              parameter={PAN}
              value={track.pan}
              label={`Pan of ${name}`}
              tone="var(--tone)"
              testid="pan"
              begin={pan.begin}
              end={pan.end}
              onChange={(v) => session.mix.setStrip(id, { pan: v })}
            />
            <span className="pan-words" hidden={track.kind === 'notes' || track.kind === 'drums'}>
              {panText(track.pan)}
            </span>
            <Polarity track={track} />
          </>
        ) : null}
      </div>
      {track ? <Buttons track={track} name={name} /> : <div className="strip-buttons" />}
      <StripFader
        label={`Level of ${name}`}
        value={track ? track.gainDb : master}
        height={fader}
        testid="fader"
        meters={read}
        begin={volume.begin}
        end={volume.end}
        onChange={(gainDb) => session.mix.setStrip(id, { gainDb })}
      />
      {track ? <Output track={track} /> : <div className="strip-out fixed">Out 1–2</div>}
    </article>
  );
});

function Head({ id, name, track }: { id: StripId; name: string; track: TrackView | null }) {
  const app = useApp();
  const { session } = app;
  const [typing, setTyping] = useState(false);
  return (
    <>
      {typing && track ? (
        <input
          className="plate-input"
          aria-label="Name of the track"
          defaultValue={track.name}
          maxLength={80}
          autoFocus
          onFocus={(event) => event.currentTarget.select()}
          onBlur={(event) => {
            const typed = event.currentTarget.value.trim();
            if (typed !== '' && typed !== track.name) session.mix.setStrip(id, { name: typed });
            setTyping(false);
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter') event.currentTarget.blur();
            if (event.key === 'Escape') setTyping(false);
            event.stopPropagation();
          }}
        />
      ) : (
        <ContextMenu.Root modal={false}>
          <ContextMenu.Trigger asChild>
            <button
              type="button"
              className="plate"
              data-testid="strip-name"
              title={name}
              onMouseDown={keepFocus}
              onClick={() => {
                desk.setState({ strip: id });
                if (track) session.selectTrack(track.id);
              }}
              onDoubleClick={() => track && setTyping(true)}
            >
              {name}
            </button>
          </ContextMenu.Trigger>
          {track ? <StripMenu track={track} rename={() => setTyping(true)} /> : null}
        </ContextMenu.Root>
      )}
      <Input track={track} />
    </>
  );
}

function Input({ track }: { track: TrackView | null }) {
  const { session } = useApp();
  const fonts = useSession((s) => s.fonts);
  const fed = useSession((s) => track !== null && s.song.tracks.some((t) => t.output === track.id));
  if (!track) return <span className="strip-input">Sum of all</span>;
  if (track.kind === 'bus') return <span className="strip-input">{fed ? 'Group' : 'Return'}</span>;
  if (track.kind === 'audio') return <span className="strip-input">Recording</span>;
  const { bank, program } = track;
  const words =
    findInstrument(fonts, track)?.name ?? (track.kind === 'drums' ? 'Drum kit' : programName(bank, program));
  return (
    <button
      type="button"
      className="strip-input"
      title={`${words}: choose another instrument`}
      data-testid="strip-instrument"
      onMouseDown={keepFocus}
      onClick={() => {
        session.selectTrack(track.id);
        screen.setState({ instruments: true });
      }}
    >
      {words}
    </button>
  );
}

function StripMenu({ track, rename }: { track: TrackView; rename: () => void }) {
  const { session } = useApp();
  const tracks = useSession((s) => s.song.tracks);
  const peers = tracks.filter((t) => (t.kind === 'bus') === (track.kind === 'bus'));
  const at = peers.findIndex((t) => t.id === track.id);
  return (
    <ContextMenu.Portal>
      <ContextMenu.Content className="menu" collisionPadding={8} data-testid="strip-menu">
        <ContextMenu.Item className="menu-item" onSelect={() => requestAnimationFrame(rename)}>
          Rename <span className="detail">double-click</span>
        </ContextMenu.Item>
        <ContextMenu.Item
          className="menu-item"
          disabled={at <= 0}
          onSelect={() => session.mix.moveTrack(track.id, peers[at - 1]!.id)}
        >
          Move left
        </ContextMenu.Item>
        <ContextMenu.Item
          className="menu-item"
          disabled={at >= peers.length - 1}
          onSelect={() => session.mix.moveTrack(track.id, peers[at + 2]?.id ?? null)}
        >
          Move right
        </ContextMenu.Item>
        <ContextMenu.Separator className="menu-line" />
        <ContextMenu.CheckboxItem
          className="menu-item"
          checked={track.soloSafe}
          onCheckedChange={(soloSafe) => session.mix.setStrip(track.id, { soloSafe })}
        >
          Solo-safe <span className="detail">heard whatever is soloed</span>
        </ContextMenu.CheckboxItem>
        <ContextMenu.CheckboxItem
          className="menu-item"
          checked={track.invertLeft}
          onCheckedChange={(invertLeft) => session.mix.setStrip(track.id, { invertLeft })}
        >
          Turn polarity, left
        </ContextMenu.CheckboxItem>
        <ContextMenu.CheckboxItem
          className="menu-item"
          checked={track.invertRight}
          onCheckedChange={(invertRight) => session.mix.setStrip(track.id, { invertRight })}
        >
          Turn polarity, right
        </ContextMenu.CheckboxItem>
        <ContextMenu.Separator className="menu-line" />
        <ContextMenu.Label className="menu-label">Pan law</ContextMenu.Label>
        <ContextMenu.RadioGroup
          value={String(track.panLaw)}
          onValueChange={(law) => session.mix.setStrip(track.id, { panLaw: Number(law) })}
        >
          {PAN_LAWS.map((law, i) => (
            <ContextMenu.RadioItem key={law} value={String(i)} className="menu-item">
              {law}
            </ContextMenu.RadioItem>
          ))}
        </ContextMenu.RadioGroup>
        <ContextMenu.Separator className="menu-line" />
        <ContextMenu.Item className="menu-item" onSelect={() => session.edit.removeTrack(track.id)}>
          Remove the track
        </ContextMenu.Item>
      </ContextMenu.Content>
    </ContextMenu.Portal>
  );
}

const TRIM = { ...PAN, id: 'trim', name: 'Trim', unit: 'dB', min: -24, max: 24 } as const;

// The level of the instrument before its effects.
function Trim({ track, name }: { track: TrackView; name: string }) {
  const { session } = useApp();
  const gesture = useGesture(`Trim of ${name}`);
  return (
    <Tip label={`Trim, before the effects: ${minus(track.trimDb)} dB`}>
      <span>
        <Knob
          bare
          size={22}
          parameter={TRIM}
          value={track.trimDb}
          label={`Trim of ${name}`}
          tone="var(--mute)"
          testid="trim"
          begin={gesture.begin}
          end={gesture.end}
          onChange={(trimDb) => session.mix.setStrip(track.id, { trimDb })}
        />
      </span>
    </Tip>
  );
}

function Polarity({ track }: { track: TrackView }) {
  const { session } = useApp();
  const both = track.invertLeft && track.invertRight;
  const some = track.invertLeft || track.invertRight;
  return (
    <Tip label={both ? 'Polarity turned' : some ? 'Polarity of one side turned' : 'Turn the polarity'}>
      <button
        type="button"
        className="chip small"
        aria-label="Polarity"
        aria-pressed={some}
        data-testid="polarity"
        onMouseDown={keepFocus}
        onClick={() => session.mix.setStrip(track.id, { invertLeft: !some, invertRight: !some })}
      >
        Ø
      </button>
    </Tip>
  );
}

function Buttons({ track, name }: { track: TrackView; name: string }) {
  const { session } = useApp();
  const chip = (
    letter: string,
    words: string,
    key: string | undefined,
    pressed: boolean,
    testid: string,
    run: () => void,
  ) => (
    <Tip label={words} keys={key}>
      <button
        type="button"
        className={`chip ${testid}`}
        aria-label={`${words}: ${name}`}
        aria-pressed={pressed}
        data-testid={testid}
        onMouseDown={keepFocus}
        onClick={run}
      >
        {letter}
      </button>
    </Tip>
  );
  return (
    <div className="strip-buttons">
      {chip('M', 'Mute', 'Shift+M', track.mute, 'mute', () =>
        session.mix.setStrip(track.id, { mute: !track.mute }),
      )}
      {chip('S', track.soloSafe ? 'Solo (solo-safe)' : 'Solo', 'Shift+S', track.solo, 'solo', () =>
        session.mix.setStrip(track.id, { solo: !track.solo }),
      )}
      {chip('A', 'Automation on the timeline', 'Shift+A', track.lanes.length > 0, 'auto', () =>
        desk.setState({ strip: track.id, side: 'timeline' }),
      )}
    </div>
  );
}

function Output({ track }: { track: TrackView }) {
  const { session } = useApp();
  const tracks = useSession((s) => s.song.tracks);
  const buses = tracks.filter((t) => t.kind === 'bus' && t.id !== track.id);
  const out = buses.find((t) => t.id === track.output)?.name ?? 'Master';
  if (buses.length === 0) return <div className="strip-out fixed">Master</div>;
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="strip-out" aria-label={`Goes to ${out}`} data-testid="output">
        {out}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" sideOffset={4} collisionPadding={8}>
          <DropdownMenu.Label className="menu-label">Goes to</DropdownMenu.Label>
          <DropdownMenu.RadioGroup
            value={track.output}
            onValueChange={(output) => session.mix.setStrip(track.id, { output })}
          >
            <DropdownMenu.RadioItem className="menu-item" value="">
              Master
            </DropdownMenu.RadioItem>
            {buses.map((bus) => (
              <DropdownMenu.RadioItem key={bus.id} className="menu-item" value={bus.id}>
                {bus.name} <span className="detail">{minus(bus.gainDb)} dB</span>
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
