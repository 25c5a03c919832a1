import { type Theme, prefs } from '../lib/prefs';
import { enter } from '../lib/rooms';
import { open, say, screen } from '../lib/screen';
import { type Action, needsProject } from './types';

const THEMES: readonly Theme[] = ['dark', 'light', 'contrast', 'system'];
const THEME_NAMES: Record<Theme, string> = {
  dark: 'Dark',
  light: 'Light',
  contrast: 'High contrast',
  system: 'As the system',
};

export const viewActions: readonly Action[] = [
  {
    id: 'palette',
    title: 'Command palette',
    group: 'View',
    keys: ['Ctrl+K'],
    scope: 'page',
    hidden: true,
    run: () => open('palette'),
  },
  {
    id: 'shortcuts',
    title: 'Keyboard shortcuts',
    group: 'View',
    keys: ['?'],
    scope: 'page',
    also: 'help keys',
    run: () => open('shortcuts'),
  },
  {
    id: 'settings',
    title: 'Settings',
    group: 'View',
    keys: ['Ctrl+,'],
    scope: 'page',
    also: 'theme preferences options',
    run: () => open('settings'),
  },
  {
    id: 'room-sketch',
    title: 'Go to Sketch',
    group: 'View',
    keys: ['Alt+1'],
    scope: 'page',
    run: () => {
      open(null);
      enter('sketch');
      requestAnimationFrame(() => document.querySelector<HTMLElement>('[data-testid="roll"]')?.focus());
    },
  },
  {
    id: 'room-studio',
    title: 'Go to Studio',
    group: 'View',
    keys: ['Alt+2'],
    scope: 'page',
    also: 'mixer mixing desk timeline automation',
    run: () => {
      open(null);
      enter('studio');
    },
  },
  {
    id: 'instrument',
    title: 'Choose an instrument',
    group: 'View',
    keys: ['I'],
    scope: 'page',
    also: 'sound program soundfont piano',
    why: needsProject,
    run: () => screen.setState({ instruments: true }),
  },
  {
    id: 'zoom-in',
    title: 'Zoom in on time',
    group: 'View',
    keys: ['+', '='],
    scope: 'page',
    run: ({ roll }) => roll.zoomCentre(1.25, 1),
  },
  {
    id: 'zoom-out',
    title: 'Zoom out of time',
    group: 'View',
    keys: ['-'],
    scope: 'page',
    run: ({ roll }) => roll.zoomCentre(0.8, 1),
  },
  {
    id: 'taller',
    title: 'Taller rows',
    group: 'View',
    keys: ['Alt++', 'Alt+='],
    scope: 'page',
    run: ({ roll }) => roll.zoomCentre(1, 1.2),
  },
  {
    id: 'lower',
    title: 'Lower rows',
    group: 'View',
    keys: ['Alt+-'],
    scope: 'page',
    run: ({ roll }) => roll.zoomCentre(1, 1 / 1.2),
  },
  {
    id: 'fit',
    title: 'Show all notes',
    group: 'View',
    keys: ['F'],
    scope: 'page',
    also: 'zoom fit overview',
    run: ({ roll }) => roll.fit(),
  },
  {
    id: 'page-left',
    title: 'Scroll earlier',
    group: 'View',
    keys: ['PageUp'],
    scope: 'page',
    hidden: true,
    run: ({ roll }) => roll.pan(-roll.scene.layout.width * 0.7, 0),
  },
  {
    id: 'page-right',
    title: 'Scroll later',
    group: 'View',
    keys: ['PageDown'],
    scope: 'page',
    hidden: true,
    run: ({ roll }) => roll.pan(roll.scene.layout.width * 0.7, 0),
  },
  {
    id: 'follow',
    title: 'Follow the playhead on or off',
    group: 'View',
    keys: ['Shift+F'],
    scope: 'page',
    run: ({ roll }) => {
      prefs.setState((p) => ({ follow: !p.follow }));
      roll.follow = true;
      say(prefs.getState().follow ? 'Following the playhead' : 'Not following the playhead');
    },
  },
  {
    id: 'curve',
    title: 'Pitch curve on or off',
    group: 'View',
    keys: ['Shift+P'],
    scope: 'page',
    run: () => prefs.setState((p) => ({ showCurve: !p.showCurve })),
  },
  {
    id: 'theme',
    title: 'Next theme: dark, light, high contrast, system',
    group: 'View',
    keys: ['Shift+T'],
    scope: 'page',
    also: 'colour night day',
    run: () => {
      const { theme } = prefs.getState();
      const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length]!;
      prefs.setState({ theme: next });
      say(`Theme: ${THEME_NAMES[next]}`);
    },
  },
];

export { THEMES, THEME_NAMES };
