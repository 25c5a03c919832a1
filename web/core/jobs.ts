// A job of the server, followed to its end: progress as it comes, cancelling on the way.
import type { Api, JobInfo } from './api';
import { cancelled, failure } from './problem';

// Resolves with what was made; rejects with the job's own problem, or `sorry` where it names none.
export async function finishedJob(
  api: Api,
  job: JobInfo,
  sorry: string,
  onProgress: (job: JobInfo) => void,
  signal?: AbortSignal,
): Promise<JobInfo> {
  const finished = await follow(api, job, onProgress, signal);
  if (finished.state === 'cancelled') throw cancelled();
  if (finished.state === 'failed' || !(finished.result || finished.project)) {
    const { error } = finished;
    throw failure(error?.code ?? 'internal', error?.message ?? sorry, error?.next ?? 'Try again.');
  }
  return finished;
}

// The job's messages until it has ended; asks again where the connection breaks.
function follow(
  api: Api,
  job: JobInfo,
  onProgress: (job: JobInfo) => void,
  signal?: AbortSignal,
): Promise<JobInfo> {
  return new Promise((resolve, reject) => {
    const socket = api.socket(`/ws/jobs/${encodeURIComponent(job.id)}`);
    let last = job;
    const end = (settle: () => void) => {
      socket.onmessage = socket.onclose = null;
      socket.close();
      signal?.removeEventListener('abort', abort);
      settle();
    };
    const abort = () => {
      void api.cancelJob(job.id).catch(() => {});
      end(() => reject(cancelled()));
    };
    signal?.addEventListener('abort', abort);
    const take = (news: Partial<JobInfo>) => {
      last = { ...last, ...news };
      onProgress(last);
      if (['succeeded', 'failed', 'cancelled'].includes(last.state)) {
        // The message may say less than the job itself.
        end(() => api.job(job.id).then(resolve, reject));
      }
    };
    socket.onmessage = ({ data }) => take(JSON.parse(data as string) as Partial<JobInfo>);
    socket.onclose = () => {
      const ask = () =>
        api.job(job.id).then(
          (news) => {
            if (signal?.aborted) return;
            take(news);
            if (['queued', 'running'].includes(news.state)) setTimeout(ask, 500);
          },
          (error: unknown) => end(() => reject(error)),
        );
      void ask();
    };
    take(job);
  });
}
