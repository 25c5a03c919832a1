// The Stream room: endless music as it goes by, and what is asked of it. Loaded when first entered; the
// music plays on in other rooms.
import '../theme/knob.css';
import '../theme/stream.css';
import { useEffect } from 'react';
import { createStream } from '../../core/stream';
import { toast } from '../lib/screen';
import { streamScreen, useStreamScreen } from '../lib/stream';
import { Bar } from './bar';
import { Channels } from './channels';
import { Dashboard } from './dashboard';
import { Desk } from './desk';
import { FormStrip } from './form_strip';
import { Save } from './save';
import { Score } from './score';
import { Side } from './side';

export default function StreamRoom() {
  const stream = useStreamScreen((s) => s.stream);
  const dashboard = useStreamScreen((s) => s.dashboard);
  const saving = useStreamScreen((s) => s.saving);
  const channels = useStreamScreen((s) => s.channels);
  useEffect(() => {
    if (streamScreen.getState().stream) return;
    const made = createStream();
    streamScreen.setState({ stream: made });
    Object.assign(window, { tuttiStream: made });
    made.refresh().catch((problem: { message?: string; next?: string }) => {
      toast(problem.message ?? 'The channels could not be asked for.', {
        tone: 'error',
        ...(problem.next ? { next: problem.next } : {}),
      });
    });
  }, []);
  return (
    <main className={`room stream ${dashboard ? 'with-dashboard' : ''}`} data-testid="room-stream">
      <h1 className="unseen">Stream</h1>
      {stream ? (
        <>
          <Bar />
          <FormStrip />
          <Score />
          <Side />
          <Desk />
          {dashboard ? <Dashboard /> : null}
          {saving ? <Save /> : null}
          {channels ? <Channels /> : null}
        </>
      ) : (
        <p className="opening" role="status">
          Opening the stream
        </p>
      )}
    </main>
  );
}
