// The main road: hum, see notes, change them, hear them, take them away, find them again.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { soundingHz, notes, openPage, ready, saved, state, until } from '../lib/browser.mjs';
import { TUNE, tuneKeys, tuneSeconds, writeHum } from '../lib/hum_wav.mjs';
import { midiNotes } from '../lib/midi.mjs';
import { check, equal, studio } from '../lib/studio.mjs';

async function hummed(context) {
  const microphone = writeHum(join(context.place, 'hum.wav'));
  const all = await studio(context, { microphone });
  const { page } = all;
  await page.getByTestId('action-record').first().click();
  await until(page, () => tutti.store.getState().hum.phase === 'recording');
  await until(page, (seconds) => (tutti.hum.live()?.seconds ?? 0) > seconds, tuneSeconds + 0.8);
  const live = await page.evaluate(() => {
    const { trace, level, peak } = tutti.hum.live();
    return {
      voiced: Array.from(trace).filter((p) => p > 55 && p < 70).length,
      frames: trace.length,
      level,
      peak,
    };
  });
  check(live.voiced > live.frames / 3, `the live pitch trace follows the hum (${JSON.stringify(live)})`);
  check(live.peak > -30 && live.peak < 0, `the live level is plausible (${live.peak} dBFS)`);
  await page.getByTestId('action-record').first().click();
  await until(page, () => ['idle', 'failed'].includes(tutti.store.getState().hum.phase));
  equal((await state(page, (s) => s.hum)).phase, 'idle', 'transcription ended well');
  return all;
}

export const tests = {
  'a hum into the microphone becomes its notes': async (context) => {
    const { page } = await hummed(context);
    equal(
      (await notes(page)).map((n) => n.key),
      tuneKeys,
      'keys of the hummed tune',
    );
    const song = await state(page, (s) => s.song);
    const bpm = song.tempos[0].bpm;
    check(
      [100, 50, 200].some((t) => Math.abs(bpm - t) < 3),
      `tempo found: ${bpm}`,
    );
    check(song.key !== '', 'a key was found');
    check(
      song.takes.length === 1 && /^[0-9a-f]{64}$/.test(song.takes[0].blob),
      'the recording is kept by its hash',
    );
    const curve = await page.evaluate(() => tutti.pitchCurve().pitch.filter((p) => p > 58 && p < 68).length);
    check(curve > 500, 'the pitch curve stands behind the notes');
    return `${bpm.toFixed(1)} quarter notes a minute, ${song.key}`;
  },

  'edits by hand and by key, undone and done again': async (context) => {
    const { page } = await hummed(context);
    const before = await notes(page);
    await page.getByTestId('roll').focus();
    await page.keyboard.press('Control+a');
    await page.evaluate(() => tutti.edit.transpose(tutti.store.getState().selection, 2));
    equal(
      (await notes(page)).map((n) => n.key),
      tuneKeys.map((k) => k + 2),
      'transposed',
    );
    await page.keyboard.press('Delete');
    equal((await notes(page)).length, 0, 'all notes deleted');
    await page.keyboard.press('Control+z');
    equal(
      (await notes(page)).map((n) => n.key),
      tuneKeys.map((k) => k + 2),
      'deletion undone',
    );
    await page.keyboard.press('Control+z');
    equal(await notes(page), before, 'transposition undone');
    await page.keyboard.press('Control+Shift+z');
    await page.keyboard.press('Control+Shift+z');
    equal((await notes(page)).length, 0, 'both done again');
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+z');
    const made = await page.evaluate(() => tutti.edit.addNote({ start: 15360, duration: 7680, key: 72 }));
    await page.evaluate((id) => (tutti.select([id]), tutti.copy()), made);
    await page.evaluate(() => tutti.paste(61440));
    const pasted = (await notes(page)).find((n) => n.start === 61440 && n.key === 72);
    check(pasted?.duration === 7680, 'copied and pasted');
    equal((await state(page, (s) => [...s.selection])).join(), pasted.id, 'what was pasted is selected');
  },

  'playing sounds at the right pitch': async (context) => {
    const { page } = await studio(context);
    await page.evaluate(() => {
      tutti.edit.addNote({ start: 0, duration: 15360 * 6, key: 69, velocity: 110 });
      tutti.edit.addNote({ start: 15360 * 7, duration: 15360 * 9, key: 69, velocity: 110 });
      tutti.edit.setTrack(tutti.store.getState().track, { program: 73 }); // a flute, whose vibrato sways by some 20 cents
    });
    await page.keyboard.press('Space');
    await until(page, () => tutti.store.getState().transport.playing);
    await until(page, () => tutti.playback.position() > 15360 * 3);
    const a = await soundingHz(page);
    check(Math.abs(1200 * Math.log2(a.hz / 440)) < 40, `A4 sounds at ${a.hz.toFixed(1)} Hz`);
    const meters = await page.evaluate(() => tutti.playback.meters());
    check(meters.peak[0] > -60 && meters.peak[0] <= 0, `the meter moves: ${meters.peak}`);
    check(meters.lufs > -60, `loudness is measured: ${meters.lufs}`);
    await page.evaluate(() => tutti.edit.transpose([tutti.store.getState().notes.id(1)], 12));
    await until(page, () => tutti.playback.position() > 15360 * 9);
    const octave = await soundingHz(page);
    check(
      Math.abs(1200 * Math.log2(octave.hz / 880)) < 40,
      `an octave up while playing: ${octave.hz.toFixed(1)} Hz`,
    );
    await page.keyboard.press('Space');
    await until(page, () => !tutti.store.getState().transport.playing);
    await until(page, () => tutti.playback.meters().peak[0] < -70);
    const engine = await state(page, (s) => s.engine);
    check(engine.sharedMemory, 'the page is isolated, memory can be shared');
    return `${a.hz.toFixed(2)} Hz, then ${octave.hz.toFixed(2)} Hz; engine load ${Math.round(engine.load * 100)} %, ${engine.dropouts} dropouts`;
  },

  'MIDI taken away holds the same notes': async (context) => {
    const { page } = await hummed(context);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.evaluate(() => tutti.exportAs('mid')),
    ]);
    const path = join(context.place, 'out.mid');
    await download.saveAs(path);
    const file = midiNotes(readFileSync(path));
    const mine = (await notes(page)).map((n) => ({
      start: n.start / 15360,
      duration: n.duration / 15360,
      key: n.key,
      velocity: n.velocity,
    }));
    equal(file.notes, mine, 'notes in the MIDI file');
    const bpm = await state(page, (s) => s.song.tempos[0].bpm);
    check(Math.abs(file.bpm - bpm) < 0.01, `tempo in the MIDI file: ${file.bpm}`);
  },

  'after a reload everything is still there': async (context) => {
    const { page, server, browser } = await hummed(context);
    await page.evaluate(() => {
      tutti.edit.setTitle('Kept');
      tutti.edit.setLoop({ on: true, start: 15360, end: 61440 });
      tutti.edit.setTrack(tutti.store.getState().track, { program: 40, gainDb: -3.5 });
    });
    await saved(page);
    const picture = () => state(page, (s) => ({ ...s.song, masterDb: s.masterDb }));
    const [song, before] = [await picture(), await notes(page)];
    await page.reload();
    await ready(page);
    equal(await notes(page), before, 'notes after the reload');
    equal(await picture(), song, 'song after the reload');
    await until(page, () => tutti.pitchCurve()?.pitch.length > 500);

    // Another browser, which has nothing of its own, gets it all from the server.
    const id = await state(page, (s) => s.project.id);
    const { launch } = await import('../lib/browser.mjs');
    const other = await launch();
    context.after(() => other.close());
    const theirs = await openPage(other, `${server.url}/?project=${id}`);
    context.pages.push(theirs);
    equal(await notes(theirs), before, 'notes in another browser');
    await theirs.evaluate(() => tutti.waveform());
    await until(theirs, () => tutti.waveform()?.max.some((v) => v > 0.05));
    void browser;
  },

  "a count-in, then the song's own tempo holds": async (context) => {
    const lead = 4; // longer than the count-in
    const microphone = writeHum(join(context.place, 'hum.wav'), 48000, lead);
    const { page } = await studio(context, { microphone });
    await page.evaluate(() => {
      tutti.edit.setTempo(100);
      tutti.playback.setCountIn(1);
      globalThis.phases = [];
      tutti.store.subscribe(({ hum }) => phases.at(-1) !== hum.phase && phases.push(hum.phase));
      return tutti.hum.record();
    });
    await until(page, () => tutti.store.getState().hum.phase === 'count-in');
    await until(page, () => tutti.playback.meters().peak[0] > -40); // the clicks are heard
    await until(page, () => tutti.store.getState().hum.phase === 'recording');
    await until(page, (seconds) => tutti.hum.live().seconds > seconds, lead + tuneSeconds + 0.8);
    await page.evaluate(() => tutti.hum.stop());
    equal((await state(page, (s) => s.hum)).phase, 'idle', 'transcribed');
    const phases = await page.evaluate(() => phases);
    equal(phases.slice(0, 3), ['asking', 'count-in', 'recording'], 'phases');
    const made = await notes(page);
    equal(
      made.map((n) => n.key),
      tuneKeys,
      'keys',
    );
    equal(
      (await state(page, (s) => s.song.tempos)).map((t) => Math.round(t.bpm * 1000)),
      [100000],
      'the tempo stays',
    );
    // Each note a sixteenth at most from where it was sung, seen from the first.
    let at = 0;
    TUNE.forEach(([, beats], i) => {
      const off = made[i].start - made[0].start - at * 15360;
      check(Math.abs(off) <= 3840, `note ${i} stands ${off} ticks off its beat`);
      at += beats;
    });
    check(
      made.every((n) => n.start % 3840 === 0),
      'on the grid',
    );
    const { transport } = await page.evaluate(() => tutti.store.getState());
    check(!transport.recording && !transport.playing, 'at rest again');
  },

  'the recording can be heard against its notes': async (context) => {
    const { page } = await hummed(context);
    const listen = async (source) => {
      await page.evaluate(async (source) => {
        tutti.playback.setSource(source);
        tutti.playback.seek(15360 * 4); // the G, sung for two beats
        await tutti.playback.play();
      }, source);
      await until(page, () => tutti.playback.position() > 15360 * 5.2);
      const heard = await soundingHz(page);
      await page.evaluate(() => tutti.playback.stop());
      await until(page, () => tutti.playback.meters().peak[0] < -70);
      return heard;
    };
    for (const source of ['take', 'both']) {
      const { hz, db } = await listen(source);
      const cents = 1200 * Math.log2(hz / 392);
      check(
        db > -60 && Math.abs(((cents + 600) % 1200) - 600) < 60,
        `${source}: G4 at ${hz.toFixed(1)} Hz, ${db.toFixed(1)} dB`,
      );
    }
  },
};
