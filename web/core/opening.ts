// A file that was dropped or chosen, told apart by what is in it: MIDI, a project, or a recording.
import type { Desk } from './desk';
import type { HumFlow } from './hum';
import type { Projects } from './projects';

const starts = (bytes: Uint8Array, at: number, text: string) =>
  [...text].every((c, i) => bytes[at + i] === c.charCodeAt(0));

export type FileKind = 'midi' | 'project' | 'audio';

export function kindOf(head: Uint8Array): FileKind {
  if (starts(head, 0, 'MThd') || (starts(head, 0, 'RIFF') && starts(head, 8, 'RMID'))) return 'midi';
  let at = starts(head, 0, '\u00ef\u00bb\u00bf') ? 3 : 0;
  while (at < head.length && [9, 10, 13, 32].includes(head[at]!)) at++;
  return head[at] === 0x7b ? 'project' : 'audio';
}

export async function openFile(
  file: File,
  desk: Desk,
  projects: Projects,
  hum: HumFlow,
  open: (work: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const kind = kindOf(new Uint8Array(await file.slice(0, 64).arrayBuffer()));
  if (kind === 'audio') return hum.open(file);
  return open(async () => {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const title = file.name.replace(/\.[^.]*$/, '');
    // A file that cannot be read must not leave an empty project behind: try it before.
    const ops = await projects.operationsOf((document) => {
      if (kind === 'midi') {
        for (const remark of document.importMidi(bytes, true)) desk.say(remark);
        if (!document.song().title) document.command({ do: 'set_title', title });
      } else document.openText(new TextDecoder().decode(bytes));
    });
    const { song, notes } = desk.state;
    const untouched = desk.state.ready && notes.length === 0 && song.tracks.length === 0;
    if (!untouched) await projects.create('');
    projects.bring(ops);
  });
}
