// The speed ladder's steps, and what else belongs to playing along: count-in, tuning, the way of solo.
import { show, usePractice, usePracticeState } from '../lib/practice';
import { Dialog } from '../parts/dialog';
import { Keys } from '../parts/keys';

const close = (): void => show(null);

export function LadderDialog() {
  const practice = usePractice();
  const ladder = usePracticeState((s) => s.ladder);
  const tuning = usePracticeState((s) => s.tuning);
  const own = usePracticeState((s) => s.analysis?.tuning ?? 440);
  const metronomeDb = usePracticeState((s) => s.metronomeDb);
  const metronome = usePracticeState((s) => s.metronome);
  const latch = usePracticeState((s) => s.soloLatch);
  return (
    <Dialog label="Speed ladder and tuning" testid="ladder" onClose={close}>
      <div className="dialog-body">
        <label className="switch">
          <input
            type="checkbox"
            data-first=""
            checked={ladder.on}
            data-testid="ladder-on"
            onChange={(e) => practice.setLadder({ on: e.currentTarget.checked })}
          />
          Climb while a loop is on <Keys of="Q" />
        </label>
        <div className="number-rows">
          <Row
            label="Begin at"
            unit="%"
            value={ladder.start * 100}
            low={25}
            high={200}
            step={5}
            set={(v) => practice.setLadder({ start: v / 100 })}
          />
          <Row
            label="End at"
            unit="%"
            value={ladder.end * 100}
            low={25}
            high={200}
            step={5}
            set={(v) => practice.setLadder({ end: v / 100 })}
          />
          <Row
            label="Each step"
            unit="%"
            value={ladder.step * 100}
            low={1}
            high={25}
            step={1}
            set={(v) => practice.setLadder({ step: v / 100 })}
          />
          <Row
            label="After"
            unit="clean passes"
            value={ladder.passes}
            low={1}
            high={20}
            step={1}
            set={(v) => practice.setLadder({ passes: v })}
          />
        </div>
        <div className="number-rows">
          <Row
            label="A4 sounds at"
            unit="Hz"
            value={tuning}
            low={415}
            high={466}
            step={0.5}
            set={(v) => practice.setTuning(v)}
          />
          <button type="button" className="btn small" onClick={() => practice.setTuning(own)}>
            As recorded, {own.toFixed(1)} Hz
          </button>
          <button type="button" className="btn small" onClick={() => practice.setTuning(440)}>
            440 Hz
          </button>
        </div>
        <div className="number-rows">
          <Row
            label="Metronome"
            unit="dB"
            value={metronomeDb}
            low={-40}
            high={6}
            step={1}
            set={(v) => practice.setMetronome(metronome, v)}
          />
        </div>
        <label className="switch">
          <input
            type="checkbox"
            checked={latch}
            onChange={(e) => practice.setSoloLatch(e.currentTarget.checked)}
          />
          Solo keys stay on until pressed again, however long they are held
        </label>
      </div>
    </Dialog>
  );
}

function Row(props: {
  label: string;
  unit: string;
  value: number;
  low: number;
  high: number;
  step: number;
  set: (value: number) => void;
}) {
  return (
    <label className="number-row">
      <span>{props.label}</span>
      <input
        className="field"
        type="number"
        min={props.low}
        max={props.high}
        step={props.step}
        value={Math.round(props.value * 10) / 10}
        onChange={(event) => {
          const value = event.currentTarget.valueAsNumber;
          if (Number.isFinite(value)) props.set(Math.min(props.high, Math.max(props.low, value)));
        }}
      />
      <span className="mute">{props.unit}</span>
    </label>
  );
}
