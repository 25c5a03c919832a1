// Everything one can take away.
import { Download } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { perform } from '../actions/keymap';
import { actionById } from '../actions/table';
import { FORMATS } from '../actions/file';
import { useApp, useScreen, useSession } from '../lib/app';
import { screen } from '../lib/screen';
import { useWhy } from '../parts/action_button';
import { Keys } from '../parts/keys';
import { Tip } from '../parts/tip';

export function ExportMenu() {
  const open = useScreen((s) => s.exportMenu);
  const running = useSession((s) => s.exporting?.state === 'running');
  return (
    <DropdownMenu.Root
      modal={false}
      open={open}
      onOpenChange={(exportMenu) => screen.setState({ exportMenu })}
    >
      <Tip label="Take it away" keys="E" why={running ? 'An export is running' : null}>
        <DropdownMenu.Trigger className="btn" disabled={running} data-testid="export">
          <Download />
          Export
        </DropdownMenu.Trigger>
      </Tip>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          className="menu"
          sideOffset={6}
          align="end"
          collisionPadding={8}
          data-testid="export-menu"
        >
          {FORMATS.map((entry, i) => (
            <Item key={entry.format} {...entry} lined={i === 1 || i === 7} />
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

function Item(props: { format: string; title: string; detail: string; lined: boolean }) {
  const app = useApp();
  const action = actionById(`export-${props.format}`);
  const why = useWhy(action.id);
  return (
    <>
      {props.lined ? <DropdownMenu.Separator className="menu-line" /> : null}
      <DropdownMenu.Item
        className="menu-item"
        disabled={why !== null}
        title={why ?? undefined}
        data-testid={`export-${props.format}`}
        onSelect={() => perform(app, action)}
      >
        {props.title}
        <Keys of={action.keys[0]} />
        <span className="detail">{why ?? props.detail}</span>
      </DropdownMenu.Item>
    </>
  );
}
