// ?: every shortcut, from the table of actions, and what the mouse does.
import { ACTIONS } from '../actions/table';
import type { Group } from '../actions/types';
import { open } from '../lib/screen';
import { Dialog } from '../parts/dialog';
import { Keys } from '../parts/keys';

const GROUPS: readonly Group[] = ['Transport', 'Edit', 'Notes', 'Mix', 'File', 'View', 'Practice', 'Stream'];

const POINTER: readonly [string, string][] = [
  ['Add a note', 'Double-click, or the pencil'],
  ['Select several', 'Drag a box'],
  ['Add to the selection', 'Shift + click'],
  ['Copy while dragging', 'Ctrl + drag'],
  ['One direction only', 'Shift while dragging'],
  ['Off the grid', 'Alt while dragging'],
  ['Zoom time', 'Ctrl + wheel, pinch'],
  ['Zoom rows', 'Ctrl + Shift + wheel'],
  ['Scroll time', 'Shift + wheel'],
  ['Move the view', 'Middle button'],
  ['Set the loop', 'Drag on the ruler’s top edge'],
  ['Loop on or off', 'Click on its bar'],
  ['Draw velocities', 'Drag across the lane'],
  ['Turn a knob finely', 'Shift while dragging'],
  ['A knob’s default', 'Double-click'],
  ['Draw automation', 'Ctrl + drag'],
  ['Bend automation', 'Alt + drag the line'],
];

export function Shortcuts() {
  return (
    <Dialog label="Keyboard shortcuts" testid="shortcuts" className="wide" onClose={() => open(null)}>
      <div className="dialog-body" tabIndex={0} data-first="">
        <div className="shortcut-groups">
          {GROUPS.map((group) => (
            <section key={group}>
              <h3>{group}</h3>
              {ACTIONS.filter((action) => action.group === group && action.keys.length > 0).map((action) => (
                <div className="shortcut" key={action.id}>
                  <span>{action.title}</span>
                  <span className="end">
                    {action.keys.map((keys) => (
                      <Keys key={keys} of={keys} />
                    ))}
                  </span>
                </div>
              ))}
            </section>
          ))}
          <section>
            <h3>Mouse and touch</h3>
            {POINTER.map(([what, how]) => (
              <div className="shortcut" key={what}>
                <span>{what}</span>
                <span className="end mute">{how}</span>
              </div>
            ))}
          </section>
        </div>
        <p className="mute">In the piano roll Tab goes from note to note. Escape, then Tab, leaves it.</p>
      </div>
    </Dialog>
  );
}
