// What the program heard, put right by hand: tapped beats, where bars begin, metre, key, section names.
import { useState } from 'react';
import { clock } from '../lib/bars';
import { show, usePractice, usePracticeState } from '../lib/practice';
import { KEY_NAMES } from '../lib/scales';
import { plural, prettyKey } from '../lib/words';
import { Dialog } from '../parts/dialog';
import { Keys } from '../parts/keys';
import { complain } from './complain';

const close = (): void => show(null);

export function Correct() {
  const practice = usePractice();
  const analysis = usePracticeState((s) => s.analysis);
  return (
    <Dialog
      label="What was heard"
      testid="correct"
      onClose={close}
      foot={
        analysis?.corrected ? (
          <button
            type="button"
            className="btn"
            data-testid="revert"
            onClick={() => practice.revertAnalysis().catch(complain)}
          >
            As it was heard
          </button>
        ) : null
      }
    >
      <div className="dialog-body">
        {analysis ? <Body /> : <p className="note">The song is still being listened to.</p>}
      </div>
    </Dialog>
  );
}

function Body() {
  const practice = usePractice();
  const analysis = usePracticeState((s) => s.analysis)!;
  const tapping = usePracticeState((s) => s.tapping.length);
  return (
    <>
      <h3>Beats</h3>
      <p className="mute">
        {analysis.tempo.toFixed(1)} bpm, {plural(analysis.beats.length, 'beat')}, tuned to A4 at{' '}
        {analysis.tuning.toFixed(1)} Hz. To correct them, let it play and tap <Keys of="T" /> along, the first
        tap on the first beat of a bar.
      </p>
      {tapping > 0 ? (
        <div className="row">
          <span>{plural(tapping, 'tap')} so far</span>
          <button
            type="button"
            className="btn primary"
            disabled={tapping < 4}
            data-testid="taps-keep"
            onClick={() => practice.endTapping(true).catch(complain)}
          >
            Use them
          </button>
          <button type="button" className="btn" onClick={() => practice.endTapping(false).catch(complain)}>
            Forget them
          </button>
        </div>
      ) : null}
      <div className="row">
        <span>The bar begins</span>
        <button
          type="button"
          className="btn small"
          data-testid="downbeat-earlier"
          onClick={() => practice.shiftDownbeat(-1).catch(complain)}
        >
          a beat earlier
        </button>
        <button
          type="button"
          className="btn small"
          data-testid="downbeat-later"
          onClick={() => practice.shiftDownbeat(1).catch(complain)}
        >
          a beat later
        </button>
        <span className="grow" />
        <label className="row">
          Beats in a bar
          <select
            className="field"
            value={analysis.beatsPerBar}
            data-testid="correct-metre"
            onChange={(e) => practice.correct({ beatsPerBar: Number(e.currentTarget.value) }).catch(complain)}
          >
            {[2, 3, 4, 5, 6, 7].map((n) => (
              <option key={n}>{n}</option>
            ))}
          </select>
        </label>
      </div>
      <h3>Key</h3>
      <select
        className="field"
        aria-label="Key"
        value={analysis.key}
        data-testid="correct-key"
        onChange={(e) => practice.correct({ key: e.currentTarget.value }).catch(complain)}
      >
        {KEY_NAMES.includes(analysis.key) ? null : (
          <option value={analysis.key}>{prettyKey(analysis.key) || 'not known'}</option>
        )}
        {KEY_NAMES.map((name) => (
          <option key={name} value={name}>
            {prettyKey(name)}
          </option>
        ))}
      </select>
      <h3>Sections</h3>
      <ul className="section-list">
        {analysis.sections.map((section, i) => (
          <SectionName key={`${section.start}-${section.name}`} index={i} />
        ))}
      </ul>
      <h3>Chord here</h3>
      <ChordHere />
    </>
  );
}

function SectionName({ index }: { index: number }) {
  const practice = usePractice();
  const sections = usePracticeState((s) => s.analysis?.sections ?? []);
  const section = sections[index];
  if (!section) return null;
  return (
    <li>
      <span className="mute mono-figures">
        {clock(section.start)}–{clock(section.end)}
      </span>
      <input
        className="field"
        aria-label={`Name of the section at ${clock(section.start)}`}
        defaultValue={section.name}
        maxLength={40}
        onBlur={(event) => {
          const name = event.currentTarget.value.trim();
          if (!name || name === section.name) return;
          practice
            .correct({ sections: sections.map((s, i) => (i === index ? { ...s, name } : s)) })
            .catch(complain);
        }}
      />
      <button
        type="button"
        className="btn small"
        onClick={() =>
          void practice.addLoop(section.start, section.end, section.name).then((id) => practice.setLoop(id))
        }
      >
        Loop
      </button>
    </li>
  );
}

// The chord at the playhead: C, F#m, G7, or N for none.
const CHORD = /^(N|[A-G][#b]?(m|7|m7|maj7|dim|aug|sus2|sus4)?)$/;

function ChordHere() {
  const practice = usePractice();
  const chords = usePracticeState((s) => s.analysis?.chords ?? []);
  const [at] = useState(() => practice.position());
  const index = chords.findIndex((c) => at >= c.start && at < c.end);
  const [text, setText] = useState(chords[index]?.name ?? '');
  const wrong = text !== '' && !CHORD.test(text);
  if (index < 0) return <p className="mute">No chord was heard here ({clock(at)}).</p>;
  return (
    <form
      className="row"
      onSubmit={(event) => {
        event.preventDefault();
        if (wrong || text === '') return;
        practice
          .correct({ chords: chords.map((c, i) => (i === index ? { ...c, name: text } : c)) })
          .catch(complain);
      }}
    >
      <span className="mute mono-figures">{clock(chords[index]!.start, true)}</span>
      <input
        className="field"
        aria-label="Chord"
        aria-invalid={wrong}
        value={text}
        onChange={(e) => setText(e.currentTarget.value.replace('♯', '#').replace('♭', 'b'))}
      />
      <button type="submit" className="btn small" disabled={wrong || text === ''}>
        Change
      </button>
      {wrong ? <span className="note problem">Write it as C, F#m, G7 or N.</span> : null}
    </form>
  );
}
