// The top bar's transport in the Practice room: to the start, play, record, loop, metronome, count-in;
// where the song is, how fast, in what metre and key.
import { Circle, Metronome, Play, Repeat, SkipBack, Square, TimerReset } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { clock, placeAt } from '../lib/bars';
import { onFrame } from '../lib/frames';
import { usePractice, usePracticeScreen, usePracticeState } from '../lib/practice';
import { prettyKey } from '../lib/words';
import { ActionButton, keepFocus } from '../parts/action_button';
import { Tip } from '../parts/tip';

export default function PracticeTransport() {
  const there = usePracticeScreen((s) => s.practice !== null);
  return (
    <div className="transport" role="group" aria-label="Transport" data-testid="practice-transport">
      {there ? <Controls /> : null}
    </div>
  );
}

function Controls() {
  const playing = usePracticeState((s) => s.playing || s.counting);
  const recording = usePracticeState((s) => s.recordingNow);
  const loop = usePracticeState((s) => s.loop !== '');
  const metronome = usePracticeState((s) => s.metronome);
  const countIn = usePracticeState((s) => s.countIn);
  const metre = usePracticeState((s) => s.analysis?.beatsPerBar ?? 0);
  const key = usePracticeState((s) => s.analysis?.key ?? '');
  const tempo = usePracticeState((s) => (s.analysis ? s.analysis.tempo * s.speed : 0));
  return (
    <>
      <ActionButton action="practice-start" className="fill" icon={<SkipBack />} />
      <ActionButton
        action="practice-play"
        className="play fill"
        label={playing ? 'Stop' : 'Play'}
        icon={playing ? <Square /> : <Play />}
        data-state={playing ? 'playing' : 'stopped'}
      />
      <ActionButton
        action="practice-record"
        className="record fill"
        label={recording ? 'Finish the take' : 'Record yourself'}
        icon={<Circle />}
        pressed={recording}
      />
      <ActionButton action="practice-loop" icon={<Repeat />} pressed={loop} />
      <ActionButton action="practice-metronome" icon={<Metronome />} pressed={metronome} />
      <ActionButton
        action="practice-count-in"
        icon={<TimerReset />}
        label={countIn > 0 ? `Count-in of ${countIn === 1 ? 'a bar' : `${countIn} bars`}` : 'No count-in'}
        pressed={countIn > 0}
      />
      <Position />
      <Tip label="Tempo as it is heard now">
        <span className="readout" data-testid="practice-tempo">
          <span aria-hidden="true">♩</span> <b>{tempo > 0 ? tempo.toFixed(1) : '—'}</b>
        </span>
      </Tip>
      <Tip label="Metre, as it was heard. E corrects it" keys="E">
        <span className="readout">
          <b>{metre > 0 ? `${metre}/4` : '—'}</b>
        </span>
      </Tip>
      <Tip label="Key, as it was heard. E corrects it" keys="E">
        <span className="readout">
          key <b>{key ? prettyKey(key) : '—'}</b>
        </span>
      </Tip>
    </>
  );
}

// Written straight to the page each frame: a position that moves is no reason to render.
function Position() {
  const practice = usePractice();
  const ref = useRef<HTMLButtonElement>(null);
  const [bars, setBars] = useState(true);
  useEffect(() => {
    let shown = '';
    return onFrame(() => {
      const { analysis, counting } = practice.store.getState();
      const at = practice.position();
      const { bar, beat } = placeAt(analysis, at);
      const text = counting
        ? 'count-in'
        : bars && bar > 0
          ? `${bar}.${beat} · ${clock(at)}`
          : clock(at, true);
      if (text === shown || !ref.current) return;
      shown = text;
      ref.current.textContent = text;
    });
  }, [practice, bars]);
  return (
    <Tip label={bars ? 'Bar and beat. Click for tenths of a second' : 'Minutes and seconds. Click for bars'}>
      <button
        type="button"
        className="position"
        ref={ref}
        aria-label="Position"
        data-testid="practice-position"
        onMouseDown={keepFocus}
        onClick={() => setBars(!bars)}
      >
        0:00
      </button>
    </Tip>
  );
}
