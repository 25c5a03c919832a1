// What stands in the piano roll before there are notes: the project opening, or nothing sung yet.
import { Mic, Upload } from 'lucide-react';
import { ActionButton } from '../parts/action_button';

export function Empty() {
  return (
    <div className="empty" data-testid="empty">
      <h2>Hum a tune</h2>
      <p>Sing, hum or whistle, and it stands here as notes. They are found on this computer.</p>
      <div className="ways">
        <ActionButton action="record" className="primary" icon={<Mic />} showKey>
          Hum
        </ActionButton>
        <ActionButton action="open-file" icon={<Upload />}>
          Choose a file
        </ActionButton>
      </div>
      <p>Or drop a recording or a MIDI file here, or double-click to write a note.</p>
    </div>
  );
}

const WIDTHS = [22, 12, 30, 16, 26, 10, 34, 18];
const OFFSETS = [0, 22, 8, 40, 52, 30, 12, 60];

export function Loading() {
  return (
    <div className="loading-rows" data-testid="loading">
      {WIDTHS.map((width, i) => (
        <div key={i} className="skeleton" style={{ width: `${width}%`, marginLeft: `${OFFSETS[i]}%` }} />
      ))}
      <p className="loading-sentence" role="status">
        Opening the project
      </p>
    </div>
  );
}
