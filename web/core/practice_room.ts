// What the parts of the Practice room share: its state, the server, this browser's store, the sound.
import type { StoreApi } from 'zustand/vanilla';
import type { PracticeApi } from './practice_api';
import type { PracticeDatabase } from './practice_database';
import type { PracticeOutput } from './practice_output';
import type { PracticeState } from './practice_types';
import { problemOf, wasCancelled } from './problem';
import type { StreamKeep } from './stream_keep';

export class PracticeRoom {
  constructor(
    readonly store: StoreApi<PracticeState>,
    readonly api: PracticeApi,
    readonly db: PracticeDatabase,
    readonly output: PracticeOutput,
    private readonly keep: StreamKeep,
  ) {}

  get(): PracticeState {
    return this.store.getState();
  }
  set(change: Partial<PracticeState>) {
    this.store.setState(change);
  }
  // Who practises: the same one as the Stream's listener.
  async person(): Promise<string> {
    await this.keep.ready;
    return this.keep.listener;
  }
  zone(): string {
    return Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
  }
  told(error: unknown) {
    if (!wasCancelled(error)) this.set({ problem: problemOf(error) });
  }
  remember(key: string, value: unknown) {
    void this.db.set('settings', key, value).catch(() => {}); // no storage: it lasts as long as the page
  }
  recall<T>(key: string): Promise<T | undefined> {
    return this.db.get<T>('settings', key).catch(() => undefined);
  }
}
