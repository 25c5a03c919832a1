// The screen over a session in memory, for working on the look without an engine or a server:
// `npm run dev`, then /ui/dev/?scene=tune|empty|big|loading|failed|recording|
// stream|stream-empty|stream-failed|practice|practice-empty|practice-half-import|practice-band. Not part of the build.
import { createRoot } from 'react-dom/client';
import { App } from '../app';
import { prefs } from '../lib/prefs';
import { followTheme } from '../lib/theme';
import { RollController } from '../roll/controller';
import '../theme/index.css';
import { enter } from '../lib/rooms';
import { streamScreen } from '../lib/stream';
import { practiceScreen } from '../lib/practice';
import { memoryPractice } from './memory_practice';
import { memorySession } from './memory_session';
import { memoryStream } from './memory_stream';

const query = new URLSearchParams(location.search);
const theme = query.get('theme');
if (theme) prefs.setState({ theme: theme as 'dark' });
followTheme();
const session = memorySession(query.get('scene') ?? 'tune');
const scene = query.get('scene') ?? '';
if (scene.startsWith('stream')) {
  streamScreen.setState({ stream: memoryStream(scene), dashboard: query.has('dashboard') });
  enter('stream');
}
if (scene.startsWith('practice')) {
  practiceScreen.setState({
    practice: memoryPractice(scene),
    panel: (query.get('panel') ?? null) as null,
    big: query.has('big'),
  });
  enter('practice');
}
const roll = new RollController(session);
Object.assign(window, { session, roll });
createRoot(document.getElementById('root')!).render(<App session={session} roll={roll} />);
