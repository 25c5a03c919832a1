// The Studio room: the timeline over the mixer, the opened effect beside it. Loaded when first entered.
import '../theme/knob.css';
import '../theme/studio.css';
import { AudioLines, Boxes, CornerDownRight, Music, Share } from 'lucide-react';
import { useApp, useSession } from '../lib/app';
import { desk } from '../lib/desk';
import { keepFocus } from '../parts/action_button';
import { ActionButton } from '../parts/action_button';
import { Segment } from '../parts/segment';
import { EffectPanel } from './effect_panel';
import { Mixer } from './mixer';
import { Timeline } from './timeline';
import { useDesk } from './use_desk';

export default function Studio() {
  const side = useDesk((d) => d.side);
  const open = useDesk((d) => d.device !== null);
  const ready = useSession((s) => s.ready);
  return (
    <main className={`room studio side-${side} ${open ? 'with-effect' : ''}`} data-testid="room-studio">
      <h1 className="unseen">Studio</h1>
      <Bar />
      {ready ? (
        <>
          <Timeline />
          <Mixer />
          <EffectPanel />
        </>
      ) : (
        <p className="opening" role="status">
          Opening the project
        </p>
      )}
    </main>
  );
}

function Bar() {
  const { session } = useApp();
  const side = useDesk((d) => d.side);
  const armed = useSession((s) => s.armed);
  const tracks = useSession((s) => s.song.tracks);
  const buses = tracks.filter((t) => t.kind === 'bus').length;
  return (
    <div className="toolbar studio-bar" role="toolbar" aria-label="Studio">
      <span className="only-narrow side-choice">
        <Segment
          label="What is in sight"
          testid="side"
          value={side}
          options={[
            { value: 'mixer', label: 'Mixer' },
            { value: 'timeline', label: 'Timeline' },
          ]}
          onChange={(next) => desk.setState({ side: next })}
        />
      </span>
      <ActionButton action="add-track" icon={<Music />}>
        Track
      </ActionButton>
      <ActionButton action="add-recording" icon={<AudioLines />}>
        Recording
      </ActionButton>
      <ActionButton action="add-bus" icon={<Boxes />}>
        Group
      </ActionButton>
      <ActionButton action="add-return" icon={<CornerDownRight />}>
        Return
      </ActionButton>
      <span className="summary">
        {tracks.length - buses} {tracks.length - buses === 1 ? 'track' : 'tracks'}
        {buses > 0 ? ` · ${buses} ${buses === 1 ? 'bus' : 'buses'}` : ''}
      </span>
      <button
        type="button"
        className={`btn ${armed ? 'armed' : ''}`}
        aria-pressed={armed}
        data-testid="arm-bar"
        onMouseDown={keepFocus}
        onClick={() => session.mix.arm(!armed)}
      >
        <span className="armdot" />
        <span className="wordy">Write automation</span>
      </button>
      <ActionButton action="mixdown" className="primary" icon={<Share />}>
        Mix down
      </ActionButton>
    </div>
  );
}
