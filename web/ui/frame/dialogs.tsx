// Everything that opens over the page. Loaded when first asked for, or when the page has come to rest.
import { useScreen } from '../lib/app';
import { InstrumentPicker } from '../sketch/instrument_picker';
import { Mixdown } from '../studio/mixdown';
import { Palette } from './palette';
import { Projects } from './projects';
import { Settings } from './settings';
import { Shortcuts } from './shortcuts';

export default function Dialogs() {
  const dialog = useScreen((s) => s.dialog);
  const instruments = useScreen((s) => s.instruments);
  return (
    <>
      {dialog === 'palette' ? <Palette /> : null}
      {dialog === 'shortcuts' ? <Shortcuts /> : null}
      {dialog === 'projects' ? <Projects /> : null}
      {dialog === 'settings' ? <Settings /> : null}
      {dialog === 'mixdown' ? <Mixdown /> : null}
      {instruments ? <InstrumentPicker /> : null}
    </>
  );
}
