// The rooms on the left, or below on narrow screens. It shows the rooms that exist.
import {
  FolderOpen,
  Mic,
  Keyboard,
  Repeat2,
  Settings,
  Radio,
  SlidersHorizontal,
  SlidersVertical,
} from 'lucide-react';
import { useStore } from 'zustand';
import { perform } from '../actions/keymap';
import { actionById } from '../actions/table';
import { useApp, useScreen } from '../lib/app';
import { rooms } from '../lib/rooms';
import { screen } from '../lib/screen';
import { keepFocus } from '../parts/action_button';
import { Tip } from '../parts/tip';

export function Rail() {
  const panel = useScreen((s) => s.panel);
  const room = useStore(rooms, (r) => r.room);
  return (
    <nav className="rail" aria-label="Rooms" data-testid="rail">
      <Mark />
      <Item action="room-sketch" word="Sketch" current={room === 'sketch'}>
        <Mic />
      </Item>
      <Item action="room-studio" word="Studio" current={room === 'studio'}>
        <SlidersVertical />
      </Item>
      <Item action="room-practice" word="Practice" current={room === 'practice'}>
        <Repeat2 />
      </Item>
      <Item action="room-stream" word="Stream" current={room === 'stream'}>
        <Radio />
      </Item>
      {room === 'sketch' ? (
        <button
          type="button"
          className="rail-item only-narrow"
          aria-expanded={panel}
          aria-controls="panel"
          data-testid="panel-toggle"
          onClick={() => screen.setState({ panel: !panel })}
        >
          <SlidersHorizontal />
          Sound
        </button>
      ) : null}
      <span className="grow gap" />
      <Item action="projects" word="Projects">
        <FolderOpen />
      </Item>
      <Item action="shortcuts" word="Keys">
        <Keyboard />
      </Item>
      <Item action="settings" word="Settings">
        <Settings />
      </Item>
    </nav>
  );
}

function Item(props: { action: string; word: string; current?: boolean; children: React.ReactNode }) {
  const app = useApp();
  const action = actionById(props.action);
  return (
    <Tip label={action.title} keys={action.keys[0]}>
      <button
        type="button"
        className="rail-item"
        aria-current={props.current ? 'page' : undefined}
        data-testid={`rail-${props.action}`}
        onMouseDown={keepFocus}
        onClick={() => perform(app, action)}
      >
        {props.children}
        {props.word}
      </button>
    </Tip>
  );
}

function Mark() {
  return (
    <svg className="mark" viewBox="0 0 34 34" role="img" aria-label="Tutti">
      <rect x="1" y="1" width="32" height="32" rx="8" fill="var(--s2)" stroke="var(--line2)" />
      <path
        d="M8 20v-6M13 25V9M18 22V12M23 27V7M28 19v-4"
        stroke="var(--amber)"
        strokeWidth="2.6"
        strokeLinecap="round"
      />
    </svg>
  );
}
