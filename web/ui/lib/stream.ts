// The endless music, for every part of the page: it is made when the Stream room is first entered and
// plays on when another room is open. And what the room shows of it, gone with the tab.
import { createStore } from 'zustand/vanilla';
import { useStore } from 'zustand';
import type { Stream, StreamSettings, StreamState } from '../../core/stream_types';

export interface StreamScreen {
  readonly stream: Stream | null;
  readonly dashboard: boolean;
  readonly saving: boolean; // the save dialog is open
  readonly channels: boolean; // the list of channels is open
  // Two variations to go back and forth between; each keeps what it was left with.
  readonly slot: 'A' | 'B';
  readonly other: { readonly settings: StreamSettings; readonly seed: string } | null; // of the slot not heard
}

export const streamScreen = createStore<StreamScreen>(() => ({
  stream: null,
  dashboard: false,
  saving: false,
  channels: false,
  slot: 'A',
  other: null,
}));

export function useStreamScreen<T>(select: (state: StreamScreen) => T): T {
  return useStore(streamScreen, select);
}

// Inside the room, where there is a stream.
export function useStream(): Stream {
  const stream = useStreamScreen((s) => s.stream);
  if (!stream) throw new Error('There is no stream yet');
  return stream;
}

export function useStreamState<T>(select: (state: StreamState) => T): T {
  return useStore(useStream().store, select);
}

// The number that is set now, or the default until the server has told it.
export function settingOf(state: StreamState, id: string): number {
  return state.settings[id] ?? state.table.find((s) => s.id === id)?.default ?? 0;
}

export const playing = (state: StreamState): boolean => state.phase !== 'off' && state.phase !== 'failed';

// Goes to the other variation; the first time it begins as a copy with a seed of its own.
export function swapSlots(): 'A' | 'B' {
  const { stream, slot, other } = streamScreen.getState();
  if (!stream) return slot;
  const { settings, seed } = stream.store.getState();
  const next = slot === 'A' ? 'B' : 'A';
  streamScreen.setState({ slot: next, other: { settings, seed } });
  if (other) {
    const changed = Object.entries(other.settings).filter(([id, value]) => settings[id] !== value);
    if (changed.length > 0) stream.control(Object.fromEntries(changed));
    if (other.seed !== seed) stream.reseed(other.seed);
  }
  return next;
}
