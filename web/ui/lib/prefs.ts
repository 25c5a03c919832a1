// What this person has chosen about the screen: kept in this browser, no part of the song.
import { createStore } from 'zustand/vanilla';

export type Theme = 'system' | 'dark' | 'light' | 'contrast';
export type Tool = 'select' | 'pencil';

export interface Prefs {
  readonly theme: Theme;
  readonly grid: string; // id of roll/grid.ts GRIDS
  readonly strength: number; // of quantising, 0 … 1
  readonly quantiseEnds: boolean;
  readonly follow: boolean; // the view follows the playhead
  readonly showCurve: boolean;
  readonly auditionEdits: boolean; // a note sounds when it is added or moved
  readonly tool: Tool;
  readonly singleKeys: boolean; // shortcuts of one key; off for people who dictate
}

const STORED = 'tutti.prefs';
const DEFAULTS: Prefs = {
  theme: 'dark',
  grid: '8',
  strength: 1,
  quantiseEnds: false,
  follow: true,
  showCurve: true,
  auditionEdits: true,
  tool: 'select',
  singleKeys: true,
};

// Takes from stored text only what has the right name and type: old or damaged text is no obstacle.
export function readPrefs(text: string | null): Prefs {
  let stored: Record<string, unknown> = {};
  try {
    const parsed: unknown = JSON.parse(text ?? '{}');
    if (parsed !== null && typeof parsed === 'object') stored = parsed as Record<string, unknown>;
  } catch {
    return DEFAULTS;
  }
  const kept = Object.entries(DEFAULTS).map(([name, fallback]) => [
    name,
    typeof stored[name] === typeof fallback ? stored[name] : fallback,
  ]);
  return Object.fromEntries(kept) as Prefs;
}

function stored(): string | null {
  try {
    return localStorage.getItem(STORED);
  } catch {
    return null; // storage is closed to this page: choices last as long as the tab
  }
}

export const prefs = createStore<Prefs>(() => readPrefs(stored()));

prefs.subscribe((state) => {
  try {
    localStorage.setItem(STORED, JSON.stringify({ ...state, tool: DEFAULTS.tool }));
  } catch {
    // Full or closed storage: the choice still holds until the tab closes.
  }
});
