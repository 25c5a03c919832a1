// Pictures of the room with a song in it, at four widths: npm run shots [FOLDER] (default build/shots).
// With --readme the one that the README shows is written to docs/shots too.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch, openPage, until } from './lib/browser.mjs';
import { humSamples, wavBytes } from './lib/hum_wav.mjs';
import { Server } from './lib/server.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = process.argv.slice(2).find((a) => !a.startsWith('--')) ?? join(root, 'build/shots');
const SIZES = [
  [1920, 1080],
  [1366, 768],
  [768, 1024],
  [375, 812],
];
const scratch = mkdtempSync(join(tmpdir(), 'tutti-shots-'));
mkdirSync(folder, { recursive: true });
const server = await new Server(join(scratch, 'data')).start();
const hum = wavBytes(humSamples(48000), 48000).toString('base64');

let project = '';
try {
  for (const [width, height] of SIZES) {
    const browser = await launch({ viewport: { width, height } });
    try {
      const page = await openPage(browser, server.url + project);
      if (!project) {
        await page.screenshot({ path: join(folder, 'empty.png') });
        project = `/?project=${await fillSong(page, hum)}`;
      }
      // Somewhere inside the song, as in the middle of work; drawn to the end.
      await page.evaluate(() => tutti.waveform());
      await until(page, () => tutti.waveform() && tutti.pitchCurve());
      await page.evaluate(() => {
        tutti.playback.seek(15360 * 6);
        const { notes } = tutti.store.getState();
        tutti.select([notes.id(4), notes.id(5)]);
        return document.fonts.ready.then(
          () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
        );
      });
      const path = join(folder, `sketch-${width}.png`);
      await page.screenshot({ path });
      console.log(path);
      if (width === 1366 && process.argv.includes('--readme')) {
        mkdirSync(join(root, 'docs/shots'), { recursive: true });
        copyFileSync(path, join(root, 'docs/shots/sketch.png'));
      }
    } finally {
      await browser.close();
    }
  }
} finally {
  await server.kill();
  rmSync(scratch, { recursive: true, force: true });
}

// A hum with its take, and a bass line beside it; answers the project's id.
async function fillSong(page, base64) {
  await page.evaluate((base64) => {
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    return tutti.openFile(new File([bytes], 'hum.wav'));
  }, base64);
  await until(page, () => tutti.store.getState().notes.length > 0);
  return page.evaluate(async () => {
    const lead = tutti.store.getState().track;
    tutti.edit.setTitle('Evening walk');
    tutti.edit.setTrack(lead, { name: 'Melody', program: 73 });
    const bass = tutti.edit.addTrack('Bass', 32);
    [48, 43, 45, 41, 48, 43].forEach((key, i) =>
      tutti.edit.addNote({ track: bass, start: i * 30720, duration: 26000, key, velocity: 90 }),
    );
    tutti.selectTrack(lead);
    tutti.edit.setLoop({ on: true, start: 0, end: 15360 * 12 });
    await new Promise((resolve) => {
      const look = () =>
        tutti.store.getState().save.kind === 'saved' ? resolve() : requestAnimationFrame(look);
      look();
    });
    return tutti.store.getState().project.id;
  });
}
