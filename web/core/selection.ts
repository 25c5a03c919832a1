// Which notes are chosen, and the clipboard: the system's as text, and one of our own beside it.
//
// Reading the system clipboard may be refused; then what was copied in this page is pasted.
import type { Desk } from './desk';
import { runner } from './edits';
import type { Playback } from './types';
import type { Id, Ticks } from './types';

export class Selection {
  private own = '';
  private readonly run: ReturnType<typeof runner>;

  constructor(
    private readonly desk: Desk,
    private readonly playback: Playback,
  ) {
    this.run = runner(desk);
  }

  select(ids: Iterable<Id>, how: 'replace' | 'add' | 'toggle' | 'remove' = 'replace') {
    const { notes, selection } = this.desk.state;
    const chosen = new Set(how === 'replace' ? [] : selection);
    for (const id of ids) {
      if (notes.indexOf(id) < 0) continue;
      if (how === 'remove' || (how === 'toggle' && chosen.has(id))) chosen.delete(id);
      else chosen.add(id);
    }
    const same = chosen.size === selection.size && [...chosen].every((id) => selection.has(id));
    if (!same) this.desk.set({ selection: chosen });
  }

  // All notes of the current track, or of every track when there is none.
  all() {
    const { notes, song, track } = this.desk.state;
    const wanted = song.tracks.findIndex((t) => t.id === track);
    const ids: Id[] = [];
    for (let i = 0; i < notes.length; i++) {
      if (wanted < 0 || notes.track[i] === wanted) ids.push(notes.id(i));
    }
    this.select(ids);
  }

  cut() {
    this.take('cut_notes');
  }
  copy() {
    this.take('copy_notes');
  }
  private take(what: 'cut_notes' | 'copy_notes') {
    const { selection } = this.desk.state;
    if (selection.size === 0) return;
    const text = this.run({ do: what, notes: [...selection] });
    if (typeof text !== 'string') return;
    this.own = text;
    this.desk.set({ clipboard: true });
    void navigator.clipboard?.writeText(text).catch(() => {});
  }

  async paste(at?: Ticks): Promise<void> {
    const text = await this.clipboard();
    const { track } = this.desk.state;
    if (!text || !track) return;
    const place = Math.max(0, Math.round(at ?? this.playback.position()));
    const made = this.run({ do: 'paste_notes', track, at: place, clipboard: text });
    if (Array.isArray(made)) this.select(made as Id[]);
  }

  duplicate() {
    const { notes, selection } = this.desk.state;
    if (selection.size === 0 || !this.desk.document) return;
    let first = Infinity;
    let last = 0;
    for (const id of selection) {
      const i = notes.indexOf(id);
      first = Math.min(first, notes.start[i]!);
      last = Math.max(last, notes.start[i]! + notes.duration[i]!);
    }
    // Whole beats, so that what follows stays on the beat.
    const beat = this.desk.document.time.ticksPerBeat(first);
    const by = Math.ceil((last - first) / beat) * beat;
    const made = this.run({ do: 'duplicate_notes', notes: [...selection], by });
    if (Array.isArray(made)) this.select(made as Id[]);
  }

  private async clipboard(): Promise<string> {
    try {
      const text = await navigator.clipboard.readText();
      if (text.startsWith('{"tutti":"notes"')) return text;
    } catch {
      // not allowed: our own
    }
    return this.own;
  }
}
