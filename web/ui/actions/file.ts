import type { ExportFormat } from '../../core';
import { chooseFile } from '../lib/choose';
import { open, screen, toast } from '../lib/screen';
import { type Action, needsNotes, needsProject } from './types';

export interface Format {
  readonly format: ExportFormat;
  readonly title: string;
  readonly detail: string;
}

export const FORMATS: readonly Format[] = [
  { format: 'mid', title: 'MIDI', detail: '.mid · notes, tempo, metre' },
  { format: 'wav16', title: 'WAV 16 bit', detail: '.wav · for CD and phones' },
  { format: 'wav24', title: 'WAV 24 bit', detail: '.wav · for mixing' },
  { format: 'wav32f', title: 'WAV 32 bit float', detail: '.wav · nothing rounded' },
  { format: 'flac', title: 'FLAC', detail: '.flac · lossless, about half the size' },
  { format: 'mp3', title: 'MP3', detail: '.mp3 · plays everywhere' },
  { format: 'opus', title: 'Opus', detail: '.opus · smallest' },
  { format: 'tutti', title: 'Tutti project', detail: '.tutti · everything but the recordings' },
  { format: 'maa', title: 'MAA project', detail: '.maa' },
];

const exports: Action[] = FORMATS.map(({ format, title, detail }) => ({
  id: `export-${format}`,
  title: `Export ${title}`,
  group: 'File',
  keys: format === 'mid' ? ['Ctrl+Shift+S'] : format === 'tutti' ? ['Ctrl+S'] : [],
  scope: 'page',
  also: `save download ${detail}`,
  why: format === 'tutti' || format === 'maa' ? needsProject : needsNotes,
  run: ({ session }) => session.exportAs(format),
}));

export const AUDIO_FILES = '.wav,.flac,.mp3,.ogg,.oga,.opus,.m4a,.mp4,.aac,.webm,.aif,.aiff,.aifc,audio/*';
export const SONG_FILES = '.mid,.midi,.tutti,.maa,audio/midi';

export const fileActions: readonly Action[] = [
  {
    id: 'open-file',
    title: 'Open a recording or a song file',
    group: 'File',
    keys: ['Ctrl+O'],
    scope: 'page',
    also: 'import load upload midi tutti maa wav flac mp3 choose',
    why: needsProject,
    run: async ({ session }) => {
      const file = await chooseFile(`${AUDIO_FILES},${SONG_FILES}`);
      if (file) await session.openFile(file);
    },
  },
  {
    id: 'projects',
    title: 'Projects',
    group: 'File',
    keys: ['Shift+O'],
    scope: 'page',
    also: 'open list library songs',
    run: ({ session }) => {
      open('projects');
      return session.listProjects();
    },
  },
  {
    id: 'new-project',
    title: 'New project',
    group: 'File',
    keys: ['Shift+N'],
    scope: 'page',
    also: 'create blank song',
    run: async ({ session }) => {
      await session.newProject();
      open(null);
      toast('A new project is open.');
    },
  },
  {
    id: 'export-menu',
    title: 'Export …',
    group: 'File',
    keys: ['E'],
    scope: 'page',
    hidden: true,
    why: needsProject,
    run: () => screen.setState({ exportMenu: true }),
  },
  ...exports,
];
