// Files in and out: recordings, MIDI, projects, audio made by the server.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { notes, state, until } from '../lib/browser.mjs';
import { humSamples, tuneKeys, wavBytes, writeHum } from '../lib/hum_wav.mjs';
import { program } from '../lib/server.mjs';
import { check, equal, studio } from '../lib/studio.mjs';

// As if it had been dropped on the page.
const drop = (page, name, bytes) =>
  page.evaluate(
    ([name, base64]) => {
      const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
      return tutti.openFile(new File([bytes], name));
    },
    [name, Buffer.from(bytes).toString('base64')],
  );

async function exported(page, format, path) {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.evaluate((format) => tutti.exportAs(format), format),
  ]);
  await download.saveAs(path);
  return { bytes: readFileSync(path), name: download.suggestedFilename() };
}

export const tests = {
  'a dropped recording becomes notes, the same as on the command line': async (context) => {
    const { page } = await studio(context);
    const file = writeHum(join(context.place, 'hum.wav'), 44100);
    const bytes = readFileSync(file);
    const began = Date.now();
    await drop(page, 'hum.wav', bytes);
    await until(
      page,
      () => tutti.store.getState().notes.length > 0 || tutti.store.getState().hum.phase === 'failed',
    );
    const took = (Date.now() - began) / 1000;
    equal(
      (await notes(page)).map((n) => n.key),
      tuneKeys,
      'keys',
    );
    const said = JSON.parse(execFileSync(program, ['transcribe', file, '--json'], { encoding: 'utf8' }));
    const heard = await state(page, (s) => ({ bpm: s.song.tempos[0].bpm, key: s.song.key }));
    equal(heard.key, said.key, 'key');
    check(Math.abs(heard.bpm - said.tempo) < 0.001, `tempo: page ${heard.bpm}, command line ${said.tempo}`);
    // The command line counts from the recording's first sample, the page from tick 0.
    const first = said.quantised[0].start;
    const quarters = (seconds) => Math.round(((seconds * said.tempo) / 60) * 960) / 960;
    equal(
      (await notes(page)).map((n) => [n.key, n.start / 15360, n.duration / 15360]),
      said.quantised.map((n) => [n.pitch, quarters(n.start - first), quarters(n.duration)]),
      'quantised notes',
    );
    return `from dropping ${(bytes.length / 88200).toFixed(1)} s of sound to notes on screen in ${took.toFixed(2)} s`;
  },

  'what is no recording says so, and the page goes on': async (context) => {
    const { page } = await studio(context);
    const cases = {
      'empty.wav': Buffer.alloc(0),
      'noise.mp3': Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) & 255)),
      'silent.wav': wavBytes(new Float64Array(48000), 48000),
      'one.wav': wavBytes(new Float64Array(1), 48000),
      'cut.wav': wavBytes(humSamples(48000), 48000).subarray(0, 45),
    };
    for (const [name, bytes] of Object.entries(cases)) {
      await drop(page, name, bytes);
      await until(page, () => !['decoding', 'transcribing'].includes(tutti.store.getState().hum.phase));
      const hum = await state(page, (s) => s.hum);
      equal(hum.phase, 'failed', name);
      check(
        hum.problem.message.length > 10 && hum.problem.next.length > 10,
        `${name}: ${JSON.stringify(hum.problem)}`,
      );
      equal((await notes(page)).length, 0, `${name} leaves no notes`);
    }
    await drop(page, 'hum.wav', wavBytes(humSamples(48000), 48000));
    await until(page, () => tutti.store.getState().notes.length > 0);
  },

  'cancelling a transcription leaves nothing': async (context) => {
    const { page } = await studio(context);
    const long = new Float64Array(48000 * 60);
    const hum = humSamples(48000);
    for (let at = 0; at + hum.length < long.length; at += hum.length) long.set(hum, at);
    await page.evaluate(
      ([base64]) => {
        const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
        void tutti.openFile(new File([bytes], 'long.wav'));
      },
      [wavBytes(long, 48000).toString('base64')],
    );
    await until(page, () => tutti.store.getState().hum.phase === 'transcribing');
    await page.evaluate(() => tutti.hum.cancel());
    equal((await state(page, (s) => s.hum)).phase, 'idle', 'at rest');
    equal((await notes(page)).length, 0, 'no notes');
    equal(await state(page, (s) => s.undo), null, 'nothing to undo');
  },

  'project files and MIDI go out and come back the same': async (context) => {
    const { page } = await studio(context);
    await drop(page, 'hum.wav', wavBytes(humSamples(48000), 48000));
    await until(page, () => tutti.store.getState().notes.length > 0);
    await page.evaluate(() => {
      tutti.edit.setTitle('There & back');
      tutti.edit.setMetre(3, 4);
      tutti.edit.setTrack(tutti.store.getState().track, { program: 11, pan: -0.25 });
    });
    const plain = async () =>
      (await notes(page)).map(({ key, start, duration, velocity }) => ({ key, start, duration, velocity }));
    const before = await plain();
    const song = await state(page, (s) => s.song);
    const first = await state(page, (s) => s.project.id);
    for (const format of ['tutti', 'maa', 'mid']) {
      const { bytes, name } = await exported(page, format, join(context.place, `out.${format}`));
      equal(name, `There & back.${format}`, 'file name');
      await page.evaluate(() => tutti.newProject(''));
      equal((await notes(page)).length, 0, 'a new project is empty');
      await drop(page, name, bytes);
      await until(page, () => tutti.store.getState().notes.length > 0);
      const now = await state(page, (s) => s.song);
      if (format === 'maa') {
        // .maa keeps beats as decimals.
        equal(
          (await plain()).map((n) => n.key),
          before.map((n) => n.key),
          'keys through .maa',
        );
      } else equal(await plain(), before, `notes through .${format}`);
      check(
        Math.abs(now.tempos[0].bpm - song.tempos[0].bpm) < 0.001,
        `tempo through .${format}: ${now.tempos[0].bpm}`,
      );
      equal([now.metres[0].numerator, now.metres[0].denominator], [3, 4], `metre through .${format}`);
      equal(now.title, 'There & back', `title through .${format}`);
      await page.evaluate((id) => tutti.openProject(id), first);
      await until(page, (id) => tutti.store.getState().project.id === id, first);
      equal(await plain(), before, 'the first project is as it was');
    }
  },

  'the server makes audio of the song, with progress, and can be stopped': async (context) => {
    const { page } = await studio(context);
    await page.evaluate(() => {
      for (let i = 0; i < 8; i++)
        tutti.edit.addNote({ start: i * 15360, duration: 15360, key: 69, velocity: 100 });
      tutti.edit.setTrack(tutti.store.getState().track, { program: 73 });
    });
    for (const format of ['wav16', 'wav24', 'wav32f', 'flac', 'mp3', 'opus']) {
      const ending = format.startsWith('wav') ? 'wav' : format;
      const path = join(context.place, `out-${format}.${ending}`);
      const { bytes } = await exported(page, format, path);
      const magic = bytes.toString('latin1', 0, 4);
      const known = {
        wav: magic === 'RIFF',
        flac: magic === 'fLaC',
        opus: magic === 'OggS',
        mp3: magic.startsWith('ID3') || bytes[0] === 0xff,
      };
      check(known[ending], `${format} begins with ${JSON.stringify(magic)}`);
      const info = JSON.parse(execFileSync(program, ['info', path, '--json'], { encoding: 'utf8' }));
      const seconds = info.seconds ?? info.duration;
      check(seconds > 3.9 && seconds < 16, `${format} lasts ${JSON.stringify(info)}`);
    }
    await page.evaluate(() => {
      for (let i = 0; i < 1500; i++)
        tutti.edit.group('many', () =>
          tutti.edit.addNote({ start: i * 15360, duration: 30000, key: 40 + (i % 40) }),
        );
    });
    await page.evaluate(() => void tutti.exportAs('flac'));
    await until(
      page,
      () =>
        tutti.store.getState().exporting.state === 'running' && tutti.store.getState().exporting.progress > 0,
    );
    await page.evaluate(() => tutti.cancelExport());
    await until(page, () => tutti.store.getState().exporting.state === 'cancelled');
  },

  'a MIDI file that is broken says so and leaves the song alone': async (context) => {
    const { page } = await studio(context);
    await page.evaluate(() => tutti.edit.addNote({ start: 0, duration: 100, key: 60 }));
    const id = await state(page, (s) => s.project.id);
    await drop(page, 'broken.mid', Buffer.from('MThd\0\0\0\x06'));
    await drop(page, 'broken.tutti', Buffer.from('{"tutti":'));
    equal((await state(page, (s) => s.notices.filter((n) => n.kind === 'error'))).length, 2, 'both are told');
    equal(await state(page, (s) => s.project.id), id, 'the same project');
    equal((await notes(page)).length, 1, 'the same notes');
  },
};
