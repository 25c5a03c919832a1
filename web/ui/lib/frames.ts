// One requestAnimationFrame loop for the whole page. Whatever moves with the sound (playhead, meters,
// live pitch) hangs on it; nothing else draws by the clock. The loop rests while no one listens.

type Listener = (now: number) => void;

const listeners = new Set<Listener>();
let handle = 0;

function loop(now: number): void {
  handle = listeners.size > 0 ? requestAnimationFrame(loop) : 0;
  for (const listener of listeners) listener(now);
}

// Calls `listener` once a frame until the returned function is called.
export function onFrame(listener: Listener): () => void {
  listeners.add(listener);
  if (handle === 0) handle = requestAnimationFrame(loop);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0 && handle !== 0) {
      cancelAnimationFrame(handle);
      handle = 0;
    }
  };
}
