// Where the music is in its chapter of 64 bars: sections and the curve of tension.
import { useCallback, useRef } from 'react';
import { Canvas, type Paint } from '../parts/canvas';
import { useStream, useStreamState } from '../lib/stream';
import { barAt } from './now';
import { paintForm } from './paint_form';

export function FormStrip() {
  const stream = useStream();
  const last = useRef(-1);
  const bars = useStreamState((s) => s.bars);
  const paint = useCallback<Paint>(
    (g, width, height, style) => {
      const frame = stream.heardFrame();
      const state = stream.store.getState();
      const now = barAt(state.bars, frame) ?? state.bars.at(-1) ?? null;
      const within = now && frame >= now.frame ? Math.min(1, (frame - now.frame) / now.frames) : 0;
      paintForm(g, width, height, style, { bars: state.bars, now, within });
    },
    // Painted anew when a bar comes.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [stream, bars],
  );
  const changed = useCallback((): boolean => {
    const place = Math.floor(stream.heardFrame() / 4800);
    if (place === last.current) return false;
    last.current = place;
    return true;
  }, [stream]);
  return (
    <section className="form-strip" aria-label="Form">
      <Canvas paint={paint} changed={changed} label={formWords(bars.at(-1))} height={56} />
    </section>
  );
}

function formWords(bar: { section: string; index: number; bars: number } | undefined): string {
  return bar ? `Bar ${bar.index + 1} of ${bar.bars}, ${bar.section}` : 'The form, once it plays';
}
