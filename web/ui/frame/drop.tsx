// A file dropped anywhere on the page is opened: in the Practice room as songs, several at once.
import { useEffect } from 'react';
import { useStore } from 'zustand';
import { useApp, useScreen } from '../lib/app';
import { practiceScreen } from '../lib/practice';
import { rooms } from '../lib/rooms';
import { screen, toast } from '../lib/screen';

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;

export function Drop() {
  const { session } = useApp();
  const dropping = useScreen((s) => s.dropping);
  useEffect(() => {
    const abort = new AbortController();
    const { signal } = abort;
    let depth = 0; // enter and leave come in pairs for every element crossed
    const show = (shown: boolean): void => {
      if (screen.getState().dropping !== shown) screen.setState({ dropping: shown });
    };
    const on = (
      type: 'dragenter' | 'dragover' | 'dragleave' | 'drop',
      listener: (event: DragEvent) => void,
    ): void => window.addEventListener(type, listener, { signal });
    on('dragenter', (event) => {
      if (!hasFiles(event)) return;
      ++depth;
      show(true);
    });
    on('dragleave', (event) => {
      if (!hasFiles(event)) return;
      depth = Math.max(0, depth - 1);
      if (depth === 0) show(false);
    });
    on('dragover', (event) => {
      if (hasFiles(event)) event.preventDefault();
    });
    on('drop', (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      depth = 0;
      show(false);
      const files = event.dataTransfer!.files;
      const { practice } = practiceScreen.getState();
      if (rooms.getState().room === 'practice' && practice) {
        practice.add([...files]).catch((error: unknown) => {
          toast(error instanceof Error ? error.message : String(error), { tone: 'error' });
        });
        return;
      }
      if (files.length > 1) toast('One file at a time: the first was opened.');
      const file = files[0];
      if (file) {
        session.openFile(file).catch((error: unknown) => {
          toast(error instanceof Error ? error.message : String(error), { tone: 'error' });
        });
      }
    });
    return () => abort.abort();
  }, [session]);
  const practising = useStore(rooms, (r) => r.room === 'practice');
  if (!dropping) return null;
  return (
    <div className="drop" data-testid="drop">
      <div>
        <b>{practising ? 'Drop songs here' : 'Drop it here'}</b>
        <span className="mute">
          {practising
            ? 'MP3, M4A, WAV, FLAC, Ogg, Opus, or a video: its sound is used'
            : 'A recording, a MIDI file, .tutti or .maa'}
        </span>
      </div>
    </div>
  );
}
