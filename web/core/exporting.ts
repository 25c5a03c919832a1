// Taking the song away: MIDI and project files made here, audio by the server's render job.
import type { JobInfo } from './api';
import type { Desk } from './desk';
import { finishedJob } from './jobs';
import { failure, problemOf, wasCancelled } from './problem';
import type { Projects } from './projects';
import type { ExportFormat, Job, MixdownSettings } from './types';

const KINDS = {
  mid: { ending: 'mid', type: 'audio/midi' },
  tutti: { ending: 'tutti', type: 'application/json' },
  maa: { ending: 'maa', type: 'application/json' },
  wav16: { ending: 'wav', type: 'audio/wav' },
  wav24: { ending: 'wav', type: 'audio/wav' },
  wav32f: { ending: 'wav', type: 'audio/wav' },
  flac: { ending: 'flac', type: 'audio/flac' },
  mp3: { ending: 'mp3', type: 'audio/mpeg' },
  opus: { ending: 'opus', type: 'audio/ogg' },
} as const;

const SAVED_WITHIN = 15000;

export class Exporting {
  private abort: AbortController | null = null;

  constructor(
    private readonly desk: Desk,
    private readonly projects: Projects,
  ) {}

  exportAs(format: ExportFormat): Promise<void> {
    const { document } = this.desk;
    if (!document) return Promise.resolve();
    return this.attempt(
      format,
      fileName(this.desk.state.song.title, KINDS[format].ending),
      async (name, signal) => {
        if (format === 'mid') this.save(document.exportMidi(), format, name);
        else if (format === 'tutti') this.save(document.saveTutti(), format, name);
        else if (format === 'maa') this.save(document.exportMaa(new Date().toISOString()), format, name);
        else await this.render(format, name, signal);
      },
    );
  }

  private async attempt(
    format: ExportFormat,
    name: string,
    work: (name: string, signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    if (!this.desk.document || this.desk.state.exporting?.state === 'running') return;
    this.abort = new AbortController();
    const { signal } = this.abort;
    this.tell(format, { state: 'running', progress: 0, sentence: 'Preparing' });
    try {
      await work(name, signal);
      this.tell(format, { state: 'done', progress: 1, sentence: `Saved as ${name}` });
    } catch (error) {
      if (wasCancelled(error) || signal.aborted) {
        this.tell(format, { state: 'cancelled', progress: 0, sentence: 'Cancelled' });
      } else {
        const problem = problemOf(error);
        this.tell(format, { state: 'failed', progress: 0, sentence: problem.message, problem });
      }
    }
  }

  cancel() {
    this.abort?.abort();
  }

  private tell(format: ExportFormat, job: Job) {
    this.desk.set({ exporting: { ...job, format } });
  }

  private save(content: Uint8Array<ArrayBuffer> | string, format: ExportFormat, name: string) {
    const url = URL.createObjectURL(new Blob([content], { type: KINDS[format].type }));
    download(url, name);
    setTimeout(() => URL.revokeObjectURL(url), 60000);
  }

  // The mix with a loudness asked for, and one file a strip if wanted.
  async mixdown(settings: MixdownSettings): Promise<void> {
    const { format, lufs, truePeak, stems } = settings;
    const ending = KINDS[format].ending;
    const title = this.desk.state.song.title;
    this.desk.set({ report: null });
    await this.attempt(format, fileName(title, ending), async (name, signal) => {
      const job = await this.made(format, signal, () =>
        this.desk.api.startMixdown({
          project: this.projects.id,
          format,
          true_peak: truePeak,
          stems,
          ...(lufs === null ? {} : { lufs }),
        }),
      );
      const { files, report } = soundOf(job);
      for (const [i, file] of files.entries()) {
        const stem = report?.stems?.[i - 1];
        download(file, i === 0 || !stem ? name : fileName(`${title} · ${stem}`, ending));
      }
      const loudness = report?.loudness;
      if (loudness) {
        this.desk.set({
          report: {
            integrated: loudness.integrated ?? -Infinity,
            range: loudness.range ?? 0,
            truePeak: loudness.true_peak ?? -Infinity,
            momentaryMax: loudness.momentary_max ?? -Infinity,
            shortTermMax: loudness.short_term_max ?? -Infinity,
          },
        });
      }
    });
  }

  private async render(format: ExportFormat, name: string, signal: AbortSignal) {
    const job = await this.made(format, signal, () =>
      this.desk.api.startJob({ kind: 'render', project: this.projects.id, settings: { format } }),
    );
    download(job.result!.url, name);
  }

  // A job of the server over all that is here, followed to its end.
  private async made(
    format: ExportFormat,
    signal: AbortSignal,
    start: () => Promise<JobInfo>,
  ): Promise<JobInfo> {
    if (this.desk.state.song.end === 0) {
      throw failure('bad_input', 'There is nothing to hear yet.', 'Hum a tune or draw some notes first.');
    }
    this.tell(format, { state: 'running', progress: 0, sentence: 'Saving the project' });
    // The server renders what it has: every edit and recording has to be there.
    if (!(await this.projects.saved(SAVED_WITHIN))) {
      throw failure(
        'offline',
        'The server does not have all of this song yet.',
        'Audio files are made there: try again when the connection is back. MIDI works now.',
      );
    }
    signal.throwIfAborted();
    return finishedJob(
      this.desk.api,
      await start(),
      'The song could not be made into an audio file.',
      ({ progress, sentence }) => this.tell(format, { state: 'running', progress, sentence }),
      signal,
    );
  }
}

function soundOf(job: JobInfo) {
  const { results, report } = job;
  return { files: results?.map((r) => r.url) ?? [job.result!.url], report };
}

function download(url: string, name: string) {
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
}

// The title as a file name that every system takes.
export function fileName(title: string, ending: string): string {
  const plain = title
    .replace(/[\u0000-\u001f\u007f<>:"/\\|?*]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return `${plain.replace(/^\.+/, '').slice(0, 100) || 'Untitled'}.${ending}`;
}
