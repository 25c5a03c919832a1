// The Practice room: a song in its stems, slower, in loops, with the hard bars found. Loaded when first
// entered; the song plays on in other rooms.
import '../theme/practice.css';
import { useEffect } from 'react';
import { createPractice } from '../../core/practice';
import { practiceScreen, usePracticeScreen, usePracticeState } from '../lib/practice';
import { Band } from './band';
import { Big } from './big';
import { Cards } from './cards';
import { complain } from './complain';
import { Correct } from './correct';
import { Download } from './download';
import { Header } from './header';
import { History } from './history';
import { Empty, Imports } from './imports';
import { LadderDialog } from './ladder';
import { Library } from './library';
import { Pedals } from './pedals';
import { Stems } from './stems';
import { Takes } from './takes';
import { Timeline } from './timeline';

export default function PracticeRoom() {
  const practice = usePracticeScreen((s) => s.practice);
  useEffect(() => {
    if (practiceScreen.getState().practice) return;
    const made = createPractice();
    practiceScreen.setState({ practice: made });
    Object.assign(window, { tuttiPractice: made });
    made.refresh().catch(complain);
    // A link to a band session opens its dialog, where one says who one is.
    if (new URLSearchParams(location.search).has('band')) practiceScreen.setState({ panel: 'band' });
  }, []);
  return (
    <main className="room practice" data-testid="room-practice">
      {practice ? (
        <Inside />
      ) : (
        <p className="opening" role="status">
          Opening Practice
        </p>
      )}
    </main>
  );
}

function Inside() {
  const { practice } = practiceScreen.getState();
  const open = usePracticeState((s) => s.song !== null && s.phase !== 'failed');
  const song = usePracticeState((s) => s.song?.id ?? '');
  const panel = usePracticeScreen((s) => s.panel);
  const big = usePracticeScreen((s) => s.big);
  useEffect(() => practiceScreen.setState({ from: 0, seconds: 0 }), [song]);
  return (
    <>
      <Header />
      <Imports />
      {open ? (
        <>
          <div className="song-panel">
            <Stems />
            <Timeline />
          </div>
          <Takes />
          <Cards />
        </>
      ) : (
        <Empty />
      )}
      <input
        id="practice-files"
        className="unseen"
        type="file"
        tabIndex={-1}
        aria-hidden="true"
        multiple
        accept="audio/*,video/*,.mp3,.m4a,.wav,.flac,.ogg,.opus,.aac,.aiff,.wma"
        data-testid="practice-files"
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          event.currentTarget.value = '';
          if (files.length > 0) practice?.add(files).catch(complain);
        }}
      />
      {panel === 'library' ? <Library /> : null}
      {panel === 'band' ? <Band /> : null}
      {panel === 'pedals' ? <Pedals /> : null}
      {panel === 'history' ? <History /> : null}
      {panel === 'download' ? <Download /> : null}
      {panel === 'ladder' ? <LadderDialog /> : null}
      {panel === 'correct' ? <Correct /> : null}
      {big && open ? <Big /> : null}
    </>
  );
}
