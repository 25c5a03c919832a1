// The notes near the keyboard's place, in words: what a screen reader reads while the person moves
// from note to note. A window of them, so that ten thousand notes cost nothing.
import { useEffect, useMemo } from 'react';
import { useStore } from 'zustand';
import { useApp, useSession } from '../lib/app';
import { TimeMap } from '../lib/time';
import { prefersFlats } from '../lib/words';
import { describeNote } from '../roll/describe';

const AROUND = 12;

export function NoteList({ onActive }: { onActive: (id: string | undefined) => void }) {
  const { roll } = useApp();
  const focus = useStore(roll.state, (s) => s.focus);
  const notes = useSession((s) => s.notes);
  const song = useSession((s) => s.song);
  const selection = useSession((s) => s.selection);
  const map = useMemo(() => new TimeMap(song.tempos, song.metres), [song.tempos, song.metres]);
  const place = focus === null ? -1 : notes.indexOf(focus);
  const active = place >= 0 ? `note-${focus}` : undefined;
  useEffect(() => onActive(active), [active, onActive]);
  const from = Math.max(0, (place < 0 ? 0 : place) - AROUND);
  const to = Math.min(notes.length, from + 2 * AROUND + 1);
  if (to === from) return null;
  const flats = prefersFlats(song.key);
  return (
    <ul
      className="unseen"
      role="listbox"
      aria-label={`Notes, ${notes.length} in all`}
      aria-multiselectable="true"
      data-testid="note-list"
    >
      {Array.from({ length: to - from }, (_, k) => {
        const i = from + k;
        const id = notes.id(i);
        return (
          <li
            key={id}
            id={`note-${id}`}
            role="option"
            aria-selected={selection.has(id)}
            aria-posinset={i + 1}
            aria-setsize={notes.length}
            data-testid="note"
            data-key={notes.key[i]}
            data-start={notes.start[i]}
            data-duration={notes.duration[i]}
            data-velocity={notes.velocity[i]}
          >
            {describeNote(notes, i, map, flats)}
          </li>
        );
      })}
    </ul>
  );
}
