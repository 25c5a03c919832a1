// The Sketch room: hum or drop a recording, see it as notes, change them, hear them, take them away.
import { useSession } from '../lib/app';
import { HumBar } from './hum_bar';
import { Panel } from './panel';
import { RollView } from './roll_view';
import { Toolbar } from './toolbar';

export function Sketch() {
  const phase = useSession((s) => s.hum.phase);
  return (
    <main className="room sketch" data-testid="room-sketch">
      <h1 className="unseen">Sketch</h1>
      {phase === 'idle' ? <Toolbar /> : <HumBar />}
      <RollView />
      <Panel />
    </main>
  );
}
