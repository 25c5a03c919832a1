// Which room is open. The address says it (#studio, #practice, #stream), so that going back and reloading keep it.
import { createStore } from 'zustand/vanilla';

export type RoomName = 'sketch' | 'studio' | 'practice' | 'stream';

function read(): RoomName {
  const hash = typeof location === 'undefined' ? '' : location.hash.slice(1);
  return hash === 'studio' || hash === 'practice' || hash === 'stream' ? hash : 'sketch';
}

export const rooms = createStore<{ readonly room: RoomName }>(() => ({ room: read() }));

if (typeof window !== 'undefined') {
  window.addEventListener('hashchange', () => rooms.setState({ room: read() }));
}

export function enter(room: RoomName): void {
  if (rooms.getState().room === room) return;
  const { pathname, search } = location;
  history.pushState(null, '', `${pathname}${search}${room === 'sketch' ? '' : `#${room}`}`);
  rooms.setState({ room });
}
