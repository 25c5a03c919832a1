// Stems as files: each alone, and everything but each.
import { useState } from 'react';
import { STEM_NAMES, type StemName } from '../../core/practice_types';
import { show, STEM_WORDS, usePractice, usePracticeState } from '../lib/practice';
import { Dialog } from '../parts/dialog';
import { Segment } from '../parts/segment';
import { complain } from './complain';
import { Models } from './imports';

type Form = 'wav' | 'flac' | 'mp3' | 'opus';
const FORMS: readonly { value: Form; label: string }[] = [
  { value: 'wav', label: 'WAV' },
  { value: 'flac', label: 'FLAC' },
  { value: 'mp3', label: 'MP3' },
  { value: 'opus', label: 'Opus' },
];
const close = (): void => show(null);

export function Download() {
  const practice = usePractice();
  const done = usePracticeState((s) => s.progress >= 1);
  const model = usePracticeState((s) => s.model);
  const song = usePracticeState((s) => s.song);
  const [form, setForm] = useState<Form>('wav');
  const link = (of: StemName | `without-${StemName}`, words: string) => (
    <a
      key={of}
      className="btn"
      aria-disabled={!done || undefined}
      href={done ? practice.downloadUrl(of, form) : undefined}
      download=""
      data-testid={`download-${of}`}
    >
      {words}
    </a>
  );
  return (
    <Dialog label="Download stems" testid="practice-download" onClose={close}>
      <div className="dialog-body">
        {done ? null : <p className="note">They can be downloaded once the whole song is taken apart.</p>}
        <Segment label="Format" value={form} options={FORMS} onChange={setForm} testid="download-form" />
        <h3>Alone</h3>
        <div className="download-row">{STEM_NAMES.map((name) => link(name, STEM_WORDS[name]))}</div>
        <h3>Everything but</h3>
        <div className="download-row">
          {STEM_NAMES.map((name) => link(`without-${name}`, `No ${STEM_WORDS[name].toLowerCase()}`))}
        </div>
        <h3>Taken apart another way</h3>
        <Models />
        {song && model !== song.model ? (
          <button
            type="button"
            className="btn"
            data-testid="separate-again"
            onClick={() => {
              close();
              practice.separateAgain(model).catch(complain);
            }}
          >
            Take this song apart again
          </button>
        ) : null}
      </div>
    </Dialog>
  );
}
