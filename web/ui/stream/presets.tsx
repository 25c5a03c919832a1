// Settings kept under names: to come back to a mood.
import { Bookmark, X } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { useState } from 'react';
import { toast } from '../lib/screen';
import { useStream, useStreamState } from '../lib/stream';
import { keepFocus } from '../parts/action_button';

export function Presets() {
  const stream = useStream();
  const presets = useStreamState((s) => s.presets);
  const settings = useStreamState((s) => s.settings);
  const [naming, setNaming] = useState(false);
  const keep = (name: string): void => {
    setNaming(false);
    if (name.trim() === '') return;
    stream
      .savePreset(name.trim())
      .then(() => toast(`“${name.trim()}” is kept.`))
      .catch((p: { message?: string }) => toast(p.message ?? 'It could not be kept.', { tone: 'error' }));
  };
  if (naming) {
    return (
      <input
        className="field"
        autoFocus
        placeholder="A name for these settings"
        aria-label="A name for these settings"
        data-testid="preset-name"
        maxLength={60}
        onBlur={() => setNaming(false)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') keep(event.currentTarget.value);
          if (event.key === 'Escape') setNaming(false);
          event.stopPropagation();
        }}
      />
    );
  }
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>
        <button type="button" className="btn" data-testid="presets-menu" onMouseDown={keepFocus}>
          <Bookmark />
          Moods
        </button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" side="top" align="end" sideOffset={4}>
          <DropdownMenu.Item className="menu-item" data-testid="preset-keep" onSelect={() => setNaming(true)}>
            Keep these settings…
          </DropdownMenu.Item>
          {presets.length > 0 ? <div className="menu-line" /> : null}
          {presets.map((preset) => (
            <DropdownMenu.Item
              key={preset.id}
              className="menu-item"
              data-testid="preset"
              onSelect={() => {
                const changed = Object.entries(preset.settings).filter(([id, v]) => settings[id] !== v);
                if (changed.length > 0) stream.control(Object.fromEntries(changed));
              }}
            >
              {preset.name}
              <button
                type="button"
                className="icon end"
                aria-label={`Forget ${preset.name}`}
                onClick={(event) => {
                  event.stopPropagation();
                  stream
                    .deletePreset(preset.id)
                    .catch(() => toast('It could not be forgotten.', { tone: 'error' }));
                }}
              >
                <X />
              </button>
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
