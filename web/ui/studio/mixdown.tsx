// Mixing down: format, loudness to reach, true peak, stems; then progress, and how loud it became.
import { useState } from 'react';
import type { LoudnessReport, MixdownSettings } from '../../core';
import { useApp, useSession } from '../lib/app';
import { open } from '../lib/screen';
import { decibels, minus } from '../lib/words';
import { Dialog } from '../parts/dialog';

const FORMATS: readonly [MixdownSettings['format'], string, string][] = [
  ['wav16', 'WAV 16', 'for CD and phones'],
  ['wav24', 'WAV 24', 'for mastering'],
  ['wav32f', 'WAV 32 float', 'nothing rounded'],
  ['flac', 'FLAC', 'lossless, half the size'],
  ['mp3', 'MP3', 'plays everywhere'],
  ['opus', 'Opus', 'smallest'],
];

const TARGETS: readonly [string, number | null, string][] = [
  ['As it is', null, 'no change of level'],
  ['−14 LUFS', -14, 'streaming'],
  ['−16 LUFS', -16, 'podcasts'],
  ['−23 LUFS', -23, 'broadcast, EBU R 128'],
];

export function Mixdown() {
  const { session } = useApp();
  const job = useSession((s) => s.exporting);
  const report = useSession((s) => s.report);
  const empty = useSession((s) => s.song.end === 0);
  const [format, setFormat] = useState<MixdownSettings['format']>('wav24');
  const [lufs, setLufs] = useState<number | null>(-14);
  const [peak, setPeak] = useState(-1);
  const [stems, setStems] = useState(false);
  const running = job?.state === 'running';
  return (
    <Dialog
      label="Mix down"
      testid="mixdown"
      className="narrow"
      onClose={() => open(null)}
      foot={
        running ? (
          <button
            type="button"
            className="btn"
            data-testid="mixdown-cancel"
            onClick={() => session.cancelExport()}
          >
            Cancel
          </button>
        ) : (
          <button
            type="button"
            className="btn primary"
            data-testid="mixdown-start"
            disabled={empty}
            title={empty ? 'There is nothing to hear yet' : undefined}
            onClick={() => void session.mixdown({ format, lufs, truePeak: peak, stems })}
          >
            Mix down
          </button>
        )
      }
    >
      <div className="dialog-body mixdown">
        <fieldset disabled={running}>
          <legend>Format</legend>
          <div className="choices">
            {FORMATS.map(([id, name, detail]) => (
              <label key={id}>
                <input
                  type="radio"
                  name="format"
                  checked={format === id}
                  data-testid={`mixdown-${id}`}
                  onChange={() => setFormat(id)}
                />
                <span>
                  {name} <small>{detail}</small>
                </span>
              </label>
            ))}
          </div>
        </fieldset>
        <fieldset disabled={running}>
          <legend>Loudness</legend>
          <div className="choices">
            {TARGETS.map(([name, value, detail]) => (
              <label key={name}>
                <input
                  type="radio"
                  name="lufs"
                  checked={lufs === value}
                  data-testid={`mixdown-lufs-${value ?? 'none'}`}
                  onChange={() => setLufs(value)}
                />
                <span>
                  {name} <small>{detail}</small>
                </span>
              </label>
            ))}
          </div>
        </fieldset>
        <fieldset disabled={running} className="line">
          <label>
            True peak at most
            <select
              className="choice"
              value={peak}
              onChange={(event) => setPeak(Number(event.currentTarget.value))}
            >
              {[-0.1, -0.5, -1, -2, -3].map((db) => (
                <option key={db} value={db}>
                  {minus(db)} dBTP
                </option>
              ))}
            </select>
          </label>
          <label className="switch">
            <input
              type="checkbox"
              checked={stems}
              data-testid="mixdown-stems"
              onChange={(event) => setStems(event.currentTarget.checked)}
            />
            Stems: one file a track and bus too
          </label>
        </fieldset>
        {job && running ? (
          <div role="status" data-testid="mixdown-progress">
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
        {job?.state === 'failed' && job.problem ? (
          <p className="note problem" role="alert">
            {job.problem.message} {job.problem.next}
          </p>
        ) : null}
        {report && !running ? <Report report={report} /> : null}
      </div>
    </Dialog>
  );
}

function Report({ report }: { report: LoudnessReport }) {
  const rows: [string, string][] = [
    ['Integrated', decibels(report.integrated, 'LUFS')],
    ['Range', `${report.range.toFixed(1)} LU`],
    ['True peak', decibels(report.truePeak, 'dBTP')],
    ['Loudest 3 s', decibels(report.shortTermMax, 'LUFS')],
    ['Loudest moment', decibels(report.momentaryMax, 'LUFS')],
  ];
  return (
    <dl className="readings report" data-testid="report">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
