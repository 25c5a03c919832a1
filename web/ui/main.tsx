// The page begins: one session, one tree of React.
import { createRoot } from 'react-dom/client';
import { createSession } from '../core';
import { App } from './app';
import { followTheme } from './lib/theme';
import { RollController } from './roll/controller';
import './theme/index.css';

followTheme();
const project = new URLSearchParams(location.search).get('project');
const session = createSession(project === null ? {} : { project });
createRoot(document.getElementById('root')!).render(
  <App session={session} roll={new RollController(session)} />,
);
