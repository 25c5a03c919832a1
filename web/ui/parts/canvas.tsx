// A canvas that knows its size in CSS pixels, is sharp on any screen and repaints when the theme
// changes. `paint` is called with the context scaled to CSS pixels.
import { useEffect, useRef } from 'react';
import { devicePixels } from '../roll/scene';
import { onFrame } from '../lib/frames';

export type Paint = (
  g: CanvasRenderingContext2D,
  width: number,
  height: number,
  style: CSSStyleDeclaration,
) => void;

// `live` paints come every frame and return false when nothing changed since the last one.
export function Canvas(props: {
  paint: Paint;
  changed?: () => boolean; // asked each frame; without it the canvas paints on render and resize only
  label: string;
  className?: string;
  height: number;
}) {
  const ref = useRef<HTMLCanvasElement>(null);
  const { paint, changed, height } = props;
  useEffect(() => {
    const canvas = ref.current;
    const g = canvas?.getContext('2d');
    if (!canvas || !g) return undefined;
    const style = getComputedStyle(canvas);
    const draw = (): void => {
      const ratio = devicePixels();
      const width = canvas.clientWidth;
      if (width === 0) return;
      const wide = Math.round(width * ratio);
      const high = Math.round(height * ratio);
      if (canvas.width !== wide || canvas.height !== high) {
        canvas.width = wide;
        canvas.height = high;
      }
      g.setTransform(ratio, 0, 0, ratio, 0, 0);
      g.clearRect(0, 0, width, height);
      paint(g, width, height, style);
    };
    draw();
    const sizes = new ResizeObserver(draw);
    sizes.observe(canvas);
    const themes = new MutationObserver(draw);
    themes.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    const stop = changed
      ? onFrame(() => {
          if (changed()) draw();
        })
      : () => undefined;
    return () => {
      sizes.disconnect();
      themes.disconnect();
      stop();
    };
  }, [paint, changed, height]);
  return (
    <canvas ref={ref} className={props.className} style={{ height }} role="img" aria-label={props.label} />
  );
}
