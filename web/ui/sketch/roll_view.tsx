// The piano roll's place on the page: two canvases, the keyboard focus, the notes as a list for screen
// readers, and what stands there before there are notes.
import { ContextMenu } from 'radix-ui';
import { useEffect, useRef, useState } from 'react';
import { useApp, useSession } from '../lib/app';
import { screen } from '../lib/screen';
import { NoteList } from './note_list';
import { Empty, Loading } from './states';
import { RollMenu } from './roll_menu';

export function RollView() {
  const { roll } = useApp();
  const host = useRef<HTMLDivElement>(null);
  const base = useRef<HTMLCanvasElement>(null);
  const overlay = useRef<HTMLCanvasElement>(null);
  const [active, setActive] = useState<string | undefined>(undefined);
  const ready = useSession((s) => s.ready);
  const bare = useSession((s) => s.notes.length === 0 && s.song.takes.length === 0);
  const phase = useSession((s) => s.hum.phase);

  useEffect(() => {
    const element = host.current;
    if (!element || !base.current || !overlay.current) return undefined;
    const unmount = roll.mount(base.current, overlay.current);
    const narrow = window.matchMedia('(max-width: 899px)');
    const measure = (): void => roll.resize(element.clientWidth, element.clientHeight, narrow.matches);
    measure();
    const sizes = new ResizeObserver(measure);
    sizes.observe(element);
    const themes = new MutationObserver(() => roll.recolour());
    themes.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    void document.fonts?.ready.then(() => roll.touch());
    return () => {
      sizes.disconnect();
      themes.disconnect();
      unmount();
    };
  }, [roll]);

  return (
    <ContextMenu.Root modal={false}>
      <ContextMenu.Trigger asChild>
        <div
          ref={host}
          className="roll"
          id="roll"
          role="application"
          aria-roledescription="piano roll"
          aria-label="Piano roll"
          aria-describedby="roll-help"
          aria-activedescendant={active}
          aria-busy={!ready}
          tabIndex={0}
          data-roll=""
          data-testid="roll"
          // A ring and a cursor only for those who came by keyboard.
          onFocus={(event) => roll.setFocused(event.currentTarget.matches(':focus-visible'))}
          onKeyDown={() => roll.setFocused(true)}
          onPointerDown={() => {
            roll.setFocused(false);
            if (screen.getState().panel) screen.setState({ panel: false }); // the sheet, on narrow screens
          }}
          onBlur={() => roll.setFocused(false)}
        >
          <p id="roll-help" className="unseen">
            Tab and Shift Tab go from note to note, arrows move the selected notes or the cursor, Enter adds a
            note, Delete removes. Escape, then Tab, leaves. Question mark lists all keys.
          </p>
          <canvas ref={base} aria-hidden="true" />
          <canvas ref={overlay} aria-hidden="true" data-testid="roll-canvas" />
          <NoteList onActive={setActive} />
          {ready ? null : <Loading />}
          {ready && bare && (phase === 'idle' || phase === 'failed') ? <Empty /> : null}
        </div>
      </ContextMenu.Trigger>
      <RollMenu />
    </ContextMenu.Root>
  );
}
