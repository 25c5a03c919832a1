// The session and the piano roll, for every part of the page; and short ways to read their state.
import { createContext, use } from 'react';
import { useStore } from 'zustand';
import type { SessionState } from '../../core';
import type { App } from '../actions/types';
import { type Prefs, prefs } from './prefs';
import { type Screen, screen } from './screen';

export const AppContext = createContext<App | null>(null);

export function useApp(): App {
  const app = use(AppContext);
  if (!app) throw new Error('This part stands outside the page');
  return app;
}

export function useSession<T>(select: (state: SessionState) => T): T {
  return useStore(useApp().session.store, select);
}

export function usePrefs<T>(select: (state: Prefs) => T): T {
  return useStore(prefs, select);
}

export function useScreen<T>(select: (state: Screen) => T): T {
  return useStore(screen, select);
}
