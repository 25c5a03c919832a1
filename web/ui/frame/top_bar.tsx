// Project and saved state · transport · what belongs to the whole page.
import { CircleQuestionMark, Redo2, Search, Undo2 } from 'lucide-react';
import { Suspense, lazy, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { useApp, useSession } from '../lib/app';
import { rooms } from '../lib/rooms';
import { ActionButton } from '../parts/action_button';
import { Saved } from './saved';
import { Transport } from './transport';

const FACES = ['--green', '--other', '--drums', '--vocals', '--teal', '--bass'];

// The transport is that of the room: the song being practised, or the project.
const PracticeTransport = lazy(() => import('../practice/transport'));

export function TopBar() {
  const practising = useStore(rooms, (r) => r.room === 'practice');
  const undo = useSession((s) => s.undo);
  const redo = useSession((s) => s.redo);
  return (
    <header className="top">
      <div className="project">
        <Title />
        <Saved />
      </div>
      {practising ? (
        <Suspense fallback={<div className="transport" />}>
          <PracticeTransport />
        </Suspense>
      ) : (
        <Transport />
      )}
      <div className="tools">
        <ActionButton action="undo" icon={<Undo2 />} label={undo === null ? 'Undo' : `Undo: ${undo}`} />
        <ActionButton action="redo" icon={<Redo2 />} label={redo === null ? 'Redo' : `Redo: ${redo}`} />
        <People />
        <ActionButton action="palette" className="wide-icon" showKey icon={<Search />} />
        <ActionButton action="shortcuts" icon={<CircleQuestionMark />} />
      </div>
    </header>
  );
}

function Title() {
  const { session } = useApp();
  const title = useSession((s) => s.song.title);
  const ready = useSession((s) => s.ready);
  const [draft, setDraft] = useState<string | null>(null);
  useEffect(() => {
    document.title = ready ? `${title || 'Untitled'} · Tutti` : 'Tutti';
  }, [title, ready]);
  const commit = (): void => {
    if (draft !== null && draft.trim() !== '' && draft.trim() !== title) session.edit.setTitle(draft.trim());
    setDraft(null);
  };
  return (
    <input
      className="title"
      aria-label="Project title"
      data-testid="title"
      disabled={!ready}
      placeholder={ready ? 'Untitled' : ''}
      maxLength={200}
      spellCheck={false}
      value={draft ?? title}
      onFocus={(event) => event.currentTarget.select()}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur();
        if (event.key === 'Escape') {
          setDraft(null);
          requestAnimationFrame(() => (event.target as HTMLElement).blur());
        }
      }}
    />
  );
}

// The others who have this project open now.
function People() {
  const people = useSession((s) => s.people);
  if (people.length === 0) return null;
  return (
    <div className="people" role="img" aria-label={`Also here: ${people.map((p) => p.name).join(', ')}`}>
      {people.slice(0, 5).map((person, i) => (
        <span key={person.id} title={person.name} style={{ background: `var(${FACES[i % FACES.length]})` }}>
          {person.name.slice(0, 1).toUpperCase()}
        </span>
      ))}
    </div>
  );
}
