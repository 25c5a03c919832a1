// The recording the notes came from: its waveform, and hearing it against the notes.
import { useMemo } from 'react';
import type { Waveform } from '../../core';
import type { App } from '../actions/types';
import { useApp, useSession } from '../lib/app';
import { signed } from '../lib/words';
import { Canvas, type Paint } from '../parts/canvas';
import { Fader } from '../parts/fader';
import { Segment } from '../parts/segment';

export function TakeCard() {
  const { session } = useApp();
  const takes = useSession((s) => s.song.takes);
  const song = useSession((s) => s.song);
  const source = useSession((s) => s.transport.source);
  const take = takes.at(-1);
  // eslint-disable-next-line react-hooks/exhaustive-deps -- it is drawn from the song as it stands
  const wave = useMemo(() => session.waveform(), [session, song]);
  if (!take) return null;
  const seconds = take.frames / take.rate;
  return (
    <section className="card" aria-label="Recording" data-testid="take">
      <h2>
        Take {takes.length}
        <span className="end">{take.blob ? '' : 'on this computer only'}</span>
      </h2>
      {wave ? <Wave wave={wave} seconds={seconds} /> : <div className="wave skeleton" />}
      <p className="note">
        {seconds.toFixed(1)} s · tuning {signed(take.tuningCents)} cents
      </p>
      <div className="mix">
        <Segment
          label="What playing plays"
          testid="source"
          value={source}
          options={[
            { value: 'notes', label: 'Notes' },
            { value: 'take', label: 'Recording' },
            { value: 'both', label: 'Both' },
          ]}
          onChange={(next) => session.playback.setSource(next)}
        />
        <Fader
          label="Recording level"
          heading="Level"
          testid="take-gain"
          value={take.gainDb}
          tone="var(--teal)"
          begin={() => session.edit.beginGesture('Recording level')}
          end={() => session.edit.endGesture()}
          onChange={(db) => session.edit.setTakeGain(take.id, db)}
        />
      </div>
    </section>
  );
}

// Played part bright, the rest at half.
function painter(app: App, wave: Waveform, seconds: number): { paint: Paint; changed: () => boolean } {
  let played = -1;
  const place = (): number => {
    const { map } = app.roll.scene;
    return (map.seconds(app.session.playback.position()) - wave.startSeconds) / Math.max(0.01, seconds);
  };
  const draw: Paint = (g, width, height, style) => {
    const colour = style.getPropertyValue('--teal').trim();
    const step = 3;
    const bins = wave.max.length;
    const scale = peakOf(wave);
    const split = Math.min(1, Math.max(0, place())) * width;
    g.fillStyle = colour;
    for (let x = 0; x < width; x += step) {
      const from = Math.floor((x / width) * bins);
      const to = Math.max(from + 1, Math.floor(((x + step) / width) * bins));
      let high = 0;
      for (let i = from; i < to && i < bins; ++i) high = Math.max(high, wave.max[i]!, -wave.min[i]!);
      const tall = Math.max(1, (high / scale) * height);
      g.globalAlpha = x < split ? 1 : 0.5;
      g.fillRect(x, (height - tall) / 2, 2, tall);
    }
    g.globalAlpha = 1;
    if (split > 0 && split < width) {
      g.fillStyle = style.getPropertyValue('--roll-playhead').trim();
      g.fillRect(Math.round(split), 0, 1.5, height);
    }
  };
  const moved = (): boolean => {
    const now = Math.round(place() * 1000);
    const yes = now !== played;
    played = now;
    return yes;
  };
  return { paint: draw, changed: moved };
}

// A click goes there.
function Wave({ wave, seconds }: { wave: Waveform; seconds: number }) {
  const app = useApp();
  const { paint, changed } = useMemo(() => painter(app, wave, seconds), [app, wave, seconds]);
  return (
    <div
      className="wave"
      data-testid="waveform"
      onPointerDown={(event) => {
        const box = event.currentTarget.getBoundingClientRect();
        const { map } = app.roll.scene;
        const at = ((event.clientX - box.left) / box.width) * seconds;
        app.session.playback.seek(Math.max(0, Math.round(map.ticks(wave.startSeconds + at))));
      }}
    >
      <Canvas paint={paint} changed={changed} height={56} label="Waveform of the recording" />
    </div>
  );
}

// A soft take fills the panel too; silence stays flat.
function peakOf(wave: Waveform): number {
  let high = 0;
  for (let i = 0; i < wave.max.length; ++i) high = Math.max(high, wave.max[i]!, -wave.min[i]!);
  return Math.max(0.02, high * 1.05);
}
