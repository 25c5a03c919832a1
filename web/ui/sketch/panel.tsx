// The side panel: instrument, tracks, the take and its A/B, what was heard, the master.
import { ChevronRight } from 'lucide-react';
import { perform } from '../actions/keymap';
import { actionById } from '../actions/table';
import { useApp, useScreen, useSession } from '../lib/app';
import { type Instrument, findInstrument, programName } from '../lib/general_midi';
import { prettyKey, noteName, prefersFlats } from '../lib/words';
import { Fader } from '../parts/fader';
import { keepFocus } from '../parts/action_button';
import { extentOf } from '../roll/notes';
import { MasterCard } from './master_card';
import { TakeCard } from './take_card';
import { TracksCard } from './tracks_card';

export function Panel() {
  const open = useScreen((s) => s.panel);
  return (
    <aside className={`panel ${open ? 'open' : ''}`} id="panel" aria-label="Sound" data-testid="panel">
      <InstrumentCard />
      <TracksCard />
      <TakeCard />
      <HeardCard />
      <MasterCard />
    </aside>
  );
}

function InstrumentCard() {
  const app = useApp();
  const { session } = app;
  const fonts = useSession((s) => s.fonts);
  const job = useSession((s) => s.instrument);
  const track = useSession((s) => s.song.tracks.find((t) => t.id === s.track));
  const none = { soundfont: '', bank: 0, program: 0, instrument: '', gainDb: 0 };
  const { bank, program, gainDb } = track ?? none;
  const found = findInstrument(fonts, track ?? none);
  const name = found?.name ?? programName(bank, program);
  return (
    <section className="card" aria-label="Instrument">
      <h2>Instrument</h2>
      <button
        type="button"
        className="pick"
        data-testid="instrument"
        aria-keyshortcuts="i"
        onMouseDown={keepFocus}
        onClick={() => perform(app, actionById('instrument'))}
      >
        <span className="name">{name}</span>
        <ChevronRight />
      </button>
      {job?.state === 'running' ? (
        <div role="status" data-testid="instrument-loading">
          <p className="note">{job.sentence}</p>
          <div
            className="bar"
            role="progressbar"
            aria-label={job.sentence}
            aria-valuenow={Math.round(job.progress * 100)}
          >
            <i style={{ transform: `scaleX(${job.progress})` }} />
          </div>
        </div>
      ) : job?.state === 'failed' && job.problem ? (
        <p className="note" role="alert">
          {job.problem.message} {job.problem.next}
        </p>
      ) : (
        <p className="note">{instrumentLine(found, fonts.length)}</p>
      )}
      <div className="mix">
        <Fader
          label="Instrument level"
          heading="Level"
          testid="track-gain"
          value={gainDb}
          disabled={track ? null : 'There is no track yet'}
          tone="var(--amber)"
          begin={() => session.edit.beginGesture('Instrument level')}
          end={() => session.edit.endGesture()}
          onChange={(db) => track && session.edit.setTrack(track.id, { gainDb: db })}
        />
      </div>
    </section>
  );
}

function instrumentLine(found: Instrument | null, fonts: number): string {
  if (found) return `${found.fontName} · ${found.family}`;
  return fonts === 0 ? 'No SoundFont found yet' : 'No SoundFont has this sound';
}

function HeardCard() {
  const song = useSession((s) => s.song);
  const notes = useSession((s) => s.notes);
  const track = useSession((s) => s.song.tracks.findIndex((t) => t.id === s.track));
  if (song.takes.length === 0 || notes.length === 0) return null;
  const mine = Array.from({ length: notes.length }, (_, i) => i).filter((i) => notes.track[i] === track);
  const extent = extentOf(notes, mine);
  const flats = prefersFlats(song.key);
  const tempo = song.tempos[0]?.bpm ?? 120;
  const metre = song.metres[0];
  return (
    <section className="card" aria-label="Heard" data-testid="heard">
      <h2>Heard</h2>
      <p className="name">{song.key ? prettyKey(song.key) : 'No clear key'}</p>
      <p className="note">
        {tempo.toFixed(1)} bpm · {metre ? `${metre.numerator}/${metre.denominator}` : '4/4'}
        {extent ? ` · range ${noteName(extent.low, flats)}–${noteName(extent.high, flats)}` : ''}
      </p>
    </section>
  );
}
