// The tracks of the song, when there is more than one (as after opening a MIDI file).
import { useApp, useSession } from '../lib/app';
import { trackTone } from '../lib/tones';
import { keepFocus } from '../parts/action_button';

export function TracksCard() {
  const { session } = useApp();
  const song = useSession((s) => s.song);
  const tracks = song.tracks.filter((track) => track.kind !== 'audio');
  const current = useSession((s) => s.track);
  if (tracks.length < 2) return null;
  return (
    <section className="card" aria-label="Tracks">
      <h2>
        Tracks <span className="end">{tracks.length}</span>
      </h2>
      <ul className="tracks" data-testid="tracks">
        {tracks.map((track, i) => (
          <li
            key={track.id}
            className="trackrow"
            aria-current={track.id === current}
            style={{ '--tone': track.colour || trackTone(i) } as React.CSSProperties}
          >
            <button type="button" onMouseDown={keepFocus} onClick={() => session.selectTrack(track.id)}>
              {track.name || `Track ${i + 1}`}
            </button>
            <button
              type="button"
              className="chip"
              aria-pressed={track.solo}
              aria-label={`Solo ${track.name}`}
              onMouseDown={keepFocus}
              onClick={() => session.edit.setTrack(track.id, { solo: !track.solo })}
            >
              S
            </button>
            <button
              type="button"
              className="chip"
              aria-pressed={track.mute}
              aria-label={`Mute ${track.name}`}
              onMouseDown={keepFocus}
              onClick={() => session.edit.setTrack(track.id, { mute: !track.mute })}
            >
              M
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
