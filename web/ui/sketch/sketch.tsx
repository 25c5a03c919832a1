// The Sketch room: hum or drop a recording, see it as notes, change them, hear them, take them away.
import { useScreen, useSession } from '../lib/app';
import { HumBar } from './hum_bar';
import { InstrumentPicker } from './instrument_picker';
import { Panel } from './panel';
import { RollView } from './roll_view';
import { Toolbar } from './toolbar';

export function Sketch() {
  const phase = useSession((s) => s.hum.phase);
  const picking = useScreen((s) => s.instruments);
  return (
    <main className="room sketch" data-testid="room-sketch">
      <h1 className="unseen">Sketch</h1>
      {phase === 'idle' ? <Toolbar /> : <HumBar />}
      <RollView />
      <Panel />
      {picking ? <InstrumentPicker /> : null}
    </main>
  );
}
