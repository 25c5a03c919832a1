// Follows separations of the server until they end: one loop of asking for each, shared by who looks.
import { isOffline } from './api';
import type { PracticeApi, StemsReply } from './practice_api';
import { failure, type Failure } from './problem';

const SOON = 150; // ms between two questions while it is worked on
const LATER = 1000; // … while it waits, or the server is away
const OVER = ['ready', 'failed', 'cancelled'];

export class StemsWatch {
  private readonly running = new Map<string, Promise<StemsReply>>();
  private readonly stopped = new Set<string>();

  constructor(
    private readonly api: PracticeApi,
    private readonly told: (stems: StemsReply) => void,
  ) {}

  // Resolves with the last word; `told` gets each on the way.
  follow(first: StemsReply): Promise<StemsReply> {
    this.told(first);
    if (OVER.includes(first.state)) return Promise.resolve(first);
    let run = this.running.get(first.id);
    if (!run) {
      this.stopped.delete(first.id);
      run = this.ask(first).finally(() => this.running.delete(first.id));
      this.running.set(first.id, run);
    }
    return run;
  }
  stop(id: string) {
    if (this.running.has(id)) this.stopped.add(id);
  }
  close() {
    for (const id of this.running.keys()) this.stopped.add(id);
  }

  private async ask(stems: StemsReply): Promise<StemsReply> {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, stems.state === 'queued' ? LATER / 2 : SOON));
      if (this.stopped.has(stems.id)) return { ...stems, state: 'cancelled' };
      try {
        stems = await this.api.stems(stems.id);
      } catch (error) {
        if (!isOffline(error)) throw error;
        await new Promise((resolve) => setTimeout(resolve, LATER));
        continue;
      }
      this.told(stems);
      if (OVER.includes(stems.state)) return stems;
    }
  }
}

export function whyNot(stems: StemsReply): Failure {
  const { problem } = stems;
  return failure(
    problem?.code ?? 'internal',
    problem?.message ?? 'The song could not be taken apart.',
    problem?.next ?? 'Try again, or another way of taking it apart.',
  );
}
