// Takes of one's own beside the song: heard instead of the stem that one plays, kept, thrown away.
import { Download, Trash2 } from 'lucide-react';
import { useCallback } from 'react';
import { clock, lengthOf } from '../lib/bars';
import { usePractice, usePracticeState } from '../lib/practice';
import { keepFocus } from '../parts/action_button';
import { Canvas, type Paint } from '../parts/canvas';
import { Keys } from '../parts/keys';

export function Takes() {
  const practice = usePractice();
  const takes = usePracticeState((s) => s.recordings);
  const compare = usePracticeState((s) => s.compare);
  const recording = usePracticeState((s) => s.recordingNow);
  if (takes.length === 0 && !recording) return null;
  return (
    <section className="takes" aria-label="Your takes" data-testid="takes">
      <span className="mute">{recording ? 'Recording you' : 'Your takes'}</span>
      {takes.slice(-4).map((take) => (
        <div key={take.id} className={`take ${compare === take.id ? 'on' : ''}`}>
          <button
            type="button"
            aria-pressed={compare === take.id}
            data-testid="take"
            onMouseDown={keepFocus}
            onClick={() => practice.setCompare(compare === take.id ? '' : take.id)}
          >
            <b>{take.name}</b>
            <span className="mute mono-figures">
              at {clock(take.start)}, {lengthOf(take.seconds)}, {Math.round(take.speed * 100)} %
            </span>
            <TakeWave id={take.id} />
          </button>
          <a
            className="icon"
            href={practice.recordingUrl(take.id)}
            download={`${take.name}.wav`}
            aria-label={`Download ${take.name}`}
          >
            <Download />
          </a>
          <button
            type="button"
            className="icon"
            aria-label={`Remove ${take.name}`}
            onMouseDown={keepFocus}
            onClick={() => practice.removeRecording(take.id)}
          >
            <Trash2 />
          </button>
        </div>
      ))}
      {takes.length > 0 ? (
        <span className="mute">
          <Keys of="B" /> {compare ? 'hears the song' : 'hears your take'}
        </span>
      ) : null}
    </section>
  );
}

function TakeWave({ id }: { id: string }) {
  const practice = usePractice();
  const paint = useCallback<Paint>(
    (g, width, height, style) => {
      const peaks = practice.recordingPeaks(id);
      if (!peaks || peaks.columns === 0) return;
      g.fillStyle = style.getPropertyValue('--green').trim();
      for (let x = 0; x < width; x += 2) {
        const from = Math.floor((x / width) * peaks.columns);
        const to = Math.max(from + 1, Math.floor(((x + 2) / width) * peaks.columns));
        let peak = 0;
        for (let c = from; c < to && c < peaks.columns; c++)
          peak = Math.max(peak, peaks.max[c]!, -peaks.min[c]!);
        const high = Math.max(1, (peak / 127) * height);
        g.fillRect(x, (height - high) / 2, 1, high);
      }
    },
    [practice, id],
  );
  return <Canvas className="take-wave" height={20} paint={paint} label="" />;
}
