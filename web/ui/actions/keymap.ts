// From key events to actions: one listener on the window, made from the table.
import { practiceScreen } from '../lib/practice';
import { prefs } from '../lib/prefs';
import { rooms } from '../lib/rooms';
import { screen, toast } from '../lib/screen';
import { chordId, chordOf, digitChord, parseChord } from './keys';
import { ACTIONS } from './table';
import { type Action, type App, stateOf } from './types';

// Keys of one room's actions stand apart: "stream:space".
export function buildKeymap(actions: readonly Action[]): Map<string, Action> {
  const map = new Map<string, Action>();
  for (const action of actions) {
    for (const keys of action.keys) {
      const id = (action.room ? `${action.room}:` : '') + chordId(parseChord(keys));
      const other = map.get(id);
      if (other) throw new Error(`${keys} is both ${other.id} and ${action.id}`);
      map.set(id, action);
    }
  }
  return map;
}

const NAVIGATION = /^(arrow|home$|end$|page|enter$|space$|tab$|escape$)/;

function inTextField(target: Element): boolean {
  if (target instanceof HTMLInputElement) {
    return !['range', 'checkbox', 'radio', 'button', 'file'].includes(target.type);
  }
  return (
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLElement && target.isContentEditable)
  );
}

// Whether an action's key may be taken from what has the focus.
export function mayRun(action: Action, key: string, ctrl: boolean, target: Element | null): boolean {
  if (!target || target === document.body) return true;
  if (inTextField(target)) return ctrl && (key === 'k' || key === 's' || key === 'o');
  const inRoll = target.closest('[data-roll]') !== null;
  if (inRoll) return true;
  if (target.closest('dialog, [role="dialog"], [role="menu"], [role="listbox"]')) return ctrl && key === 'k';
  if (key === 'escape') return true;
  // Space plays and stops from knobs and faders too: it does nothing else there.
  if (key === 'space' && target.getAttribute('role') === 'slider') return true;
  // A button, slider or field elsewhere keeps the keys that work it.
  if (NAVIGATION.test(key)) return false;
  return action.scope === 'page' || ctrl || key === 'delete';
}

export function perform(app: App, action: Action): void {
  const why = action.why?.(stateOf(app)) ?? null;
  if (why !== null) {
    toast(`${why}.`);
    return;
  }
  const result = action.run(app);
  if (result instanceof Promise) {
    result.catch((error: unknown) => {
      toast(error instanceof Error ? error.message : String(error), { tone: 'error' });
    });
  }
}

export function listenForKeys(app: App): () => void {
  const map = buildKeymap(ACTIONS);
  let leaving = false; // Escape in the roll: the next Tab leaves it, as anywhere on a page
  const onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing) return;
    const chord = chordOf(event);
    const { room } = rooms.getState();
    const { practice } = practiceScreen.getState();
    // A pedal that types keys, taught to do something else; or being taught.
    if (room === 'practice' && practice && !inTextField(event.target as Element)) {
      if (practice.keyPressed(chordId(chord))) return event.preventDefault();
    }
    const digit = digitChord(event);
    const action =
      map.get(`${room}:${chordId(chord)}`) ??
      map.get(chordId(chord)) ??
      (digit ? map.get(`${room}:${chordId(digit)}`) : undefined);
    const target = event.target instanceof Element ? event.target : null;
    const inRoll = target?.closest('[data-roll]') !== null && target !== null;
    if (chord.key === 'tab' && (!inRoll || leaving)) {
      leaving = false;
      return;
    }
    // After the last note, and before the first, Tab goes on through the page.
    if (chord.key === 'tab' && app.roll.keyboard.nextPlace(chord.shift ? -1 : 1) < 0) return;
    if (chord.key !== 'shift') leaving = chord.key === 'escape' && inRoll;
    if (!action || screen.getState().question) return;
    if (
      event.repeat &&
      (action.once || ['play', 'stream-play', 'record', 'tap', 'metronome', 'loop'].includes(action.id))
    ) {
      event.preventDefault();
      return;
    }
    // Notes are not edited where they are not seen.
    if (action.scope === 'roll' && rooms.getState().room !== 'sketch') return;
    if (!mayRun(action, chord.key, chord.ctrl, target)) return;
    // Words marked on the page are copied as words.
    if (['copy', 'cut'].includes(action.id) && !inRoll && window.getSelection()?.toString()) return;
    const plain = !chord.ctrl && !chord.alt && chord.key.length === 1;
    if (plain && !prefs.getState().singleKeys) return;
    const why = action.why?.(stateOf(app)) ?? null;
    // Arrow keys on nothing are no reason for a message.
    if (why !== null && (action.hidden || chord.key === 'backspace')) return;
    event.preventDefault();
    perform(app, action);
    if (action.release) held.set(event.code, { action, at: performance.now() });
  };
  // A key let go: what it held ends. Leaving the window lets go of all.
  const held = new Map<string, { action: Action; at: number }>();
  const letGo = (code: string): void => {
    const one = held.get(code);
    held.delete(code);
    one?.action.release?.(app, performance.now() - one.at);
  };
  const onUp = (event: KeyboardEvent): void => letGo(event.code);
  const onBlur = (): void => [...held.keys()].forEach(letGo);
  const onFocus = (): void => {
    leaving = false;
  };
  window.addEventListener('keydown', onKey);
  window.addEventListener('keyup', onUp);
  window.addEventListener('blur', onBlur);
  window.addEventListener('focusin', onFocus);
  return () => {
    window.removeEventListener('keydown', onKey);
    window.removeEventListener('keyup', onUp);
    window.removeEventListener('blur', onBlur);
    window.removeEventListener('focusin', onFocus);
  };
}
