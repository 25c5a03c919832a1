// What was practised: weeks as a calendar, minutes a day, achievements, sessions, and all of it as files.
import { Award, Download } from 'lucide-react';
import { useCallback } from 'react';
import type { PracticeStreak } from '../../core/practice_types';
import { lengthOf } from '../lib/bars';
import { show, usePractice, usePracticeState } from '../lib/practice';
import { plural } from '../lib/words';
import { Canvas, type Paint } from '../parts/canvas';
import { Dialog } from '../parts/dialog';

const close = (): void => show(null);
const DAY = new Intl.DateTimeFormat('en', { weekday: 'short', timeZone: 'UTC' });
const DATE = new Intl.DateTimeFormat('en', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hour12: false,
});

export function History() {
  const practice = usePractice();
  const streak = usePracticeState((s) => s.streak);
  const achievements = usePracticeState((s) => s.achievements);
  const sessions = usePracticeState((s) => s.sessions);
  const earned = achievements.filter((a) => a.earned);
  const ahead = achievements.filter((a) => !a.earned).sort((a, b) => b.progress - a.progress);
  return (
    <Dialog
      label="Your practice"
      testid="practice-history"
      className="wide"
      onClose={close}
      foot={
        <>
          <a className="btn" href={practice.exportHistory('csv')} download="" data-testid="export-csv">
            <Download /> CSV
          </a>
          <a className="btn" href={practice.exportHistory('json')} download="" data-testid="export-json">
            <Download /> JSON
          </a>
        </>
      }
    >
      <div className="dialog-body history-body" tabIndex={0} data-first="">
        {streak ? (
          <>
            <div className="figures">
              <Figure value={plural(streak.days, 'day')} words="in a row" />
              <Figure value={plural(streak.longest, 'day')} words="the longest" />
              <Figure
                value={lengthOf(streak.week.reduce((sum, d) => sum + d.seconds, 0))}
                words="this week"
              />
              <Figure value={lengthOf(streak.totalSeconds)} words="in all" />
            </div>
            <Minutes streak={streak} />
            <Weeks streak={streak} />
          </>
        ) : (
          <p className="note">Nothing yet. It counts by itself while you play along.</p>
        )}
        <h3>Achievements</h3>
        <ul className="achievements">
          {[...earned, ...ahead].map((a) => (
            <li key={a.id} className={a.earned ? 'earned' : ''} data-testid={`achievement-${a.id}`}>
              <Award aria-hidden="true" />
              <span>
                <b>{a.name}</b>
                <span className="mute">{a.text}</span>
              </span>
              {a.earned ? (
                <span className="end mute">{a.earned.slice(0, 10)}</span>
              ) : (
                <span
                  className="end bar"
                  role="progressbar"
                  aria-label={a.name}
                  aria-valuenow={Math.round(a.progress * 100)}
                >
                  <i style={{ transform: `scaleX(${a.progress})` }} />
                </span>
              )}
            </li>
          ))}
        </ul>
        <h3>Sessions</h3>
        <ul className="session-list">
          {sessions.slice(0, 40).map((s) => (
            <li key={s.id}>
              <b>{s.title}</b>
              <span className="mute">{DATE.format(new Date(s.started))}</span>
              <span className="end mute mono-figures">
                {[
                  lengthOf(s.seconds),
                  s.loops > 0 ? plural(s.loops, 'pass', 'passes') : '',
                  s.speed > 0 ? `clean at ${Math.round(s.speed * 100)} %` : '',
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
            </li>
          ))}
        </ul>
      </div>
    </Dialog>
  );
}

function Figure({ value, words }: { value: string; words: string }) {
  return (
    <div>
      <b>{value}</b>
      <span className="mute">{words}</span>
    </div>
  );
}

// Minutes of the last seven days.
function Minutes({ streak }: { streak: PracticeStreak }) {
  const paint = useCallback<Paint>(
    (g, width, height, style) => {
      const colour = (name: string): string => style.getPropertyValue(name).trim();
      const days = streak.week;
      const most = Math.max(600, ...days.map((d) => d.seconds));
      const column = width / Math.max(1, days.length);
      g.textAlign = 'center';
      g.textBaseline = 'alphabetic';
      g.font = `500 11px ${colour('--sans')}`;
      days.forEach((day, i) => {
        const high = (day.seconds / most) * (height - 40);
        const x = i * column;
        g.fillStyle = colour(i === days.length - 1 ? '--amber' : '--bass');
        g.globalAlpha = day.seconds > 0 ? 1 : 0.25;
        g.fillRect(x + column * 0.28, height - 20 - Math.max(1, high), column * 0.44, Math.max(1, high));
        g.globalAlpha = 1;
        g.fillStyle = colour('--mute');
        g.fillText(DAY.format(new Date(`${day.date}T12:00:00Z`)), x + column / 2, height - 5);
        if (day.seconds > 0) g.fillText(lengthOf(day.seconds), x + column / 2, height - 26 - high);
      });
    },
    [streak],
  );
  return (
    <Canvas
      className="chart"
      height={128}
      paint={paint}
      label={`Last seven days: ${streak.week.map((d) => `${DAY.format(new Date(`${d.date}T12:00:00Z`))} ${lengthOf(d.seconds)}`).join(', ')}`}
    />
  );
}

// Twelve weeks, a square a day.
function Weeks({ streak }: { streak: PracticeStreak }) {
  const paint = useCallback<Paint>(
    (g, width, _, style) => {
      const colour = (name: string): string => style.getPropertyValue(name).trim();
      const days = streak.calendar;
      const weeks = Math.ceil(days.length / 7);
      const cell = Math.min(18, width / Math.max(1, weeks));
      const most = Math.max(600, ...days.map((d) => d.seconds));
      days.forEach((day, i) => {
        g.globalAlpha = 1;
        g.fillStyle = colour('--s3');
        const [x, y] = [Math.floor(i / 7) * cell, (i % 7) * cell];
        g.beginPath();
        g.roundRect(x, y, cell - 3, cell - 3, 3);
        g.fill();
        if (day.seconds <= 0) return;
        g.fillStyle = colour('--amber');
        g.globalAlpha = 0.3 + 0.7 * Math.min(1, day.seconds / most);
        g.fill();
      });
      g.globalAlpha = 1;
    },
    [streak],
  );
  const days = streak.calendar.filter((d) => d.seconds > 0).length;
  return (
    <Canvas
      className="chart"
      height={7 * 18}
      paint={paint}
      label={`${plural(days, 'day')} of the last twelve weeks`}
    />
  );
}
