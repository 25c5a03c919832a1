// The mixer: strips of tracks and buses side by side, the master at the end. Only those in sight are
// made, so that a project of thousands of tracks scrolls like a small one.
import { useEffect, useMemo, useRef, useState } from 'react';
import { useSession } from '../lib/app';
import { stripOrder } from '../lib/desk';
import { MASTER } from '../../core';
import { Strip } from './strip';
import { useDesk } from './use_desk';

export const STRIP = 96; // px
const AROUND = 3; // strips made beyond the edges

export function Mixer() {
  const song = useSession((s) => s.song);
  const strip = useDesk((d) => d.strip);
  const order = useMemo(() => stripOrder(song).filter((id) => id !== MASTER), [song]);
  const scroller = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState({ left: 0, width: 2000, height: 0 });
  useEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    const look = (): void =>
      setSeen({ left: element.scrollLeft, width: element.clientWidth, height: element.clientHeight });
    look();
    element.addEventListener('scroll', look, { passive: true });
    const sizes = new ResizeObserver(look);
    sizes.observe(element);
    return () => {
      element.removeEventListener('scroll', look);
      sizes.disconnect();
    };
  }, []);
  // What is chosen by key or on the timeline comes into sight.
  useEffect(() => {
    const element = scroller.current;
    const at = strip === null ? -1 : order.indexOf(strip);
    if (!element || at < 0) return;
    const left = at * STRIP;
    if (left < element.scrollLeft) element.scrollLeft = left;
    else if (left + STRIP > element.scrollLeft + element.clientWidth)
      element.scrollLeft = left + STRIP - element.clientWidth;
  }, [strip, order]);
  const first = Math.max(0, Math.floor(seen.left / STRIP) - AROUND);
  const last = Math.min(order.length, Math.ceil((seen.left + seen.width) / STRIP) + AROUND);
  return (
    <section className="mixer" aria-label="Mixer" data-testid="mixer">
      <div className="strips" ref={scroller}>
        {order.length === 0 ? (
          <p className="none">No tracks yet. Add one with Shift + A, or hum one in Sketch.</p>
        ) : (
          <div className="strips-inner" style={{ width: order.length * STRIP }} role="list">
            {order.slice(first, last).map((id, i) => (
              <div key={id} role="listitem" style={{ left: (first + i) * STRIP }}>
                <Strip id={id} height={seen.height} />
              </div>
            ))}
          </div>
        )}
      </div>
      <Strip id={MASTER} height={seen.height} />
    </section>
  );
}
