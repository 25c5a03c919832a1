// The page: the frame, the room, and what may lie over them.
import { Tooltip } from 'radix-ui';
import { Suspense, lazy, useEffect, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import type { Session } from '../core';
import { listenForKeys } from './actions/keymap';
import { Drop } from './frame/drop';
import { QuestionDialog } from './frame/question';
import { Rail } from './frame/rail';
import { StatusLine } from './frame/status_line';
import { TopBar } from './frame/top_bar';
import { AppContext, useApp, useScreen, useSession } from './lib/app';
import { loadFigures } from './lib/figures';
import { rooms } from './lib/rooms';
import { Toasts } from './parts/toasts';
import type { RollController } from './roll/controller';
import { Sketch } from './sketch/sketch';

export function App({ session, roll }: { session: Session; roll: RollController }) {
  const app = useMemo(() => ({ session, roll }), [session, roll]);
  useEffect(() => listenForKeys(app), [app]);
  const ready = useStore(session.store, (s) => s.ready);
  useEffect(() => {
    if (!ready) return undefined;
    const timer = setTimeout(loadFigures, 400); // what the first picture needs goes first
    return () => clearTimeout(timer);
  }, [ready]);
  return (
    <AppContext value={app}>
      <Tooltip.Provider delayDuration={450} skipDelayDuration={200}>
        <a className="skip" href="#roll">
          To the piano roll
        </a>
        <div className="app">
          <Rail />
          <TopBar />
          <Room />
          <StatusLine />
        </div>
        <Over />
        <Toasts />
        <Drop />
        <Spoken />
      </Tooltip.Provider>
    </AppContext>
  );
}

function Room() {
  const failed = useSession((s) => s.failed);
  const room = useStore(rooms, (r) => r.room);
  if (!failed && room === 'studio') {
    return (
      <Suspense fallback={<main className="room opening" role="status" aria-label="Studio is opening" />}>
        <Studio />
      </Suspense>
    );
  }
  if (!failed && room === 'practice') {
    return (
      <Suspense fallback={<main className="room opening" role="status" aria-label="Practice is opening" />}>
        <PracticeRoom />
      </Suspense>
    );
  }
  if (!failed && room === 'stream') {
    return (
      <Suspense fallback={<main className="room opening" role="status" aria-label="Stream is opening" />}>
        <StreamRoom />
      </Suspense>
    );
  }
  if (!failed) return <Sketch />;
  return (
    <main className="room blocked" role="alert" data-testid="failed">
      <h1>{failed.message}</h1>
      <p>{failed.next}</p>
      <button type="button" className="btn primary" onClick={() => location.reload()}>
        Try again
      </button>
    </main>
  );
}

const Studio = lazy(() => import('./studio/studio'));
const PracticeRoom = lazy(() => import('./practice/practice'));
const StreamRoom = lazy(() => import('./stream/stream'));
const load = () => import('./frame/dialogs');
const Dialogs = lazy(load);

// Mounted from the first dialog on; fetched before, so that the first one opens at once.
function Over() {
  const wanted = useScreen((s) => s.dialog !== null || s.instruments);
  const [mounted, setMounted] = useState(false);
  if (wanted && !mounted) setMounted(true);
  const ready = useSession((s) => s.ready);
  useEffect(() => {
    if (!ready) return undefined;
    // Without a network now, it is fetched when a dialog is asked for.
    const timer = setTimeout(() => void load().catch(() => {}), 1500);
    return () => clearTimeout(timer);
  }, [ready]);
  return (
    <>
      {mounted ? (
        <Suspense fallback={null}>
          <Dialogs />
        </Suspense>
      ) : null}
      <QuestionDialog />
    </>
  );
}

// What a screen reader hears: edits as they are made, and the end of long work.
function Spoken() {
  const spoken = useScreen((s) => s.spoken);
  const { session } = useApp();
  const phase = useSession((s) => s.hum.phase);
  const words = { recording: 'Recording', 'count-in': 'Count-in', transcribing: 'Listening to the take' }[
    phase as string
  ];
  void session;
  return (
    <>
      <p className="unseen" aria-live="polite" data-testid="spoken">
        {spoken}
      </p>
      <p className="unseen" aria-live="polite">
        {words}
      </p>
    </>
  );
}
