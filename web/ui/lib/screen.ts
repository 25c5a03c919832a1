// What is open on the screen right now: dialogs, sheets and messages. Gone with the tab.
import { createStore } from 'zustand/vanilla';

export type Dialog = 'palette' | 'shortcuts' | 'projects' | 'settings' | 'mixdown';

export interface Toast {
  readonly id: number;
  readonly message: string;
  readonly next?: string;
  readonly tone: 'plain' | 'error';
  readonly action?: { readonly label: string; readonly run: () => void };
}

export interface Question {
  readonly title: string;
  readonly text: string;
  readonly confirm: string;
  readonly run: () => void;
}

export interface Screen {
  readonly dialog: Dialog | null;
  readonly panel: boolean; // the side panel as a sheet, on narrow screens
  readonly instruments: boolean; // the instrument list is open
  readonly exportMenu: boolean;
  readonly dropping: boolean; // a file hangs over the page
  readonly question: Question | null;
  readonly toasts: readonly Toast[];
  readonly spoken: string; // the last thing said to a screen reader
}

export const screen = createStore<Screen>(() => ({
  dialog: null,
  panel: false,
  instruments: false,
  exportMenu: false,
  dropping: false,
  question: null,
  toasts: [],
  spoken: '',
}));

let lastToast = 0;

export function toast(message: string, options: Partial<Omit<Toast, 'id' | 'message'>> = {}): number {
  const id = ++lastToast;
  const made: Toast = { id, message, tone: 'plain', ...options };
  screen.setState((s) => ({ toasts: [...s.toasts.slice(-2), made] }));
  return id;
}

export function dropToast(id: number): void {
  screen.setState((s) => ({ toasts: s.toasts.filter((t) => t.id !== id) }));
}

// Said by a screen reader, politely; the same words twice are still two events.
export function say(text: string): void {
  screen.setState((s) => ({ spoken: s.spoken === text ? `${text}\u00a0` : text }));
}

export function open(dialog: Dialog | null): void {
  screen.setState({ dialog });
}
