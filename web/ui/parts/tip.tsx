import { Tooltip } from 'radix-ui';
import type { ReactElement, ReactNode } from 'react';
import { Keys } from './keys';

// A tooltip: what a control does, its key, and, when it can't be used, why.
export function Tip(props: { label: ReactNode; keys?: string; why?: string | null; children: ReactElement }) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>{props.children}</Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content className="tip" sideOffset={6} collisionPadding={8}>
          <span>
            {props.label}
            {props.why ? <span className="why"> · {props.why}</span> : null}
          </span>
          <Keys of={props.keys} />
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
