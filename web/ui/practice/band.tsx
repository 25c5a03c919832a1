// A band session by link: one song, one transport, everyone's own solo and mute.
import { Copy, Crown } from 'lucide-react';
import { useState } from 'react';
import { show, usePractice, usePracticeState } from '../lib/practice';
import { toast } from '../lib/screen';
import { signed } from '../lib/words';
import { Dialog } from '../parts/dialog';
import { complain } from './complain';

const close = (): void => show(null);
const NAME = 'tutti.band-name';

function storedName(): string {
  try {
    return localStorage.getItem(NAME) ?? '';
  } catch {
    return '';
  }
}

export function Band() {
  const band = usePracticeState((s) => s.band);
  return (
    <Dialog label="Band session" testid="band" onClose={close}>
      <div className="dialog-body">{band ? <Running /> : <Start />}</div>
    </Dialog>
  );
}

function Start() {
  const practice = usePractice();
  const [name, setName] = useState(storedName);
  const [open, setOpen] = useState(true);
  const [link, setLink] = useState('');
  const [busy, setBusy] = useState(false);
  const begin = async (work: () => Promise<unknown>): Promise<void> => {
    setBusy(true);
    try {
      localStorage.setItem(NAME, name.trim());
    } catch {
      // Kept for this time only.
    }
    await work().catch(complain);
    setBusy(false);
  };
  return (
    <>
      <p className="note">
        Everybody hears the same stems from the same moment on, and turns up or off what they like. Speed,
        loop and place are shared.
      </p>
      <label className="labelled">
        <span>Your name</span>
        <input
          className="field"
          data-first=""
          data-testid="band-name"
          maxLength={40}
          value={name}
          placeholder="As the others will see you"
          onChange={(e) => setName(e.currentTarget.value)}
        />
      </label>
      <fieldset>
        <legend>Who steers</legend>
        <div className="choices">
          <label>
            <input type="radio" name="steer" checked={open} onChange={() => setOpen(true)} />
            <span>Everybody</span>
          </label>
          <label>
            <input type="radio" name="steer" checked={!open} onChange={() => setOpen(false)} />
            <span>Only me</span>
          </label>
        </div>
      </fieldset>
      <div className="row">
        <button
          type="button"
          className="btn primary"
          disabled={busy || name.trim() === ''}
          data-testid="band-host"
          onClick={() => void begin(() => practice.hostBand(name.trim(), open))}
        >
          Open a session
        </button>
      </div>
      <label className="labelled">
        <span>Or join one</span>
        <span className="row">
          <input
            className="field"
            placeholder="Paste the link"
            data-testid="band-link"
            value={link}
            onChange={(e) => setLink(e.currentTarget.value)}
          />
          <button
            type="button"
            className="btn"
            disabled={busy || name.trim() === '' || link.trim() === ''}
            data-testid="band-join"
            onClick={() => void begin(() => practice.joinBand(link.trim(), name.trim()))}
          >
            Join
          </button>
        </span>
      </label>
    </>
  );
}

function Running() {
  const practice = usePractice();
  const band = usePracticeState((s) => s.band)!;
  return (
    <>
      <div className="row">
        <input
          className="field mono-figures"
          readOnly
          aria-label="Link to the session"
          data-testid="band-address"
          value={band.link}
          onFocus={(e) => e.currentTarget.select()}
        />
        <button
          type="button"
          className="btn primary"
          data-first=""
          onClick={() => {
            navigator.clipboard.writeText(band.link).then(
              () => toast('The link is copied.'),
              () => toast('The link could not be copied.', { next: 'Mark it and copy it by hand.' }),
            );
          }}
        >
          <Copy /> Copy link
        </button>
      </div>
      {band.phase === 'reconnecting' ? (
        <p className="note problem" role="status">
          The connection is gone; it is tried again. You hear on what is already here.
        </p>
      ) : null}
      <ul className="members" data-testid="band-members">
        {band.members.map((m) => (
          <li key={m.id}>
            <b>
              {m.name}
              {m.me ? ' (you)' : ''}
            </b>
            {m.host ? (
              <span title="Opened the session">
                <Crown aria-label="host" />
              </span>
            ) : null}
            <span className="end mute mono-figures">
              {m.ready
                ? `${Math.round(m.rttMs)} ms away · in time to ±${Math.max(1, Math.round(m.offsetMs))} ms`
                : 'fetching the stems'}
            </span>
          </li>
        ))}
      </ul>
      <p className="mute">
        Your sound is {signed(band.skewMs, 1)} ms off the common time.{' '}
        {band.open ? 'Everybody steers.' : 'The host steers.'}
      </p>
      <div className="row">
        {band.host ? (
          <label className="switch">
            <input
              type="checkbox"
              checked={band.open}
              onChange={(e) => practice.setBandOpen(e.currentTarget.checked)}
            />
            Everybody may steer
          </label>
        ) : null}
        <span className="grow" />
        <button
          type="button"
          className="btn danger"
          data-testid="band-leave"
          onClick={() => {
            practice.leaveBand();
            close();
          }}
        >
          {band.host ? 'End the session' : 'Leave'}
        </button>
      </div>
    </>
  );
}
