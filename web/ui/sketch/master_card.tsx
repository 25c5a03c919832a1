// The master: meter, loudness, level; metronome and count-in; loop.
import { useEffect, useRef } from 'react';
import { useApp, useSession } from '../lib/app';
import { onFrame } from '../lib/frames';
import { minus } from '../lib/words';
import { ActionButton } from '../parts/action_button';
import { Fader } from '../parts/fader';
import { MasterMeter } from '../parts/meter';
import { Segment } from '../parts/segment';

export function MasterCard() {
  const { session } = useApp();
  const master = useSession((s) => s.masterDb);
  const transport = useSession((s) => s.transport);
  return (
    <section className="card" aria-label="Master" data-testid="master">
      <h2>Master</h2>
      <MasterMeter />
      <Figures />
      <div className="mix">
        <Fader
          label="Master level"
          heading="Level"
          testid="master-gain"
          value={master}
          tone="var(--amber)"
          begin={() => session.edit.beginGesture('Master level')}
          end={() => session.edit.endGesture()}
          onChange={(db) => session.edit.setMasterGain(db)}
        />
        <Fader
          label="Metronome level"
          heading="Click"
          testid="metronome-level"
          value={transport.metronomeDb}
          low={-40}
          home={-12}
          disabled={transport.metronome ? null : 'The metronome is off'}
          onChange={(db) => session.playback.setMetronome(transport.metronome, db)}
        />
      </div>
      <div className="row count-in">
        <span className="mix-label">Count-in</span>
        <Segment
          label="Count-in"
          testid="count-in"
          value={String(transport.countInBars)}
          options={[
            { value: '0', label: 'Off' },
            { value: '1', label: '1 bar' },
            { value: '2', label: '2' },
          ]}
          onChange={(bars) => session.playback.setCountIn(Number(bars))}
        />
        <ActionButton action="panic" className="small" aria-label="Silence everything">
          Hush
        </ActionButton>
      </div>
    </section>
  );
}

// LUFS-M, RMS and what the limiter takes off, eight times a second.
function Figures() {
  const { session } = useApp();
  const lufs = useRef<HTMLElement>(null);
  const rms = useRef<HTMLElement>(null);
  const limit = useRef<HTMLElement>(null);
  useEffect(() => {
    let last = 0;
    return onFrame((now) => {
      if (now - last < 125) return;
      last = now;
      const meters = session.playback.meters();
      const level = (db: number): string => (db > -70 ? minus(db) : '−∞');
      const write = (element: HTMLElement | null, text: string): void => {
        if (element && element.textContent !== text) element.textContent = text;
      };
      write(lufs.current, level(meters.lufs));
      write(rms.current, level(Math.max(...meters.rms)));
      write(limit.current, meters.reduction > 0.05 ? minus(-meters.reduction) : '0.0');
    });
  }, [session]);
  return (
    <div className="figures">
      <div>
        <b ref={lufs} data-testid="lufs">
          −∞
        </b>
        LUFS-M
      </div>
      <div>
        <b ref={rms} data-testid="rms">
          −∞
        </b>
        dB RMS
      </div>
      <div>
        <b ref={limit}>0.0</b>
        dB limiter
      </div>
    </div>
  );
}
