// The display for a music stand: what one needs to see from two metres away, and nothing else.
import { useEffect, useRef } from 'react';
import { clock, placeAt } from '../lib/bars';
import { onFrame } from '../lib/frames';
import { practiceScreen, usePractice, usePracticeState } from '../lib/practice';
import { prettyKey } from '../lib/words';
import { ActionButton } from '../parts/action_button';
import { Timeline } from './timeline';

export function Big() {
  const practice = usePractice();
  const root = useRef<HTMLDivElement>(null);
  const chord = useRef<HTMLParagraphElement>(null);
  const next = useRef<HTMLParagraphElement>(null);
  const bar = useRef<HTMLParagraphElement>(null);
  const section = useRef<HTMLParagraphElement>(null);
  const dots = useRef<HTMLDivElement>(null);
  const speed = usePracticeState((s) => s.speed);
  const loop = usePracticeState((s) => s.loops.find((l) => l.id === s.loop)?.name ?? '');
  const pass = usePracticeState((s) => s.pass);
  const beats = usePracticeState((s) => s.analysis?.beatsPerBar ?? 0);
  useEffect(() => {
    // The screen stays lit, and is the display's alone, where the browser allows it.
    const before = document.fullscreenElement;
    root.current?.requestFullscreen?.().catch(() => undefined);
    let lock: WakeLockSentinel | undefined;
    navigator.wakeLock?.request('screen').then(
      (l) => (lock = l),
      () => undefined,
    );
    const onLeave = (): void => {
      if (!document.fullscreenElement && !before) practiceScreen.setState({ big: false });
    };
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') practiceScreen.setState({ big: false });
    };
    document.addEventListener('fullscreenchange', onLeave);
    window.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('fullscreenchange', onLeave);
      window.removeEventListener('keydown', onKey);
      if (document.fullscreenElement) void document.exitFullscreen().catch(() => undefined);
      void lock?.release().catch(() => undefined);
    };
  }, []);
  useEffect(() => {
    const put = (ref: React.RefObject<HTMLElement | null>, text: string): void => {
      if (ref.current && ref.current.textContent !== text) ref.current.textContent = text;
    };
    return onFrame(() => {
      const { analysis } = practice.store.getState();
      const at = practice.position();
      const here = placeAt(analysis, at);
      const chords = analysis?.chords ?? [];
      const index = chords.findIndex((c) => at >= c.start && at < c.end);
      const after = chords.slice(index + 1).find((c) => c.name !== 'N' && c.name !== chords[index]?.name);
      const name = chords[index]?.name ?? '';
      put(chord, name && name !== 'N' ? prettyKey(name) : '–');
      put(next, after ? prettyKey(after.name) : '');
      put(bar, here.bar > 0 ? `${here.bar}` : clock(at));
      put(section, analysis?.sections.find((s) => at >= s.start && at < s.end)?.name ?? '');
      dots.current?.childNodes.forEach((dot, i) =>
        (dot as HTMLElement).classList.toggle('on', i === here.beat - 1),
      );
    });
  }, [practice]);
  return (
    <div className="big" ref={root} role="dialog" aria-label="Display for a music stand" data-testid="big">
      <div className="big-top">
        <div>
          <span className="mute">Bar</span>
          <p ref={bar} className="big-bar" />
        </div>
        <div className="big-beats" ref={dots} aria-hidden="true">
          {Array.from({ length: beats }, (_, i) => (
            <i key={i} />
          ))}
        </div>
        <div className="grow" />
        <div>
          <span className="mute">{loop ? `${loop} · pass ${pass}` : 'Speed'}</span>
          <p className="big-bar">{Math.round(speed * 100)} %</p>
        </div>
      </div>
      <div className="big-chords">
        <p ref={chord} className="big-chord" />
        <div>
          <span className="mute">next</span>
          <p ref={next} className="big-next" />
        </div>
        <p ref={section} className="big-section mute" />
      </div>
      <Timeline />
      <div className="big-foot">
        <ActionButton action="practice-play" showKey>
          Play or stop
        </ActionButton>
        <ActionButton action="practice-speed" showKey>
          Speed
        </ActionButton>
        <ActionButton action="practice-loop" showKey>
          Loop
        </ActionButton>
        <span className="grow" />
        <ActionButton action="practice-big" showKey>
          Close
        </ActionButton>
      </div>
    </div>
  );
}
