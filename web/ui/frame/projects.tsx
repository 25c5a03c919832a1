// The list of projects: open, start, delete.
import { Pencil, Plus, Trash2 } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { ProjectInfo } from '../../core';
import { useApp, useSession } from '../lib/app';
import { search } from '../lib/fuzzy';
import { open, screen, toast } from '../lib/screen';
import { ago } from '../lib/words';
import { Dialog } from '../parts/dialog';
import { Marked } from '../parts/marked';

// The open project's title stands in the top bar: renaming goes there.
function rename(): void {
  open(null);
  requestAnimationFrame(() => document.querySelector<HTMLInputElement>('[data-testid="title"]')?.focus());
}

export function Projects() {
  const { session } = useApp();
  const projects = useSession((s) => s.projects);
  const here = useSession((s) => s.project?.id);
  const online = useSession((s) => s.online);
  const [query, setQuery] = useState('');
  const [now] = useState(() => Date.now());
  const found = useMemo(() => search(query, projects, (p) => [p.title]), [query, projects]);

  const start = async (work: Promise<void>): Promise<void> => {
    open(null);
    try {
      await work;
    } catch (error) {
      toast(error instanceof Error ? error.message : String(error), { tone: 'error' });
    }
  };
  const remove = (project: ProjectInfo): void => {
    screen.setState({
      question: {
        title: `Delete “${project.title || 'Untitled'}”?`,
        text: 'Its notes and recordings are removed from the server. This cannot be undone.',
        confirm: 'Delete',
        run: () =>
          session
            .deleteProject(project.id)
            .then(() => toast(`“${project.title || 'Untitled'}” was deleted.`))
            .catch((error: unknown) =>
              toast(error instanceof Error ? error.message : String(error), { tone: 'error' }),
            ),
      },
    });
  };
  return (
    <Dialog
      label="Projects"
      testid="projects"
      onClose={() => open(null)}
      foot={
        <button
          type="button"
          className="btn primary"
          data-testid="new-project"
          onClick={() => void start(session.newProject())}
        >
          <Plus /> New project
        </button>
      }
    >
      <div className="dialog-body">
        {projects.length > 6 ? (
          <input
            className="field"
            placeholder="Find a project"
            aria-label="Find a project"
            value={query}
            onChange={(event) => setQuery(event.currentTarget.value)}
          />
        ) : null}
        {online ? null : <p className="mute">The server can’t be reached; this list may be old.</p>}
        {found.length === 0 ? (
          <p className="palette-none">
            {projects.length === 0 ? 'No projects yet. Start one below.' : `No project is called “${query}”.`}
          </p>
        ) : (
          <ul data-testid="project-list">
            {found.map(({ item, match }, i) => (
              <li className="project-row" key={item.id} data-testid="project-row">
                <button
                  type="button"
                  data-first={i === 0 ? '' : undefined}
                  aria-current={item.id === here || undefined}
                  onClick={() => (item.id === here ? open(null) : void start(session.openProject(item.id)))}
                >
                  <b>
                    <Marked text={item.title || 'Untitled'} at={match.at} />
                  </b>
                  {item.id === here ? <span className="here">open</span> : null}
                  <span className="when">{ago(now - Date.parse(item.updated))}</span>
                </button>
                {item.id === here ? (
                  <button
                    type="button"
                    className="icon"
                    aria-label="Rename"
                    data-testid="rename-project"
                    onClick={rename}
                  >
                    <Pencil />
                  </button>
                ) : null}
                <button
                  type="button"
                  className="icon"
                  aria-label={`Delete ${item.title || 'Untitled'}`}
                  data-testid="delete-project"
                  onClick={() => remove(item)}
                >
                  <Trash2 />
                </button>
              </li>
            ))}
          </ul>
        )}
      </div>
    </Dialog>
  );
}
