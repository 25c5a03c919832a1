// What this person prefers; kept in this browser.
import { THEMES, THEME_NAMES } from '../actions/view';
import { useApp, usePrefs, useSession } from '../lib/app';
import { type Prefs, prefs } from '../lib/prefs';
import { open } from '../lib/screen';
import { Dialog } from '../parts/dialog';
import { Segment } from '../parts/segment';

const SWITCHES: readonly { name: 'follow' | 'showCurve' | 'auditionEdits' | 'singleKeys'; label: string }[] =
  [
    { name: 'follow', label: 'Follow the playhead' },
    { name: 'showCurve', label: 'Show the pitch curve behind the notes' },
    { name: 'auditionEdits', label: 'Hear a note when it is added or moved' },
    { name: 'singleKeys', label: 'Shortcuts of a single key, such as R and Q' },
  ];

export function Settings() {
  const { session } = useApp();
  const all = usePrefs((p) => p);
  const countIn = useSession((s) => s.transport.countInBars);
  const engine = useSession((s) => s.engine);
  return (
    <Dialog label="Settings" testid="settings" onClose={() => open(null)}>
      <div className="dialog-body settings">
        <section>
          <h3>Theme</h3>
          <Segment
            label="Theme"
            testid="theme"
            value={all.theme}
            options={THEMES.map((value) => ({ value, label: THEME_NAMES[value] }))}
            onChange={(theme) => prefs.setState({ theme })}
          />
        </section>
        <section>
          <h3>Count-in before a recording</h3>
          <Segment
            label="Count-in"
            testid="count-in-setting"
            value={String(countIn)}
            options={[
              { value: '0', label: 'None' },
              { value: '1', label: '1 bar' },
              { value: '2', label: '2 bars' },
            ]}
            onChange={(bars) => session.playback.setCountIn(Number(bars))}
          />
        </section>
        <section>
          <h3>Piano roll</h3>
          {SWITCHES.map(({ name, label }) => (
            <label className="switch" key={name}>
              <input
                type="checkbox"
                role="switch"
                checked={all[name]}
                onChange={(event) =>
                  prefs.setState({ [name]: event.currentTarget.checked } as Partial<Prefs>)
                }
              />
              {label}
            </label>
          ))}
        </section>
        {engine.state === 'ready' && !engine.sharedMemory ? (
          <p className="mute">
            This page is not isolated from other sites, so meters are read less often. Everything else works.
            Open it from localhost or over https to change that.
          </p>
        ) : null}
      </div>
    </Dialog>
  );
}
