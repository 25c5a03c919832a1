// The menu of the right mouse button (or the menu key) over the notes.
import { ContextMenu } from 'radix-ui';
import { perform } from '../actions/keymap';
import { actionById } from '../actions/table';
import { useApp } from '../lib/app';
import { Keys } from '../parts/keys';
import { useWhy } from '../parts/action_button';

const ENTRIES: readonly (string | null)[] = [
  'cut',
  'copy',
  'paste',
  'duplicate',
  'delete',
  null,
  'quantise',
  'as-heard',
  'snap-to-key',
  'octave-up',
  'octave-down',
  null,
  'loop-selection',
  'select-all',
  'fit',
];

export function RollMenu() {
  return (
    <ContextMenu.Portal>
      <ContextMenu.Content className="menu" collisionPadding={8} data-testid="roll-menu">
        {ENTRIES.map((id, i) =>
          id === null ? <ContextMenu.Separator key={i} className="menu-line" /> : <Entry key={id} id={id} />,
        )}
      </ContextMenu.Content>
    </ContextMenu.Portal>
  );
}

function Entry({ id }: { id: string }) {
  const app = useApp();
  const action = actionById(id);
  const why = useWhy(id);
  return (
    <ContextMenu.Item
      className="menu-item"
      disabled={why !== null}
      title={why ?? undefined}
      onSelect={() => perform(app, action)}
    >
      {action.title}
      <span className="detail">
        <Keys of={action.keys[0]} />
      </span>
    </ContextMenu.Item>
  );
}
