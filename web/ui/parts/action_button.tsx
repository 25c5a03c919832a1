// Buttons made from the table of actions: label, tooltip, key and reason come from one place.
import type { ComponentProps, MouseEvent, ReactNode } from 'react';
import { ariaKeys } from '../actions/keys';
import { perform } from '../actions/keymap';
import { actionById } from '../actions/table';
import { useApp, useSession } from '../lib/app';
import { Keys } from './keys';
import { Tip } from './tip';

interface Props extends Omit<ComponentProps<'button'>, 'children'> {
  action: string;
  children?: ReactNode;
  label?: string; // instead of the action's title
  icon?: ReactNode;
  pressed?: boolean;
  showKey?: boolean;
}

// A click with the mouse leaves the keyboard where it was, so that Space goes on playing.
export const keepFocus = (event: MouseEvent): void => event.preventDefault();

export function useWhy(action: string): string | null {
  return useSession((state) => actionById(action).why?.(state) ?? null);
}

export function ActionButton(props: Props) {
  const { action: id, children, label, icon, pressed, showKey, className = '', ...rest } = props;
  const app = useApp();
  const action = actionById(id);
  const why = useWhy(id);
  const name = label ?? action.title;
  const bare = children === undefined;
  return (
    <Tip label={name} keys={action.keys[0]} why={why}>
      <button
        type="button"
        className={`${bare ? 'icon' : 'btn'} ${className}`}
        aria-label={bare ? name : undefined}
        aria-pressed={pressed}
        aria-disabled={why !== null || undefined}
        aria-keyshortcuts={action.keys[0] && ariaKeys(action.keys[0])}
        data-testid={`action-${id}`}
        onMouseDown={keepFocus}
        onClick={() => perform(app, action)}
        {...rest}
      >
        {icon}
        {children}
        {showKey ? <Keys of={action.keys[0]} /> : null}
      </button>
    </Tip>
  );
}
