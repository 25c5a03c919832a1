// Saving what was just heard: rendered again from the channel's log, sample for sample.
import { Download } from 'lucide-react';
import { useRef, useState } from 'react';
import { toast } from '../lib/screen';
import { streamScreen, useStream } from '../lib/stream';
import { useApp } from '../lib/app';
import { enter } from '../lib/rooms';
import { Dialog } from '../parts/dialog';

type Form = 'flac' | 'opus' | 'wav' | 'mp3' | 'midi' | 'stems' | 'project';
const FORMS: readonly [Form, string, string][] = [
  ['flac', 'FLAC', 'as it was, 24 bit'],
  ['opus', 'Opus', 'small'],
  ['mp3', 'MP3', 'for anything'],
  ['wav', 'WAV', 'uncompressed'],
  ['midi', 'MIDI', 'the notes'],
  ['stems', 'Stems', 'a file a player'],
  ['project', 'Studio project', 'notes and sounds to work on'],
];
const LENGTHS: readonly [number, string][] = [
  [60, '1 minute'],
  [300, '5 minutes'],
  [600, '10 minutes'],
  [1800, '30 minutes'],
  [3600, '1 hour'],
];
const close = (): void => streamScreen.setState({ saving: false });

export function Save() {
  const stream = useStream();
  const { session } = useApp();
  const [form, setForm] = useState<Form>('flac');
  const [seconds, setSeconds] = useState(600);
  const [job, setJob] = useState<{ progress: number; sentence: string } | null>(null);
  const [problem, setProblem] = useState<{ message: string; next: string } | null>(null);
  const abort = useRef<AbortController | null>(null);
  const start = async (): Promise<void> => {
    const control = new AbortController();
    abort.current = control;
    setProblem(null);
    setJob({ progress: 0, sentence: 'Looking up what was played' });
    try {
      const result = await stream.save({
        seconds,
        form,
        signal: control.signal,
        onProgress: (progress, sentence) => setJob({ progress, sentence }),
      });
      close();
      if (result.project) {
        toast('It is a project now.', {
          action: {
            label: 'Open it in the Studio',
            run: () => {
              enter('studio');
              void session.openProject(result.project);
            },
          },
        });
      } else {
        const link = document.createElement('a');
        link.href = result.url;
        link.download = result.name;
        link.click();
      }
    } catch (error) {
      if (!control.signal.aborted) {
        const failed = error as { message?: string; next?: string };
        setProblem({
          message: failed.message ?? 'It could not be saved.',
          next: failed.next ?? 'Try again.',
        });
      }
    } finally {
      setJob(null);
      abort.current = null;
    }
  };
  return (
    <Dialog
      label="Save the last minutes"
      testid="stream-save"
      onClose={close}
      foot={
        job ? (
          <button
            type="button"
            className="btn"
            data-testid="save-cancel"
            onClick={() => abort.current?.abort()}
          >
            Cancel
          </button>
        ) : (
          <button
            type="button"
            className="btn primary"
            data-testid="save-start"
            data-first=""
            onClick={() => void start()}
          >
            <Download /> Save
          </button>
        )
      }
    >
      <div className="dialog-body save-body">
        <fieldset disabled={job !== null}>
          <legend>How much</legend>
          <div className="choices">
            {LENGTHS.map(([value, name]) => (
              <label key={value}>
                <input
                  type="radio"
                  name="length"
                  checked={seconds === value}
                  data-testid={`save-${value}`}
                  onChange={() => setSeconds(value)}
                />
                <span>{name}</span>
              </label>
            ))}
          </div>
        </fieldset>
        <fieldset disabled={job !== null}>
          <legend>As</legend>
          <div className="choices">
            {FORMS.map(([id, name, detail]) => (
              <label key={id}>
                <input
                  type="radio"
                  name="form"
                  checked={form === id}
                  data-testid={`save-${id}`}
                  onChange={() => setForm(id)}
                />
                <span>
                  {name} <small>{detail}</small>
                </span>
              </label>
            ))}
          </div>
        </fieldset>
        {job ? (
          <div role="status" data-testid="save-progress">
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
        ) : null}
        {problem ? (
          <p className="note problem" role="alert">
            {problem.message} {problem.next}
          </p>
        ) : null}
      </div>
    </Dialog>
  );
}
