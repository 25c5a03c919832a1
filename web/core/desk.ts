// What the parts of a session share: the state, the document, and how a change of it spreads.
import type { StoreApi } from 'zustand/vanilla';
import type { Api } from './api';
import type { Database } from './database';
import type { DocumentHandle } from './document';
import { problemOf, wasCancelled } from './problem';
import type { SessionState } from './types';

export class Desk {
  document: DocumentHandle | null = null;
  private readonly listeners: ((local: boolean) => void)[] = [];
  private readonly endings: (() => void)[] = [];
  private held = 0;
  // The engine has been told this change directly: the song need not be compiled for it yet.
  told = false;
  private nextNotice = 1;

  constructor(
    readonly store: StoreApi<SessionState>,
    readonly api: Api,
    readonly db: Database,
  ) {}

  get state(): SessionState {
    return this.store.getState();
  }
  set(change: Partial<SessionState>) {
    this.store.setState(change);
  }

  // `local`: by this page, so that there may be operations to send.
  onChange(listener: (local: boolean) => void) {
    this.listeners.push(listener);
  }

  // Called before the last of nested gestures ends, still within its step of undo.
  onEnding(listener: () => void) {
    this.endings.push(listener);
  }
  ending() {
    if (this.held === 1) for (const listener of this.endings) listener();
  }
  get gesturing(): boolean {
    return this.held > 0;
  }

  // To be called after every change of the document: reads it anew and tells everybody. While the engine
  // has been told (see above) only the desk moves, and the notes are as they were.
  changed(local: boolean) {
    const { document } = this;
    if (!document) return;
    const { masterDb, undo, redo, ...song } = document.song();
    const notes = this.told ? this.state.notes : document.notes();
    const { selection, track } = this.state;
    const kept = [...selection].filter((id) => notes.indexOf(id) >= 0);
    this.set({
      song,
      notes,
      masterDb,
      undo,
      redo,
      revision: this.state.revision + 1,
      selection: kept.length === selection.size ? selection : new Set(kept),
      track: song.tracks.some((t) => t.id === track)
        ? track
        : (song.tracks.find((t) => t.kind !== 'audio')?.id ?? null),
    });
    for (const listener of this.listeners) listener(local && this.held === 0);
  }

  // Between hold() and let() local operations wait: a drag is sent once, when it ends.
  hold() {
    this.held++;
  }
  let() {
    this.held = Math.max(0, this.held - 1);
  }

  say(message: string, next = '') {
    this.notice('info', message, next);
  }
  // Tells a failure; cancelling is none.
  complain(error: unknown) {
    if (wasCancelled(error)) return;
    const { message, next } = problemOf(error);
    this.notice('error', message, next);
  }

  private notice(kind: 'info' | 'error', message: string, next: string) {
    const others = this.state.notices.filter((n) => n.message !== message);
    this.set({ notices: [...others, { id: this.nextNotice++, kind, message, next }] });
  }
}
