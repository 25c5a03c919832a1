// The menu of effects: all of them by category, or found by a few letters. Enter or a click adds one;
// with Shift the menu stays for the next.
import { Popover } from 'radix-ui';
import { type KeyboardEvent, type ReactElement, useEffect, useMemo, useRef, useState } from 'react';
import type { EffectInfo, StripId } from '../../core';
import { useApp } from '../lib/app';
import { desk } from '../lib/desk';
import { type Found, search } from '../lib/fuzzy';
import { say } from '../lib/screen';
import { Marked } from '../parts/marked';
import { useDesk, useEffects } from './use_desk';

export function InsertMenu({ strip, children }: { strip: StripId; children: ReactElement }) {
  const open = useDesk((d) => d.adding === strip);
  return (
    <Popover.Root open={open} onOpenChange={(now) => desk.setState({ adding: now ? strip : null })}>
      <Popover.Trigger asChild>{children}</Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className="popover effect-menu"
          side="top"
          align="start"
          sideOffset={4}
          collisionPadding={8}
          aria-label="Effects"
          data-testid="effect-menu"
        >
          <List strip={strip} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

const title = (category: string): string => category[0]!.toUpperCase() + category.slice(1);

function List({ strip }: { strip: StripId }) {
  const { session } = useApp();
  const effects = useEffects();
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const found = useMemo(
    (): Found<EffectInfo>[] =>
      search(query, [...effects.values()], (e) => [
        e.name,
        `${e.category} ${e.aliases.join(' ')} ${e.summary}`,
      ]),
    [query, effects],
  );
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [at, found]);
  const add = (effect: EffectInfo, stay: boolean): void => {
    const made = session.mix.addDevice(strip, effect.id);
    say(`${effect.name} added`);
    desk.setState({ device: made, ...(stay ? {} : { adding: null }) });
  };
  const onKey = (event: KeyboardEvent): void => {
    const move = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (move !== undefined) setAt(Math.min(found.length - 1, Math.max(0, at + move)));
    else if (event.key === 'Enter' && found[at]) add(found[at].item, event.shiftKey);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <input
        className="palette-search"
        placeholder="Find an effect"
        aria-label="Find an effect"
        role="combobox"
        aria-expanded="true"
        aria-controls="effect-list"
        aria-activedescendant={found[at] ? `effect-${found[at].item.id}` : undefined}
        data-testid="effect-search"
        spellCheck={false}
        autoFocus
        value={query}
        onChange={(event) => {
          setQuery(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKey}
      />
      <div className="effect-list" id="effect-list" role="listbox" aria-label="Effects" ref={list}>
        {found.length === 0 ? (
          <p className="palette-none">
            {effects.size === 0 ? 'The effects are on their way.' : `No effect is called “${query}”.`}
          </p>
        ) : null}
        {found.map(({ item, match }, i) => (
          <div key={item.id}>
            {query === '' && item.category !== found[i - 1]?.item.category ? (
              <div className="menu-label">{title(item.category)}</div>
            ) : null}
            <div
              id={`effect-${item.id}`}
              className="option"
              role="option"
              aria-selected={i === at}
              title={item.summary}
              data-testid={`effect-${item.id}`}
              onPointerMove={() => setAt(i)}
              onClick={(event) => add(item, event.shiftKey)}
            >
              <Marked text={item.name} at={match.at} />
              {query === '' ? null : <span className="end where">{item.category}</span>}
            </div>
          </div>
        ))}
      </div>
    </>
  );
}
