// The room's bar: which channel, listening, its link, favourite and rating, saving.
import {
  Activity,
  Heart,
  Link,
  ListMusic,
  Pause,
  Play,
  Save,
  ThumbsDown,
  ThumbsUp,
  Volume2,
} from 'lucide-react';
import { perform } from '../actions/keymap';
import { actionById } from '../actions/table';
import { useApp } from '../lib/app';
import { toast } from '../lib/screen';
import { playing, useStream, useStreamScreen, useStreamState } from '../lib/stream';
import { ActionButton, keepFocus } from '../parts/action_button';
import { Tip } from '../parts/tip';

const complain = (problem: { message?: string; next?: string }): void => {
  toast(problem.message ?? 'That did not work.', {
    tone: 'error',
    ...(problem.next ? { next: problem.next } : {}),
  });
};

export function Bar() {
  const app = useApp();
  const stream = useStream();
  const on = useStreamState(playing);
  const phase = useStreamState((s) => s.phase);
  const channel = useStreamState((s) => s.channels.find((c) => c.id === s.channel));
  const listeners = useStreamState((s) => s.health.listeners);
  const volume = useStreamState((s) => s.volume);
  const dashboard = useStreamScreen((s) => s.dashboard);
  const rate = (to: 1 | -1): void => {
    if (channel) stream.rate(channel.id, channel.rating === to ? 0 : to).catch(complain);
  };
  return (
    <div className="toolbar stream-bar" role="toolbar" aria-label="Stream" data-phase={phase}>
      <Tip label={on ? 'Pause' : 'Listen'} keys="Space">
        <button
          type="button"
          className="icon listen"
          aria-label={on ? 'Pause' : 'Listen'}
          data-testid="action-stream-play"
          data-state={phase}
          onMouseDown={keepFocus}
          onClick={() => perform(app, actionById('stream-play'))}
        >
          {on ? <Pause /> : <Play />}
        </button>
      </Tip>
      <Tip label="Channels" keys="C">
        <button
          type="button"
          className="btn channel-name"
          data-testid="action-stream-channels"
          onMouseDown={keepFocus}
          onClick={() => perform(app, actionById('stream-channels'))}
        >
          <ListMusic />
          <span>{channel?.name ?? 'Channels'}</span>
        </button>
      </Tip>
      <span className="summary" data-testid="stream-listeners">
        {on && listeners > 0
          ? `${listeners} listening`
          : channel && channel.visibility !== 'public'
            ? channel.visibility
            : ''}
      </span>
      <label className="volume">
        <Volume2 aria-hidden="true" />
        <input
          type="range"
          min={0}
          max={1}
          step={0.01}
          value={volume}
          aria-label="Volume"
          aria-valuetext={`${Math.round(volume * 100)} %`}
          data-testid="stream-volume"
          style={{ '--at': `${volume * 100}%` } as React.CSSProperties}
          onChange={(event) => stream.setVolume(Number(event.currentTarget.value))}
        />
      </label>
      <span className="group only-wide">
        <ActionButton
          action="stream-favourite"
          icon={<Heart />}
          label={channel?.favourite ? 'No longer a favourite' : 'Favourite'}
          pressed={channel?.favourite ?? false}
        />
        <Tip label="I like this">
          <button
            type="button"
            className="icon"
            aria-label="I like this"
            aria-pressed={channel?.rating === 1}
            data-testid="rate-up"
            onMouseDown={keepFocus}
            onClick={() => rate(1)}
          >
            <ThumbsUp />
          </button>
        </Tip>
        <Tip label="Not for me">
          <button
            type="button"
            className="icon"
            aria-label="Not for me"
            aria-pressed={channel?.rating === -1}
            data-testid="rate-down"
            onMouseDown={keepFocus}
            onClick={() => rate(-1)}
          >
            <ThumbsDown />
          </button>
        </Tip>
      </span>
      <ActionButton action="stream-link" icon={<Link />} />
      <ActionButton action="stream-dashboard" icon={<Activity />} pressed={dashboard} />
      <ActionButton action="stream-save" className="primary" icon={<Save />}>
        <span className="wordy">Save the last minutes</span>
      </ActionButton>
    </div>
  );
}
