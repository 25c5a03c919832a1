// Beside a lane: which parameter it moves, how new points go on, recording of what is touched.
import { Circle, Trash2 } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { SHAPES, type LaneView, type Shape, type StripId } from '../../core';
import { useApp, useSession } from '../lib/app';
import { desk } from '../lib/desk';
import { onFrame } from '../lib/frames';
import { keepFocus } from '../parts/action_button';
import { Tip } from '../parts/tip';
import { type Target, wordsOf } from './targets';
import { useDesk } from './use_desk';

const DRAWN: Record<Shape, string> = {
  hold: 'M2 10H8V4H14',
  linear: 'M2 11L14 4',
  curved: 'M2 11C9 11 13 9 14 4',
  smooth: 'M2 11C8 11 8 4 14 4',
};
const WORDS: Record<Shape, string> = {
  hold: 'Hold, then jump',
  linear: 'Straight',
  curved: 'Curved (Alt + drag the line bends it)',
  smooth: 'Smooth',
};

export function LaneHead(props: {
  strip: StripId;
  target: Target;
  targets: readonly Target[];
  lane: LaneView | undefined;
  reshape: (shape: Shape) => void;
}) {
  const { strip, target, targets, lane } = props;
  const { session } = useApp();
  const armed = useSession((s) => s.armed);
  const shape = useDesk((d) => d.shape);
  const lanes =
    useSession((s) =>
      strip === 'master' ? s.song.master.lanes : s.song.tracks.find((t) => t.id === strip)?.lanes,
    ) ?? [];
  const value = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    let last = 0;
    return onFrame((now) => {
      if (now - last < 80 || !value.current) return;
      last = now;
      const here = lane ? session.mix.valueAt(lane, session.playback.position()) : null;
      const text = wordsOf(target.parameter, here ?? target.now);
      if (value.current.textContent !== text) value.current.textContent = text;
    });
  }, [session, lane, target]);
  const groups = [...new Set(targets.map((t) => t.group))];
  const moved = (t: Target): boolean => lanes.some((l) => l.target === t.target && l.points.length > 0);
  return (
    <div className="lane-head">
      <select
        className="choice"
        aria-label="What the lane moves"
        data-testid="lane-target"
        value={target.target}
        onChange={(event) =>
          desk.setState((d) => ({ targets: { ...d.targets, [strip]: event.currentTarget.value } }))
        }
      >
        {groups.map((group) => (
          <optgroup key={group} label={group}>
            {targets
              .filter((t) => t.group === group)
              .map((t) => (
                <option key={t.target} value={t.target}>
                  {moved(t) ? '● ' : ''}
                  {t.parameter.name}
                </option>
              ))}
          </optgroup>
        ))}
      </select>
      <div className="lane-tools">
        <span className="shapes" role="radiogroup" aria-label="How points go on">
          {SHAPES.map((name, i) => (
            <Tip key={name} label={WORDS[name]}>
              <button
                type="button"
                role="radio"
                aria-checked={shape === i}
                aria-label={WORDS[name]}
                data-testid={`shape-${name}`}
                onMouseDown={keepFocus}
                onClick={() => props.reshape(name)}
              >
                <svg viewBox="0 0 16 15" aria-hidden="true">
                  <path d={DRAWN[name]} />
                </svg>
              </button>
            </Tip>
          ))}
        </span>
        <Tip label="Record what is touched while it plays" keys="Shift+W">
          <button
            type="button"
            className="icon arm"
            aria-label="Record automation"
            aria-pressed={armed}
            data-testid="arm"
            onMouseDown={keepFocus}
            onClick={() => session.mix.arm(!armed)}
          >
            <Circle />
          </button>
        </Tip>
        <Tip label="Remove this automation" why={lane ? null : 'There is none yet'}>
          <button
            type="button"
            className="icon"
            aria-label="Remove this automation"
            aria-disabled={!lane || undefined}
            onMouseDown={keepFocus}
            onClick={() => lane && session.mix.removeLane(lane.id)}
          >
            <Trash2 />
          </button>
        </Tip>
      </div>
      <span className="lane-value mono" ref={value} />
    </div>
  );
}
