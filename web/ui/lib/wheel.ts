// The wheel over a knob or fader turns it, and the page around does not scroll meanwhile. A run of turns
// is one step of undo.
import { type RefObject, useEffect, useRef } from 'react';

const REST_MS = 400;

// `turn` gets +1 or −1 a notch; it answers false for what it leaves to the page.
export function useWheel(
  target: RefObject<HTMLElement | null>,
  turn: (way: 1 | -1, event: WheelEvent) => boolean,
  gesture: { readonly begin: () => void; readonly end: () => void },
): void {
  const now = useRef({ turn, gesture });
  useEffect(() => {
    now.current = { turn, gesture };
  });
  useEffect(() => {
    const element = target.current;
    let rest: ReturnType<typeof setTimeout> | undefined;
    const stop = (): void => {
      if (rest === undefined) return;
      clearTimeout(rest);
      rest = undefined;
      now.current.gesture.end();
    };
    const onWheel = (event: WheelEvent): void => {
      // Sideways, or with Ctrl, the wheel moves and zooms what is around.
      if (event.ctrlKey || event.deltaY === 0 || Math.abs(event.deltaX) > Math.abs(event.deltaY)) return;
      const begun = rest !== undefined;
      if (!begun) now.current.gesture.begin();
      clearTimeout(rest);
      rest = setTimeout(stop, REST_MS);
      if (now.current.turn(event.deltaY < 0 ? 1 : -1, event)) event.preventDefault();
    };
    element?.addEventListener('wheel', onWheel, { passive: false });
    return () => {
      element?.removeEventListener('wheel', onWheel);
      stop();
    };
  }, [target]);
}
