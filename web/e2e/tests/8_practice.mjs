// The Practice room as a person meets it: a song in, stems by key, loops, hard passages, a band.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openPage, until } from '../lib/browser.mjs';
import { HARD_BARS, writeSong } from '../lib/song.mjs';
import { check, equal, studio } from '../lib/studio.mjs';

const practice = (page, pick) => page.evaluate(`(${pick})(tuttiPractice.store.getState())`);

async function room(context, options) {
  const all = await studio(context, options);
  const { page } = all;
  await page.keyboard.press('Alt+3');
  await page.getByTestId('room-practice').waitFor();
  await until(page, () => ['empty', 'ready'].includes(globalThis.tuttiPractice?.store.getState().phase));
  return all;
}

async function withSong(context, { bars = 16, seed = 1, done = true } = {}) {
  const all = await room(context);
  const song = writeSong(join(context.place, `song ${seed}.wav`), bars, seed);
  await all.page.getByTestId('practice-files').setInputFiles(song.path);
  await until(all.page, () => tuttiPractice.store.getState().ready > 2);
  if (done) await until(all.page, () => tuttiPractice.store.getState().progress >= 1);
  return { ...all, song };
}

const analysed = (page) => until(page, () => tuttiPractice.store.getState().analysis !== null);

export const tests = {
  'a song dropped in is heard while the rest is being taken apart': async (context) => {
    const { page } = await room(context);
    const { path, seconds } = writeSong(join(context.place, 'long.wav'), 90, 2);
    const began = Date.now();
    await page.getByTestId('practice-files').setInputFiles(path);
    await until(page, () => tuttiPractice.store.getState().ready > 1);
    const first = Date.now() - began;
    await page.keyboard.press('Space');
    await until(page, () => tuttiPractice.store.getState().playing && tuttiPractice.level('drums') > 0.01);
    const sounding = Date.now() - began;
    await until(page, () => tuttiPractice.store.getState().progress >= 1);
    const all = Date.now() - began;
    equal(Math.abs((await practice(page, (s) => s.duration)) - seconds) < 0.01, true, 'its length');
    await until(
      page,
      () => tuttiPractice.store.getState().ready >= tuttiPractice.store.getState().duration - 0.01,
    );
    check(first <= all, 'the first stems were there before the last');
    return `${Math.round(seconds)} s of song, upload included: stems after ${first} ms, sound after ${sounding} ms, all after ${all} ms`;
  },

  'stems are alone and silent by key, and the key is heard at once': async (context) => {
    const { page } = await withSong(context);
    await page.keyboard.press('Space');
    await until(page, () => tuttiPractice.level('drums') > 0.01 && tuttiPractice.level('bass') > 0.01);
    await page.keyboard.press('2');
    equal(await practice(page, (s) => s.stems.map((x) => x.solo)), [false, true, false, false], 'bass alone');
    await until(page, () => tuttiPractice.level('drums') === 0 || tuttiPractice.level('drums') < 1e-4);
    await page.keyboard.press('2');
    // Held: alone only as long as the key is down.
    await page.keyboard.down('1');
    equal(await practice(page, (s) => s.stems[0].solo), true, 'drums alone while held');
    await page.waitForTimeout(400);
    await page.keyboard.up('1');
    equal(await practice(page, (s) => s.stems[0].solo), false, 'and no longer');
    await page.keyboard.press('Shift+4');
    equal(await practice(page, (s) => s.stems[3].mute), true, 'vocals silent');
    await page.keyboard.press('Shift+4');
    // From the key to the sound that leaves the page: everything silent, then one stem.
    for (const n of [1, 2, 3, 4]) await page.keyboard.press(`Shift+${n}`);
    await page.waitForTimeout(300);
    const times = [];
    for (let i = 0; i < 9; i++) {
      // The ear is there before the key goes down; where nothing is heard, it says so after 3 s.
      await page.evaluate(() => {
        globalThis.heardAfter = new Promise((resolve) => {
          const near = new AnalyserNode(tap.context, { fftSize: 256 });
          tap.connect(near);
          const data = new Float32Array(256);
          setTimeout(() => resolve(NaN), 3000);
          const onKey = (event) => {
            if (event.key === 'Shift') return;
            removeEventListener('keydown', onKey, true);
            const at = performance.now();
            const look = () => {
              near.getFloatTimeDomainData(data);
              if (data.some((v) => Math.abs(v) > 1e-4)) return resolve(performance.now() - at);
              if (performance.now() > at + 2000) return resolve(NaN);
              const channel = new MessageChannel();
              channel.port1.onmessage = look;
              channel.port2.postMessage(0);
            };
            look();
          };
          addEventListener('keydown', onKey, true);
        });
      });
      await page.keyboard.press('Shift+3');
      times.push(await page.evaluate(() => globalThis.heardAfter));
      await page.keyboard.press('Shift+3');
      await page.waitForTimeout(150);
    }
    const found = times.filter(Number.isFinite).sort((a, b) => a - b);
    check(found.length >= 7, `the key was heard: ${times}`);
    return `key to sound ${found[found.length >> 1].toFixed(1)} ms in the middle, ${found.at(-1).toFixed(1)} ms at most`;
  },

  'speed and pitch by key; at another speed the song moves by it': async (context) => {
    const { page } = await withSong(context);
    await page.keyboard.press('s');
    equal(await practice(page, (s) => s.speed), 0.7, 'the first speed of the round');
    await page.keyboard.press('.');
    equal(await practice(page, (s) => s.pitch), 1, 'a semitone up');
    await page.keyboard.press('Space');
    await until(page, () => tuttiPractice.position() > 1);
    const moved = await page.evaluate(
      () =>
        new Promise((resolve) => {
          const [p, t] = [tuttiPractice.position(), performance.now()];
          setTimeout(() => resolve((tuttiPractice.position() - p) / ((performance.now() - t) / 1000)), 3000);
        }),
    );
    check(Math.abs(moved - 0.7) < 0.03, `it moves at ${moved} of its speed`);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Space');
    equal(await practice(page, (s) => s.playing), false, 'it rests');
  },

  'a loop by two keys goes round, and the ladder climbs after clean passes': async (context) => {
    const { page } = await withSong(context);
    await page.evaluate(() => tuttiPractice.setLadder({ start: 1, end: 1.5, step: 0.1, passes: 2 }));
    await page.evaluate(() => tuttiPractice.seek(2));
    await page.keyboard.press('[');
    await page.evaluate(() => tuttiPractice.seek(3));
    await page.keyboard.press(']');
    const loop = await practice(page, (s) => s.loops.find((l) => l.id === s.loop));
    check(Math.abs(loop.start - 2) < 0.3 && Math.abs(loop.end - 3) < 0.3, `the loop ${JSON.stringify(loop)}`);
    await page.keyboard.press('q');
    await page.keyboard.press('Space');
    await until(page, () => tuttiPractice.store.getState().pass >= 3);
    const at = await page.evaluate(() => tuttiPractice.position());
    check(at >= loop.start - 0.01 && at <= loop.end + 0.01, `inside the loop: ${at}`);
    const before = await practice(page, (s) => s.speed);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await until(page, (from) => tuttiPractice.store.getState().speed > from + 0.05, before);
    await page.keyboard.press('Space');
    // It is there again after a reload, with what was played of it.
    await page.waitForTimeout(600);
    await page.reload();
    await until(page, () => globalThis.tuttiPractice?.store.getState().songs.length === 1);
    await page.evaluate(() => tuttiPractice.open(tuttiPractice.store.getState().songs[0].id));
    await until(page, () => tuttiPractice.store.getState().loops.length === 1);
    check((await practice(page, (s) => s.loops[0].passes)) >= 2, 'its passes are kept');
  },

  'the song is heard: beats, key, hard passages, which become loops by a key': async (context) => {
    const { page } = await withSong(context, { bars: 24 });
    await analysed(page);
    const heard = await practice(page, (s) => ({
      tempo: s.analysis.tempo,
      beats: s.analysis.beats.length,
      key: s.analysis.key,
    }));
    check(Math.abs(heard.tempo - 120) < 2, `tempo ${heard.tempo}`);
    check(heard.beats > 80, `${heard.beats} beats`);
    await page.getByTestId('mine-bass').click();
    await until(page, () => tuttiPractice.store.getState().hard.length > 0);
    const hard = await practice(page, (s) => s.hard[0]);
    check(hard.reasons.length > 0, 'with a reason');
    await page.keyboard.press('F1');
    await until(page, () => tuttiPractice.store.getState().loop !== '');
    const loop = await practice(page, (s) => s.loops.find((l) => l.id === s.loop));
    check(Math.abs(loop.start - hard.start) < 0.05, 'the loop is the passage');
    return `tempo ${heard.tempo.toFixed(1)}, ${heard.key}; hardest: bars ${hard.firstBar}–${hard.lastBar} (made hard: ${HARD_BARS.join(', ')}): ${hard.reasons.join(', ')}`;
  },

  'the same song again is there at once': async (context) => {
    const { page, song } = await withSong(context);
    await page.evaluate(() => tuttiPractice.close());
    const ms = await page.evaluate(async () => {
      const from = performance.now();
      await tuttiPractice.open(tuttiPractice.store.getState().songs[0].id);
      while (tuttiPractice.store.getState().ready < 2) await new Promise((r) => setTimeout(r, 1));
      return performance.now() - from;
    });
    await page.getByTestId('practice-files').setInputFiles(song.path);
    await until(
      page,
      () => tuttiPractice.store.getState().progress >= 1 && tuttiPractice.store.getState().fromCache,
    );
    equal(await practice(page, (s) => s.songs.length), 1, 'still one song');
    return `opened in ${ms.toFixed(0)} ms`;
  },

  'one bad file does not stop the rest': async (context) => {
    const { page } = await room(context);
    const good = writeSong(join(context.place, 'good.wav'), 8, 3);
    const bad = join(context.place, 'notes.mp3');
    writeFileSync(bad, 'this is no sound, though it is called one');
    await page.getByTestId('practice-files').setInputFiles([bad, good.path]);
    await until(page, () => tuttiPractice.store.getState().imports.some((i) => i.state === 'failed'));
    const failed = await practice(page, (s) => s.imports.find((i) => i.state === 'failed').problem);
    check(failed.message.length > 5 && failed.next.length > 5, `words: ${JSON.stringify(failed)}`);
    await until(
      page,
      () => tuttiPractice.store.getState().progress >= 1 && tuttiPractice.store.getState().song,
    );
    page.faults.length = 0; // the browser notes each refusal that was caused on purpose
    return failed.message;
  },

  'what is practised is counted, with its day': async (context) => {
    const { page } = await withSong(context);
    await page.keyboard.press('Space');
    await until(page, () => tuttiPractice.store.getState().practised > 6);
    await page.keyboard.press('Space');
    await page.evaluate(() => tuttiPractice.close());
    await until(
      page,
      () =>
        tuttiPractice.store.getState().streak?.totalSeconds > 5 &&
        tuttiPractice.store.getState().sessions.length === 1,
    );
    await page.keyboard.press('h');
    await page.getByTestId('practice-history').waitFor();
    await until(page, () => document.querySelectorAll('[data-testid^="achievement-"]').length > 3);
    const json = await page.evaluate(async () =>
      (await fetch(document.querySelector('[data-testid="export-json"]').href)).json(),
    );
    check(JSON.stringify(json).includes('sessions'), 'the export holds sessions');
  },

  'a band plays the same place of the song at the same time': async (context) => {
    const { page, browser, song } = await withSong(context, { bars: 24 });
    const link = await page.evaluate(() => tuttiPractice.hostBand('Mia', true));
    const other = await openPage(browser, link, {});
    context.pages.push(other);
    await other.getByTestId('room-practice').waitFor();
    await until(other, () => globalThis.tuttiPractice);
    await other.evaluate((address) => tuttiPractice.joinBand(address, 'Jon'), link);
    await until(other, () => tuttiPractice.store.getState().band?.phase === 'joined');
    await until(other, (seconds) => tuttiPractice.store.getState().ready >= seconds - 1, song.seconds);
    await until(page, () => tuttiPractice.store.getState().band?.members.filter((m) => m.ready).length === 2);
    await page.evaluate(() => tuttiPractice.play());
    for (const p of [page, other])
      await until(p, () => tuttiPractice.store.getState().playing && tuttiPractice.position() > 1);
    // Each says where it is at what time of the machine's clock, which both pages share.
    const place = (p) =>
      p.evaluate(() => ({ at: tuttiPractice.position(), now: performance.timeOrigin + performance.now() }));
    const skews = [];
    for (let i = 0; i < 12; i++) {
      const [a, b] = await Promise.all([place(page), place(other)]);
      skews.push(Math.abs(a.at - b.at - (a.now - b.now) / 1000) * 1000);
      await page.waitForTimeout(150);
    }
    await other.evaluate(() => tuttiPractice.solo('bass', true));
    equal(await practice(page, (s) => s.stems.some((x) => x.solo)), false, 'solo is one’s own');
    await other.evaluate(() => tuttiPractice.setSpeed(0.8));
    await until(page, () => tuttiPractice.store.getState().speed === 0.8);
    await other.evaluate(() => tuttiPractice.stop());
    await until(page, () => !tuttiPractice.store.getState().playing);
    skews.sort((a, b) => a - b);
    const middle = skews[skews.length >> 1];
    check(middle < 50, `skew ${skews}`);
    return `skew ${middle.toFixed(1)} ms in the middle, ${skews.at(-1).toFixed(1)} ms at most`;
  },

  'the song can be taken apart in the browser alone': async (context) => {
    const { page } = await room(context);
    const { path, seconds } = writeSong(join(context.place, 'here.wav'), 16, 5);
    await page.evaluate(() => tuttiPractice.setModel('here'));
    const began = Date.now();
    await page.getByTestId('practice-files').setInputFiles(path);
    await until(
      page,
      () => tuttiPractice.store.getState().progress >= 1 && tuttiPractice.store.getState().song,
    );
    await page.keyboard.press('Space');
    await until(page, () => tuttiPractice.level('drums') > 0.01);
    return `${Math.round(seconds)} s of song in ${((Date.now() - began) / 1000).toFixed(1)} s`;
  },
};
