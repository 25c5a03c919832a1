// The songs of the library: opened, renamed, removed.
import { Pencil, Plus, Trash2 } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { PracticeSong } from '../../core/practice_types';
import { clock, lengthOf } from '../lib/bars';
import { show, usePractice, usePracticeState } from '../lib/practice';
import { screen } from '../lib/screen';
import { prettyKey } from '../lib/words';
import { ActionButton } from '../parts/action_button';
import { Dialog } from '../parts/dialog';
import { complain } from './complain';
import { Models } from './imports';

const close = (): void => show(null);

export function Library() {
  const songs = usePracticeState((s) => s.songs);
  const bytes = usePracticeState((s) => s.cacheBytes);
  const [sought, setSought] = useState('');
  const found = useMemo(() => {
    const words = sought.toLowerCase().split(/\s+/).filter(Boolean);
    return songs.filter((song) =>
      words.every((w) => `${song.title} ${song.artist}`.toLowerCase().includes(w)),
    );
  }, [songs, sought]);
  return (
    <Dialog
      label="Songs"
      testid="practice-songs"
      className="wide"
      onClose={close}
      foot={
        <>
          <span className="mute grow">
            {bytes > 0
              ? `Stems in this browser: ${(bytes / 1e6).toFixed(0)} MB. The least played go first.`
              : ''}
          </span>
          <ActionButton action="practice-add" className="primary" icon={<Plus />}>
            Add songs
          </ActionButton>
        </>
      }
    >
      <div className="dialog-body">
        <Models />
        {songs.length > 6 ? (
          <input
            className="field"
            data-first=""
            placeholder="Search title and artist"
            aria-label="Search songs"
            value={sought}
            onChange={(event) => setSought(event.currentTarget.value)}
          />
        ) : null}
        {found.length > 0 ? (
          <ul className="song-list">
            {found.map((song) => (
              <Row key={song.id} song={song} />
            ))}
          </ul>
        ) : (
          <p className="note">
            {songs.length > 0
              ? 'No song is called that.'
              : 'There is no song yet. Add one, or drop it on the page.'}
          </p>
        )}
      </div>
    </Dialog>
  );
}

function Row({ song }: { song: PracticeSong }) {
  const practice = usePractice();
  const open = usePracticeState((s) => s.song?.id === song.id);
  const [naming, setNaming] = useState(false);
  const [title, setTitle] = useState(song.title);
  const [artist, setArtist] = useState(song.artist);
  if (naming) {
    const save = (): void => {
      setNaming(false);
      if (title.trim()) practice.rename(song.id, title.trim(), artist.trim()).catch(complain);
    };
    return (
      <li>
        <form
          className="row grow"
          onSubmit={(event) => {
            event.preventDefault();
            save();
          }}
        >
          <input
            className="field"
            aria-label="Title"
            value={title}
            maxLength={200}
            autoFocus
            onChange={(e) => setTitle(e.currentTarget.value)}
          />
          <input
            className="field"
            aria-label="Artist"
            placeholder="Artist"
            value={artist}
            maxLength={200}
            onChange={(e) => setArtist(e.currentTarget.value)}
          />
          <button type="submit" className="btn">
            Keep
          </button>
        </form>
      </li>
    );
  }
  return (
    <li className={open ? 'on' : ''}>
      <button
        type="button"
        className="song-row"
        data-testid="song-row"
        onClick={() => {
          close();
          practice.open(song.id).catch(complain);
        }}
      >
        <b>{song.title}</b>
        <span className="mute">{song.artist}</span>
        <span className="end mute mono-figures">
          {[
            song.tempo > 0 ? `${song.tempo.toFixed(0)} bpm` : '',
            prettyKey(song.key),
            clock(song.duration),
            song.seconds > 0 ? `practised ${lengthOf(song.seconds)}` : '',
          ]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </button>
      <button
        type="button"
        className="icon"
        aria-label={`Rename ${song.title}`}
        onClick={() => setNaming(true)}
      >
        <Pencil />
      </button>
      <button
        type="button"
        className="icon"
        aria-label={`Remove ${song.title}`}
        onClick={() =>
          screen.setState({
            question: {
              title: `Remove ${song.title}?`,
              text: 'Its stems, loops and corrections go. The time you practised stays in your history.',
              confirm: 'Remove',
              run: () => void practice.remove(song.id).catch(complain),
            },
          })
        }
      >
        <Trash2 />
      </button>
    </li>
  );
}
