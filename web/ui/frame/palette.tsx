// Ctrl+K: everything that can be done, projects and instruments, found by a few letters.
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import type { Action } from '../actions/types';
import { perform } from '../actions/keymap';
import { ACTIONS } from '../actions/table';
import { useApp, useSession } from '../lib/app';
import { type Found, search } from '../lib/fuzzy';
import { fieldsOf, instrumentsOf } from '../lib/general_midi';
import { open } from '../lib/screen';
import { Dialog } from '../parts/dialog';
import { Keys } from '../parts/keys';
import { Marked } from '../parts/marked';

interface Entry {
  readonly id: string;
  readonly title: string;
  readonly where: string;
  readonly also: string;
  readonly keys: string | undefined;
  readonly why: string | null;
  readonly run: () => void;
}

const LIMIT = 60;

export function Palette() {
  const app = useApp();
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const entries = useEntries();
  const found = useMemo(
    () =>
      search(query, entries, (entry) => [entry.title, `${entry.where} ${entry.title} ${entry.also}`]).slice(
        0,
        LIMIT,
      ),
    [query, entries],
  );
  const current = found[Math.min(at, found.length - 1)];
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [current]);
  useEffect(() => {
    void app.session.listProjects();
  }, [app]);

  const run = (entry: Entry): void => {
    open(null);
    // After the dialog has given the focus back, so that the action may move it.
    requestAnimationFrame(() => entry.run());
  };
  const onKey = (event: KeyboardEvent): void => {
    const move = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (move !== undefined) setAt(Math.min(found.length - 1, Math.max(0, at + move)));
    else if (event.key === 'Enter' && current) run(current.item);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog
      label="Command palette"
      testid="palette"
      onClose={() => open(null)}
      head={
        <input
          className="palette-search"
          placeholder="What would you like to do?"
          role="combobox"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={current ? `palette-${current.item.id}` : undefined}
          aria-label="Search commands, projects and instruments"
          data-testid="palette-search"
          data-first=""
          spellCheck={false}
          value={query}
          onChange={(event) => {
            setQuery(event.currentTarget.value);
            setAt(0);
          }}
          onKeyDown={onKey}
        />
      }
    >
      {found.length === 0 ? (
        <p className="palette-none">Nothing is called “{query}” here. Try a shorter word.</p>
      ) : (
        <div className="palette-list" id="palette-list" role="listbox" aria-label="Commands" ref={list}>
          {found.map((entry, i) => (
            <Option
              key={entry.item.id}
              found={entry}
              selected={entry === current}
              onPoint={() => setAt(i)}
              onPick={() => run(entry.item)}
            />
          ))}
        </div>
      )}
    </Dialog>
  );
}

function useEntries(): Entry[] {
  const app = useApp();
  const state = useSession((s) => s);
  return useMemo(() => {
    const actions = ACTIONS.filter((action) => !action.hidden).map((action: Action) => ({
      id: action.id,
      title: action.title,
      where: action.group,
      also: action.also ?? '',
      keys: action.keys[0],
      why: action.why?.(state) ?? null,
      run: () => perform(app, action),
    }));
    const projects = state.projects.map((project) => ({
      id: `project-${project.id}`,
      title: project.title,
      where: 'Project',
      also: 'open',
      keys: undefined,
      why: project.id === state.project?.id ? 'It is open' : null,
      run: () => void app.session.openProject(project.id),
    }));
    const instruments = instrumentsOf(state.fonts).map((instrument) => ({
      id: instrument.synth
        ? `instrument-synth-${instrument.synth}`
        : `instrument-${instrument.bank}-${instrument.program}`,
      title: instrument.name,
      where: 'Instrument',
      also: `${instrument.family} sound`,
      keys: undefined,
      why: null,
      run: () => {
        const { edit } = app.session;
        edit.group('Instrument', () => {
          const track = app.session.store.getState().track ?? edit.addTrack('Melody', instrument.program);
          edit.setTrack(track, fieldsOf(instrument));
        });
      },
    }));
    return [...actions, ...projects, ...instruments];
  }, [app, state]);
}

function Option(props: { found: Found<Entry>; selected: boolean; onPoint: () => void; onPick: () => void }) {
  const { item, match } = props.found;
  return (
    <div
      className="option"
      role="option"
      id={`palette-${item.id}`}
      data-testid={`palette-${item.id}`}
      aria-selected={props.selected}
      aria-disabled={item.why !== null || undefined}
      onPointerMove={props.onPoint}
      onClick={props.onPick}
    >
      <span>
        <Marked text={item.title} at={match.at} />
      </span>
      <span className="where">{item.why ?? item.where}</span>
      <span className="end">
        <Keys of={item.keys} />
      </span>
    </div>
  );
}
