// The grid that notes snap to, and how quantising goes about it.
import { ChevronDown, Grid3x3 } from 'lucide-react';
import { DropdownMenu, Popover } from 'radix-ui';
import { usePrefs } from '../lib/app';
import { prefs } from '../lib/prefs';
import { ActionButton } from '../parts/action_button';
import { Segment } from '../parts/segment';
import { Tip } from '../parts/tip';
import { GRIDS, gridById } from '../roll/grid';

export function GridMenu() {
  const grid = usePrefs((p) => p.grid);
  return (
    <DropdownMenu.Root modal={false}>
      <Tip label="Grid" keys="G">
        <DropdownMenu.Trigger
          className="btn"
          aria-label={`Grid: ${gridById(grid).spoken}`}
          data-testid="grid"
        >
          <Grid3x3 />
          {gridById(grid).label}
        </DropdownMenu.Trigger>
      </Tip>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          className="menu"
          sideOffset={6}
          collisionPadding={8}
          align="end"
          data-testid="grid-menu"
        >
          <DropdownMenu.RadioGroup value={grid} onValueChange={(id) => prefs.setState({ grid: id })}>
            {GRIDS.map(({ id, label, spoken }) => (
              <DropdownMenu.RadioItem key={id} value={id} className="menu-item" data-testid={`grid-${id}`}>
                {label}
                <span className="detail">{spoken}</span>
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

const STRENGTHS = ['0.25', '0.5', '0.6', '0.75', '1'];

export function QuantiseMenu() {
  const grid = usePrefs((p) => p.grid);
  const strength = usePrefs((p) => p.strength);
  const ends = usePrefs((p) => p.quantiseEnds);
  return (
    <Popover.Root>
      <Tip label="How to quantise">
        <Popover.Trigger className="icon" aria-label="How to quantise" data-testid="quantise-options">
          <ChevronDown />
        </Popover.Trigger>
      </Tip>
      <Popover.Portal>
        <Popover.Content
          className="popover quantise"
          sideOffset={8}
          align="end"
          collisionPadding={8}
          aria-label="How to quantise"
        >
          <p className="mute">How far notes go to the {gridById(grid).label} grid</p>
          <div className="row">
            <input
              type="range"
              min={0}
              max={100}
              step={1}
              value={Math.round(strength * 100)}
              aria-label="Strength"
              aria-valuetext={`${Math.round(strength * 100)} percent`}
              data-testid="strength"
              onChange={(event) => prefs.setState({ strength: Number(event.currentTarget.value) / 100 })}
            />
            <b className="mono">{Math.round(strength * 100)} %</b>
          </div>
          <Segment
            label="Strength, common values"
            testid="strength-preset"
            value={String(strength)}
            options={STRENGTHS.map((value) => ({ value, label: `${Number(value) * 100} %` }))}
            onChange={(value) => prefs.setState({ strength: Number(value) })}
          />
          <label className="switch">
            <input
              type="checkbox"
              role="switch"
              checked={ends}
              onChange={(event) => prefs.setState({ quantiseEnds: event.currentTarget.checked })}
            />
            Ends of notes too
          </label>
          <ActionButton action="quantise" className="primary" showKey data-testid="quantise-now">
            Quantise
          </ActionButton>
          <ActionButton action="as-heard" showKey>
            As it was sung
          </ActionButton>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
