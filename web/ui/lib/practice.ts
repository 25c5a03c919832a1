// The song being practised, for every part of the page: made when the Practice room is first entered; it
// plays on when another room is open. And what the room shows of it, gone with the tab.
import { createStore } from 'zustand/vanilla';
import { useStore } from 'zustand';
import type { Practice, PracticeState, StemName } from '../../core/practice_types';

export type PracticePanel =
  'library' | 'band' | 'pedals' | 'history' | 'download' | 'ladder' | 'correct' | null;

export interface PracticeScreen {
  readonly practice: Practice | null;
  readonly panel: PracticePanel;
  readonly big: boolean; // the display for a music stand
  // What of the song is in sight, seconds.
  readonly from: number;
  readonly seconds: number; // 0: all of it
}

export const practiceScreen = createStore<PracticeScreen>(() => ({
  practice: null,
  panel: null,
  big: false,
  from: 0,
  seconds: 0,
}));

export function usePracticeScreen<T>(select: (state: PracticeScreen) => T): T {
  return useStore(practiceScreen, select);
}

// Inside the room, where there is one.
export function usePractice(): Practice {
  const practice = usePracticeScreen((s) => s.practice);
  if (!practice) throw new Error('There is no practice yet');
  return practice;
}

export function usePracticeState<T>(select: (state: PracticeState) => T): T {
  return useStore(usePractice().store, select);
}

export const show = (panel: PracticePanel): void => practiceScreen.setState({ panel });

export const STEM_WORDS: Record<StemName, string> = {
  drums: 'Drums',
  bass: 'Bass',
  other: 'Other',
  vocals: 'Vocals',
};
