// Pictures of the room with a song in it, at four widths: npm run shots [FOLDER] (default build/shots).
// With --readme the one that the README shows is written to docs/shots too.
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch, openPage, until } from './lib/browser.mjs';
import { humSamples, wavBytes } from './lib/hum_wav.mjs';
import { Server } from './lib/server.mjs';
import { writeSong } from './lib/song.mjs';

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
      const desk = join(folder, `studio-${width}.png`);
      await studio(page, desk);
      const learning = join(folder, `practice-${width}.png`);
      await practiceRoom(page, learning);
      const endless = join(folder, `stream-${width}.png`);
      await streamRoom(page, endless);
      if (width === 1366 && process.argv.includes('--readme')) {
        mkdirSync(join(root, 'docs/shots'), { recursive: true });
        copyFileSync(path, join(root, 'docs/shots/sketch.png'));
        copyFileSync(desk, join(root, 'docs/shots/studio.png'));
        copyFileSync(learning, join(root, 'docs/shots/practice.png'));
        copyFileSync(endless, join(root, 'docs/shots/stream.png'));
      }
    } finally {
      await browser.close();
    }
  }
} finally {
  await server.kill();
  rmSync(scratch, { recursive: true, force: true });
}

// The desk while it plays, an equaliser open; narrow screens show the mixer, then the timeline.
async function studio(page, path) {
  await page.evaluate(() => {
    location.hash = '#studio';
  });
  await page.getByTestId('room-studio').waitFor();
  await until(page, () => tutti.store.getState().effects.length > 30);
  await page.evaluate(async () => {
    const { song } = tutti.store.getState();
    const named = (name) => tutti.store.getState().song.tracks.find((t) => t.name === name);
    if (!named('Band')) fillDesk(song);
    tutti.playback.seek(0);
    await tutti.playback.play();

    function fillDesk() {
      const { mix, edit } = tutti;
      const melody = named('Melody');
      const bass = named('Bass');
      const pad = edit.addTrack('Pad', 89);
      const keys = edit.addTrack('Keys', 4);
      for (let bar = 0; bar < 6; bar++) {
        for (const key of [60, 64, 67].map((k) => k - [0, 5, 3][bar % 3])) {
          edit.addNote({ track: pad, start: bar * 30720, duration: 30000, key, velocity: 80 });
          for (let i = 0; i < 4; i++)
            edit.addNote({
              track: keys,
              start: bar * 30720 + i * 7680,
              duration: 5000,
              key: key + 12,
              velocity: 60 + 8 * i,
            });
        }
      }
      const band = mix.addTrack('bus', 'Band');
      const hall = mix.addTrack('bus', 'Hall');
      for (const id of [bass.id, pad, keys]) mix.setStrip(id, { output: band });
      mix.setStrip(pad, { pan: -0.3, gainDb: -4.5 });
      mix.setStrip(keys, { pan: 0.35, gainDb: -6.2 });
      mix.setStrip(bass.id, { gainDb: -2.4 });
      mix.setSend(mix.addSend(melody.id, hall), { gainDb: -8 });
      mix.addSend(keys, hall);
      const add = (strip, effect, values = {}) => {
        const id = mix.addDevice(strip, effect);
        for (const [name, value] of Object.entries(values)) mix.setParameter(id, name, value);
        return id;
      };
      add(melody.id, 'highpass');
      add(melody.id, 'parametric-eq', {
        band1_on: 1,
        band1_freq: 140,
        band1_gain: -5,
        band1_q: 0.9,
        band2_on: 1,
        band2_freq: 520,
        band2_gain: -4,
        band2_q: 1.4,
        band3_on: 1,
        band3_freq: 3200,
        band3_gain: 6,
        band3_q: 1.1,
        band4_on: 1,
        band4_freq: 9500,
        band4_gain: 3.5,
        band4_q: 0.8,
      });
      add(melody.id, 'compressor', { threshold: -30, ratio: 4 });
      add(bass.id, 'compressor', { threshold: -28 });
      add(bass.id, 'saturation');
      add(pad, 'chorus');
      add(keys, 'ping-pong-delay');
      add(band, 'compressor', { threshold: -26, ratio: 2 });
      add(hall, 'reverb-hall', { mix: 1 });
      add('master', 'limiter');
      const lane = mix.addLane(melody.id, 'gain_db');
      [
        [0, -12, 'smooth', 0],
        [46080, 0, 'linear', 0],
        [92160, -3, 'curved', 0.6],
        [138240, -20, 'hold', 0],
      ].forEach(([at, value, shape, bend]) => mix.addPoint(lane, { at, value, shape, bend }));
    }
  });
  const melody = page.locator('[data-testid="strip"]', { has: page.getByText('Melody', { exact: true }) });
  const narrow = page.viewportSize().width < 900;
  await melody.getByTestId('strip-name').click();
  if (!narrow) await melody.getByTestId('insert-open').nth(1).click();
  await until(page, () => tutti.playback.position() > 15360 * 5);
  await page.screenshot({ path });
  console.log(path);
  if (narrow) {
    await page.getByTestId('side-timeline').click();
    await page.screenshot({ path: path.replace('studio', 'timeline') });
    await page.getByTestId('side-mixer').click();
    await melody.getByTestId('insert-open').nth(1).click();
    await page.screenshot({ path: path.replace('studio', 'effect') });
  }
  await page.evaluate(() => tutti.playback.stop());
}

// Endless music in full flow, with a change of key to come.
async function streamRoom(page, path) {
  await page.evaluate(() => {
    location.hash = '#stream';
  });
  await page.getByTestId('room-stream').waitFor();
  await until(page, () => globalThis.tuttiStream?.store.getState().table.length > 20);
  await page.evaluate(async () => {
    const { table } = tuttiStream.store.getState();
    const pulse = table.find((row) => row.id === 'style').choices.indexOf('pulse');
    await tuttiStream.play('ambient');
    tuttiStream.control({ style: pulse, intensity: 0.75, density: 0.7, bpm: 132 });
  });
  await until(page, () => {
    const { bars } = tuttiStream.store.getState();
    return bars.length > 8 && bars.at(-1).bpm > 125 && tuttiStream.heardFrame() > bars.at(-1).frame;
  });
  await page.evaluate(() => tuttiStream.control({ key: 2 }));
  await until(page, () => /changes/.test(document.querySelector('[data-testid="stream-wait"]').textContent));
  await page.screenshot({ path });
  console.log(path);
  if (page.viewportSize().width < 900) {
    await page.getByTestId('stream-desk').scrollIntoViewIfNeeded();
    await page.screenshot({ path: path.replace('stream', 'stream-desk') });
  }
  await page.evaluate(() => {
    tuttiStream.control({ key: 9 });
    tuttiStream.pause();
  });
}

// A song of our own in its stems, playing in a loop over a hard passage.
async function practiceRoom(page, path) {
  await page.evaluate(() => {
    location.hash = '#practice';
  });
  await page.getByTestId('room-practice').waitFor();
  await until(page, () => ['empty', 'ready'].includes(globalThis.tuttiPractice?.store.getState().phase));
  const song = join(scratch, 'Night train.wav');
  if (!existsSync(song)) writeSong(song, 48, 1);
  if (!(await page.evaluate(() => tuttiPractice.store.getState().song))) {
    await page.getByTestId('practice-files').setInputFiles(song);
  }
  await until(page, () => {
    const { progress, analysis, song: open } = tuttiPractice.store.getState();
    return open && progress >= 1 && analysis;
  });
  await page.evaluate(() => tuttiPractice.setInstrument('bass'));
  await until(page, () => tuttiPractice.store.getState().hard.length > 0);
  await page.evaluate(async () => {
    await tuttiPractice.loopHard(0);
    tuttiPractice.setSpeed(0.85);
    tuttiPractice.setLadder({ on: true });
    for (const [i, db] of [-2, 0, -6, -4].entries())
      tuttiPractice.setStem(['drums', 'bass', 'other', 'vocals'][i], { gainDb: db });
    await tuttiPractice.play();
  });
  await until(page, () => tuttiPractice.store.getState().playing);
  await page.waitForTimeout(1500);
  await page.screenshot({ path });
  console.log(path);
  await page.evaluate(() => tuttiPractice.stop());
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
