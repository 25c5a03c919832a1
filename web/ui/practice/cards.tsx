// Under the song: its hard passages, the loop with its ladder, the streak, today's goal.
import { Check, ChevronDown, Pencil, Trash2, X } from 'lucide-react';
import { useState } from 'react';
import type { PracticeLoop } from '../../core/practice_types';
import { perform } from '../actions/keymap';
import { actionById } from '../actions/table';
import { useApp } from '../lib/app';
import { barsText, clock, lengthOf } from '../lib/bars';
import { STEM_WORDS, usePractice, usePracticeState } from '../lib/practice';
import { plural } from '../lib/words';
import { ActionButton, keepFocus } from '../parts/action_button';
import { Keys } from '../parts/keys';
import { Tip } from '../parts/tip';
import { HARD_TONES } from './paint_song';

export function Cards() {
  return (
    <div className="cards">
      <Hard />
      <LoopCard />
      <Streak />
      <GoalCard />
    </div>
  );
}

function Hard() {
  const app = useApp();
  const practice = usePractice();
  const hard = usePracticeState((s) => s.hard);
  const shown = usePracticeState((s) => s.hardShown);
  const instrument = usePracticeState((s) => s.instrument);
  const analysing = usePracticeState((s) => s.analysing || (s.song !== null && s.progress < 1));
  const ready = usePracticeState((s) => s.analysis !== null);
  return (
    <section className="card hard" aria-label="Hard passages" data-testid="hard-passages">
      <h2>Hard passages for {STEM_WORDS[instrument].toLowerCase()}</h2>
      <ol>
        {hard.slice(0, shown).map((passage, i) => (
          <li key={`${passage.start}-${passage.end}`}>
            <button
              type="button"
              className="hard-row"
              style={{ '--tone': `var(${HARD_TONES[i % HARD_TONES.length]})` } as React.CSSProperties}
              data-testid={`hard-${i}`}
              onMouseDown={keepFocus}
              onClick={() =>
                i < 5 ? perform(app, actionById(`practice-hard-${i + 1}`)) : void practice.loopHard(i)
              }
            >
              <b className="letter">{'ABCDEFGHIJ'[i]}</b>
              <span>
                {barsText(passage.firstBar, passage.lastBar)}
                <span className="mute"> · {passage.reasons.join(', ')}</span>
              </span>
              {i < 5 ? <Keys of={`F${i + 1}`} /> : null}
            </button>
          </li>
        ))}
      </ol>
      {hard.length === 0 ? (
        <p className="mute" role="status">
          {analysing
            ? 'Listening for what is hard in it.'
            : ready
              ? `Nothing stands out for ${STEM_WORDS[instrument].toLowerCase()}. N chooses another instrument.`
              : 'They are found once the song is open.'}
        </p>
      ) : null}
      {hard.length > shown ? (
        <ActionButton action="practice-more-hard" className="small quiet" icon={<ChevronDown />}>
          More
        </ActionButton>
      ) : null}
    </section>
  );
}

function LoopCard() {
  const practice = usePractice();
  const loops = usePracticeState((s) => s.loops);
  const on = usePracticeState((s) => s.loop);
  const pass = usePracticeState((s) => s.pass);
  const speed = usePracticeState((s) => s.speed);
  const ladder = usePracticeState((s) => s.ladder);
  const mark = usePracticeState((s) => s.mark);
  const loop = loops.find((l) => l.id === on);
  return (
    <section className="card loop-card" aria-label="Loops" data-testid="loops">
      <h2>
        {loop ? `${loop.name} · pass ${pass}` : 'Loops'}
        <span className="grow" />
        {loop ? <span className="speed-now">{Math.round(speed * 100)} %</span> : null}
      </h2>
      {loop ? <Climb loop={loop} /> : null}
      {loops.length > 0 ? (
        <ul className="loop-list">
          {loops.map((one) => (
            <LoopRow key={one.id} loop={one} on={one.id === on} />
          ))}
        </ul>
      ) : (
        <p className="mute">
          {mark >= 0 ? (
            <>
              From {clock(mark, true)}. <Keys of="]" /> ends it.
            </>
          ) : (
            <>
              <Keys of="[" /> begins one, <Keys of="]" /> ends it; or draw it on the ruler.
            </>
          )}
        </p>
      )}
      {loop && ladder.on ? (
        <div className="loop-verdict">
          <button
            type="button"
            className="btn small"
            data-testid="pass-clean"
            onMouseDown={keepFocus}
            onClick={() => practice.clean()}
          >
            <Check /> Clean <Keys of="Enter" />
          </button>
          <button
            type="button"
            className="btn small"
            data-testid="pass-messy"
            onMouseDown={keepFocus}
            onClick={() => practice.messy()}
          >
            <X /> Not yet <Keys of="Backspace" />
          </button>
        </div>
      ) : null}
    </section>
  );
}

// How far up the ladder this loop is.
function Climb({ loop }: { loop: PracticeLoop }) {
  const ladder = usePracticeState((s) => s.ladder);
  const speed = usePracticeState((s) => s.speed);
  const words = ladder.on
    ? speed >= ladder.end
      ? 'At full speed'
      : `next: ${Math.round(Math.min(ladder.end, speed + ladder.step) * 100)} % after ${plural(ladder.passes, 'clean pass', 'clean passes')}`
    : loop.bestSpeed > 0
      ? `clean at ${Math.round(loop.bestSpeed * 100)} % so far`
      : 'Q starts the speed ladder';
  const way = ladder.on
    ? Math.min(1, Math.max(0, (speed - ladder.start) / Math.max(0.01, ladder.end - ladder.start)))
    : loop.bestSpeed;
  return (
    <>
      <p className="mute">{words}</p>
      <div className="bar" aria-hidden="true">
        <i style={{ transform: `scaleX(${Math.min(1, way)})` }} />
      </div>
    </>
  );
}

function LoopRow({ loop, on }: { loop: PracticeLoop; on: boolean }) {
  const practice = usePractice();
  const [naming, setNaming] = useState(false);
  return (
    <li className={on ? 'on' : ''}>
      {naming ? (
        <input
          className="field"
          aria-label="Name of the loop"
          data-testid="loop-name"
          defaultValue={loop.name}
          maxLength={80}
          autoFocus
          onFocus={(event) => event.currentTarget.select()}
          onBlur={(event) => {
            const name = event.currentTarget.value.trim();
            if (name) practice.changeLoop(loop.id, { name });
            setNaming(false);
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter') event.currentTarget.blur();
            if (event.key === 'Escape') setNaming(false);
          }}
        />
      ) : (
        <button
          type="button"
          className="loop-name"
          aria-pressed={on}
          onMouseDown={keepFocus}
          onClick={() => practice.setLoop(on ? '' : loop.id)}
        >
          <span>{loop.name}</span>
          <span className="mute mono-figures">
            {clock(loop.start)}–{clock(loop.end)}
          </span>
        </button>
      )}
      <Tip label="Rename">
        <button
          type="button"
          className="icon"
          aria-label={`Rename ${loop.name}`}
          onMouseDown={keepFocus}
          onClick={() => setNaming(true)}
        >
          <Pencil />
        </button>
      </Tip>
      <Tip label="Remove this loop">
        <button
          type="button"
          className="icon"
          aria-label={`Remove ${loop.name}`}
          onMouseDown={keepFocus}
          onClick={() => practice.removeLoop(loop.id)}
        >
          <Trash2 />
        </button>
      </Tip>
    </li>
  );
}

const WEEKDAY = new Intl.DateTimeFormat('en', {
  weekday: 'long',
  month: 'long',
  day: 'numeric',
  timeZone: 'UTC',
});

function Streak() {
  const streak = usePracticeState((s) => s.streak);
  const practised = usePracticeState((s) => s.practised);
  const counting = usePracticeState((s) => s.recordingTime);
  const most = Math.max(60, ...(streak?.week.map((d) => d.seconds) ?? []));
  return (
    <section className="card streak" aria-label="Streak" data-testid="streak">
      <h2>
        Streak
        <span className="grow" />
        <ActionButton action="practice-history" className="small quiet" label="All of your practice">
          More
        </ActionButton>
      </h2>
      <p className="lead">{streak ? plural(streak.days, 'day') : '—'}</p>
      <div className="week" role="img" aria-label={weekWords(streak?.week ?? [])}>
        {(streak?.week ?? []).map((day) => (
          <i
            key={day.date}
            title={`${WEEKDAY.format(new Date(`${day.date}T12:00:00Z`))}: ${lengthOf(day.seconds)}`}
            style={
              { '--much': day.seconds > 0 ? 0.35 + (0.65 * day.seconds) / most : 0 } as React.CSSProperties
            }
          />
        ))}
      </div>
      <p className="mute" data-testid="practised">
        {counting
          ? `${lengthOf(practised)} in this sitting`
          : streak && !streak.today
            ? 'Not yet today.'
            : 'It counts while you play.'}
      </p>
    </section>
  );
}

function weekWords(week: readonly { date: string; seconds: number }[]): string {
  const days = week.filter((d) => d.seconds > 0).length;
  return `${plural(days, 'day')} of the last seven, ${lengthOf(week.reduce((sum, d) => sum + d.seconds, 0))}`;
}

function GoalCard() {
  const goal = usePracticeState((s) => s.goal);
  return (
    <section className="card goal" aria-label="Today’s goal" data-testid="goal">
      <h2>Today’s goal</h2>
      {goal?.song ? (
        <>
          <p className="lead">{goal.title}</p>
          <p className="mute">
            {goal.minutes} min · start at {Math.round(goal.speed * 100)} %
            {goal.reasons.length > 0 ? ` · ${goal.reasons.join(', ')}` : ''}
          </p>
          <ActionButton action="practice-goal" className="small" showKey>
            Start
          </ActionButton>
        </>
      ) : (
        <p className="mute">Practise a song once: the coach goes by what you did.</p>
      )}
    </section>
  );
}
