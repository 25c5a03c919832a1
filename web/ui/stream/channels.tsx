// The list of channels, and making one of your own.
import { Check, Heart, Lock, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { ChannelInfo } from '../../core/stream_types';
import { screen, toast } from '../lib/screen';
import { streamScreen, useStream, useStreamState } from '../lib/stream';
import { plural } from '../lib/words';
import { Dialog } from '../parts/dialog';
import { Segment } from '../parts/segment';

type Visibility = ChannelInfo['visibility'];
const WHO: Record<Visibility, string> = {
  public: 'Everybody finds it here.',
  link: 'Whoever has the link listens; you turn the knobs.',
  private: 'Only this browser listens.',
};
const close = (): void => streamScreen.setState({ channels: false });
const complain = (problem: { message?: string; next?: string }): void => {
  toast(problem.message ?? 'That did not work.', {
    tone: 'error',
    ...(problem.next ? { next: problem.next } : {}),
  });
};

export function Channels() {
  const channels = useStreamState((s) => s.channels);
  const current = useStreamState((s) => s.channel);
  return (
    <Dialog label="Channels" testid="channels" onClose={close}>
      <div className="dialog-body">
        <ul className="channel-list" data-testid="channel-list">
          {channels.map((channel) => (
            <Row key={channel.id} channel={channel} current={channel.id === current} />
          ))}
        </ul>
        <Make />
      </div>
    </Dialog>
  );
}

function Row({ channel, current }: { channel: ChannelInfo; current: boolean }) {
  const stream = useStream();
  const remove = (): void =>
    screen.setState({
      question: {
        title: `Delete “${channel.name}”?`,
        text: 'It stops for everybody who listens, and its music cannot be made again without its seed.',
        confirm: 'Delete it',
        run: () => void stream.deleteChannel(channel.id).catch(complain),
      },
    });
  return (
    <li className="project-row" data-testid="channel-row" data-channel={channel.id}>
      <button
        type="button"
        data-first={current ? '' : undefined}
        onClick={() => {
          close();
          stream.play(channel.id).catch(complain);
        }}
      >
        {channel.favourite ? <Heart className="heart" aria-label="Favourite" /> : null}
        {channel.visibility === 'private' ? <Lock className="heart" aria-label="Private" /> : null}
        <b>{channel.name}</b>
        {current ? (
          <span className="here">
            <Check /> on
          </span>
        ) : null}
        <span className="when">
          {channel.listeners > 0 ? plural(channel.listeners, 'listener') : channel.visibility}
        </span>
      </button>
      {channel.mine ? (
        <button type="button" className="icon" aria-label={`Delete ${channel.name}`} onClick={remove}>
          <Trash2 />
        </button>
      ) : null}
    </li>
  );
}

function Make() {
  const stream = useStream();
  const [name, setName] = useState('');
  const [visibility, setVisibility] = useState<Visibility>('link');
  const [busy, setBusy] = useState(false);
  const make = (): void => {
    if (name.trim() === '' || busy) return;
    setBusy(true);
    stream
      .createChannel({ name: name.trim(), visibility, from: stream.store.getState().channel })
      .then(async (id) => {
        close();
        await stream.play(id);
      })
      .catch(complain)
      .finally(() => setBusy(false));
  };
  return (
    <form
      className="make-channel"
      onSubmit={(event) => {
        event.preventDefault();
        make();
      }}
    >
      <h3>A channel of your own</h3>
      <div className="line">
        <input
          className="field"
          placeholder="Its name"
          aria-label="Name of the new channel"
          maxLength={80}
          data-testid="channel-new-name"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Segment
          label="Who may listen"
          testid="visibility"
          value={visibility}
          options={[
            { value: 'public', label: 'Public' },
            { value: 'link', label: 'By link' },
            { value: 'private', label: 'Private' },
          ]}
          onChange={setVisibility}
        />
        <button
          type="submit"
          className="btn primary"
          data-testid="channel-make"
          aria-disabled={name.trim() === '' || busy}
        >
          <Plus /> Make it
        </button>
      </div>
      <p className="mute">{WHO[visibility]} It begins with the settings of what you hear now.</p>
    </form>
  );
}
