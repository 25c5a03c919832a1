// Files on their way to be songs, and what to do first where there is none.
import { RotateCcw, X } from 'lucide-react';
import type { Separation, SongImport } from '../../core/practice_types';
import { usePractice, usePracticeState } from '../lib/practice';
import { keepFocus, ActionButton } from '../parts/action_button';
import { Tip } from '../parts/tip';

export function Imports() {
  const all = usePracticeState((s) => s.imports);
  const imports = all.filter((i) => i.state !== 'done'); // those stand in the list of songs
  if (imports.length === 0) return null;
  return (
    <ul className="imports" aria-label="Songs being added" data-testid="imports">
      {imports.map((one) => (
        <Row key={one.id} one={one} />
      ))}
    </ul>
  );
}

function Row({ one }: { one: SongImport }) {
  const practice = usePractice();
  const failed = one.state === 'failed';
  const words = failed
    ? `${one.problem?.message ?? 'It could not be added.'} ${one.problem?.next ?? ''}`
    : one.position > 0
      ? `${one.sentence || 'Waiting'} · number ${one.position} in the queue`
      : one.sentence;
  return (
    <li className={failed ? 'failed' : ''} data-state={one.state}>
      <b>{one.name}</b>
      <span className="mute" role={failed ? 'alert' : 'status'}>
        {words}
      </span>
      {one.state === 'done' || failed ? null : (
        <div
          className="bar"
          role="progressbar"
          aria-label={one.name}
          aria-valuenow={Math.round(one.progress * 100)}
        >
          <i style={{ transform: `scaleX(${one.progress})` }} />
        </div>
      )}
      {failed ? (
        <Tip label="Try again">
          <button
            type="button"
            className="icon"
            aria-label={`Try ${one.name} again`}
            onMouseDown={keepFocus}
            onClick={() => practice.retryImport(one.id)}
          >
            <RotateCcw />
          </button>
        </Tip>
      ) : null}
      <Tip label={failed || one.state === 'done' ? 'Take it off the list' : 'Cancel'}>
        <button
          type="button"
          className="icon"
          aria-label={failed || one.state === 'done' ? `Dismiss ${one.name}` : `Cancel ${one.name}`}
          onMouseDown={keepFocus}
          onClick={() =>
            failed || one.state === 'done' ? practice.dismissImport(one.id) : practice.cancelImport(one.id)
          }
        >
          <X />
        </button>
      </Tip>
    </li>
  );
}

const QUALITY: Record<Separation, string> = {
  instant: 'there at once',
  classical: 'without a network: quick, rough',
  htdemucs: 'the best, takes longer',
  htdemucs_ft: 'the very best, four times longer',
  here: 'in this browser, the song stays on this computer',
};

// How songs are taken apart: those that are installed.
export function Models() {
  const practice = usePractice();
  const models = usePracticeState((s) => s.models);
  const model = usePracticeState((s) => s.model);
  const there = models.filter((m) => m.installed);
  if (there.length < 2) return null;
  return (
    <div className="models" role="radiogroup" aria-label="Separation" data-testid="models">
      {there.map((m) => (
        <button
          key={m.id}
          type="button"
          role="radio"
          className="pill"
          aria-checked={m.id === model}
          data-testid={`model-${m.id}`}
          onMouseDown={keepFocus}
          onClick={() => practice.setModel(m.id)}
        >
          {m.name} <span className="mute">{QUALITY[m.id]}</span>
        </button>
      ))}
    </div>
  );
}

export function Empty() {
  const songs = usePracticeState((s) => s.songs.length);
  const phase = usePracticeState((s) => s.phase);
  const problem = usePracticeState((s) => s.problem);
  const busy = usePracticeState((s) => s.imports.some((i) => i.state !== 'failed' && i.state !== 'done'));
  if (phase === 'failed' && problem) {
    return (
      <div className="practice-empty" role="alert" data-testid="practice-problem">
        <p className="lead">{problem.message}</p>
        <p className="mute">{problem.next}</p>
        <ActionButton action="practice-library" showKey>
          Songs
        </ActionButton>
      </div>
    );
  }
  return (
    <div className="practice-empty" data-testid="practice-empty">
      <p className="lead">
        {busy ? 'The first stems are heard in a moment.' : 'Drop a song here and play along.'}
      </p>
      <p className="mute">
        Drums, bass, vocals and the rest apart; slower, in your key, the hard bars in a loop. MP3, M4A, WAV,
        FLAC, Ogg or Opus.
      </p>
      <div className="row">
        <ActionButton action="practice-add" className="primary" showKey>
          Choose songs
        </ActionButton>
        {songs > 0 ? (
          <ActionButton action="practice-library" showKey>
            Your songs
          </ActionButton>
        ) : null}
      </div>
      <Models />
    </div>
  );
}
