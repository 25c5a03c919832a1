// The Studio room: a desk that is heard at once, effects, automation, streamed recordings, mixing down.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { soundingHz, saved, state, until } from '../lib/browser.mjs';
import { wavBytes } from '../lib/hum_wav.mjs';
import { check, equal, studio } from '../lib/studio.mjs';

// Two tracks of notes, and the desk in sight.
async function desk(context, options) {
  const all = await studio(context, options);
  const { page } = all;
  await page.evaluate(() => {
    const lead = tutti.edit.addTrack('Lead', 73);
    const bass = tutti.edit.addTrack('Bass', 32);
    for (let i = 0; i < 32; i++) {
      const key = [69, 71, 72, 76, 74, 72, 71, 67][i % 8];
      tutti.edit.addNote({ track: lead, start: i * 15360, duration: 14000, key, velocity: 100 });
    }
    for (let i = 0; i < 8; i++)
      tutti.edit.addNote({
        track: bass,
        start: i * 61440,
        duration: 60000,
        key: 45 - (i % 3),
        velocity: 100,
      });
    tutti.selectTrack(lead);
  });
  await page.keyboard.press('Alt+2');
  await page.getByTestId('room-studio').waitFor();
  await until(page, () => tutti.store.getState().effects.length > 30);
  return all;
}

const strip = (page, name) =>
  page.locator('[data-testid="strip"]', { has: page.getByText(name, { exact: true }) });
const tracks = (page) => state(page, (s) => s.song.tracks);
const peak = (page, name) =>
  page.evaluate((name) => {
    const { song } = tutti.store.getState();
    const { peakLeft } = tutti.mix.meters(song.tracks.find((t) => t.name === name).id);
    return peakLeft;
  }, name);

export const tests = {
  'effects are found, added, set by hand, ordered and taken back': async (context) => {
    const { page } = await desk(context);
    const lead = strip(page, 'Lead');
    await lead.getByTestId('insert-add').click();
    await page.getByTestId('effect-search').fill('comp');
    await page.keyboard.press('Enter');
    await page.getByTestId('effect-panel').waitFor();
    const device = async () => (await tracks(page))[0].devices[0];
    equal((await device()).effect, 'compressor', 'the effect that was found');
    const knob = page.getByTestId('param-ratio');
    const label = await knob.getAttribute('aria-valuetext');
    await knob.focus();
    await page.keyboard.press('ArrowUp');
    check((await knob.getAttribute('aria-valuetext')) !== label, 'the knob turns by key');
    await page.keyboard.press('8');
    await page.keyboard.press('Enter');
    equal((await device()).values.ratio, 8, 'a typed value');
    await knob.dblclick();
    const reset = (await device()).values.ratio;
    check(reset === undefined || reset === 4 || reset < 8, `double-click is the default: ${reset}`);
    // A drag is one step of undo.
    const box = await page.getByTestId('param-threshold').boundingBox();
    const before = (await device()).values.threshold;
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    for (let i = 1; i <= 10; i++)
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2 + 4 * i);
    await page.mouse.up();
    const dragged = (await device()).values.threshold;
    check(dragged !== undefined && dragged !== before, `dragged to ${dragged}`);
    await page.evaluate(() => tutti.undo());
    equal((await device()).values.threshold, before, 'undone in one step');
    await page.evaluate(() => tutti.redo());
    equal((await device()).values.threshold, dragged, 'and done again');

    await page.evaluate(() => {
      const [lead] = tutti.store.getState().song.tracks;
      tutti.mix.addDevice(lead.id, 'parametric-eq');
    });
    await lead.getByTestId('insert-open').first().focus();
    await page.keyboard.press('Alt+ArrowDown');
    equal(
      (await tracks(page))[0].devices.map((d) => d.effect),
      ['parametric-eq', 'compressor'],
      'moved by key',
    );
    await lead.getByTestId('insert-bypass').first().click();
    equal((await tracks(page))[0].devices[0].bypass, true, 'bypassed');
    await lead.getByTestId('insert-open').nth(1).focus();
    await page.keyboard.press('Delete');
    equal((await tracks(page))[0].devices.length, 1, 'removed by key');
  },

  'an equaliser is set on its curve': async (context) => {
    const { page } = await desk(context);
    await page.evaluate(() => {
      const [lead] = tutti.store.getState().song.tracks;
      globalThis.eq = tutti.mix.addDevice(lead.id, 'parametric-eq');
    });
    await strip(page, 'Lead').getByTestId('insert-open').click();
    const plot = page.getByTestId('plot');
    await plot.waitFor();
    const box = await plot.boundingBox();
    const values = () =>
      page.evaluate(() => tutti.store.getState().song.tracks[0].devices.find((d) => d.id === eq).values);
    await plot.dblclick({ position: { x: box.width * 0.8, y: box.height * 0.25 } });
    const made = await values();
    const on = Object.entries(made).filter(([id, v]) => /_on$/.test(id) && v === 1);
    check(on.length > 0, `a double-click adds a band: ${JSON.stringify(made)}`);
    const gain = Object.entries(made).find(([id, v]) => /_gain$/.test(id) && v > 3);
    check(gain, 'where it was clicked');
  },

  'what is turned is heard at once, meters and reductions move': async (context) => {
    const { page } = await desk(context);
    await page.keyboard.press('Space');
    await until(page, () => tutti.playback.position() > 15360);
    await until(page, () => tutti.mix.meters('master').peakLeft > 0.01);
    await until(page, () => tutti.mix.meters(tutti.store.getState().song.tracks[0].id).peakLeft > 0.01);
    // Mute one, solo the other, by the strip's own buttons.
    await strip(page, 'Lead').getByTestId('mute').click();
    await until(page, () => tutti.mix.meters(tutti.store.getState().song.tracks[0].id).peakLeft < 1e-4);
    check((await peak(page, 'Bass')) > 0, 'the bass goes on');
    await strip(page, 'Lead').getByTestId('mute').click();
    await strip(page, 'Lead').getByTestId('solo').click();
    await until(page, () => tutti.mix.meters(tutti.store.getState().song.tracks[1].id).peakLeft < 1e-4);
    await strip(page, 'Lead').getByTestId('solo').click();
    // A fader in a gesture acts before the gesture ends.
    const heard = await page.evaluate(async () => {
      const [lead] = tutti.store.getState().song.tracks;
      const loudest = async (ms) => {
        let most = 0;
        const end = performance.now() + ms;
        while (performance.now() < end) {
          most = Math.max(most, tutti.mix.meters(lead.id).peakLeft);
          await new Promise(requestAnimationFrame);
        }
        return most;
      };
      const loud = await loudest(700);
      tutti.edit.beginGesture('Level');
      tutti.mix.setStrip(lead.id, { gainDb: -40 });
      await loudest(200);
      const soft = await loudest(700);
      tutti.edit.endGesture();
      tutti.mix.setStrip(lead.id, { gainDb: 0 });
      return { loud, soft };
    });
    const drop = 20 * Math.log10(heard.soft / heard.loud);
    check(drop < -25, `the fader acts in its gesture: ${drop.toFixed(1)} dB`);
    // A limiter pressed hard tells what it takes off.
    await page.evaluate(() => {
      globalThis.squeeze = tutti.mix.addDevice('master', 'compressor');
      tutti.mix.setParameter(squeeze, 'threshold', -50);
      tutti.mix.setParameter(squeeze, 'ratio', 10);
      const info = tutti.store.getState().effects.find((e) => e.id === 'compressor');
      globalThis.place = info.readings.findIndex((r) => /reduction/.test(r.id));
    });
    await until(page, () => Math.abs(tutti.mix.reading(squeeze, place)) > 3);
    const reduction = await page.evaluate(() => tutti.mix.reading(squeeze, place));
    return `a fader from 0 to −40 dB: ${drop.toFixed(1)} dB; reduction ${Math.abs(reduction).toFixed(1)} dB`;
  },

  'automation is drawn, heard and recorded by touch': async (context) => {
    const { page } = await desk(context);
    const canvas = page.getByTestId('timeline-canvas');
    await strip(page, 'Lead').getByTestId('strip-name').click();
    await page.getByTestId('lane-target').waitFor();
    const box = await canvas.boundingBox();
    const lane = 26 + 40 + 54; // the middle of the first row's lane
    await canvas.click({ position: { x: box.width * 0.2, y: lane } });
    await canvas.click({ position: { x: box.width * 0.6, y: lane + 30 } });
    const points = async () => (await tracks(page))[0].lanes.flatMap((l) => l.points);
    equal((await points()).length, 2, 'two points by two clicks');
    // Dragging one is one step.
    await page.mouse.move(box.x + box.width * 0.6, box.y + lane + 30);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.7, box.y + lane - 20, { steps: 6 });
    await page.mouse.up();
    const [, moved] = await points();
    await page.evaluate(() => tutti.undo());
    const [, back] = await points();
    check(moved.at > back.at && moved.value > back.value, 'dragged, and undone in one step');
    await canvas.focus();
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Delete');
    equal((await points()).length, 0, 'deleted by key');

    // Silence from the second bar on, as the curve says.
    await page.evaluate(() => {
      const [lead] = tutti.store.getState().song.tracks;
      const lane = tutti.mix.addLane(lead.id, 'gain_db');
      tutti.mix.addPoint(lane, { at: 0, value: 0, shape: 'hold', bend: 0 });
      tutti.mix.addPoint(lane, { at: 61440, value: -60, shape: 'hold', bend: 0 });
      return tutti.playback.play();
    });
    await until(page, () => tutti.mix.meters(tutti.store.getState().song.tracks[0].id).peakLeft > 0.01);
    await until(page, () => tutti.playback.position() > 15360 * 5);
    const soft = await peak(page, 'Lead');
    check(soft < 0.002, `silent by its curve: ${soft}`);

    // Touch: a gesture while it plays writes the lane, in the same step of undo.
    await page.evaluate(async () => {
      const lead = tutti.store.getState().song.tracks[0];
      tutti.mix.arm(true);
      tutti.edit.beginGesture('Pan');
      for (let i = 0; i < 60; i++) {
        tutti.mix.setStrip(lead.id, { pan: Math.round(100 * Math.sin(i / 15)) / 100 });
        const until = performance.now() + 30;
        while (performance.now() < until) await new Promise(requestAnimationFrame);
      }
      tutti.edit.endGesture();
      tutti.mix.arm(false);
    });
    const written = (await tracks(page))[0].lanes.find((l) => l.target === 'pan');
    check(written && written.points.length >= 4, `recorded: ${written?.points.length} points`);
    check(written.points.length < 45, `and thinned to ${written.points.length}`);
    await page.evaluate(() => tutti.undo());
    const gone = (await tracks(page))[0].lanes.find((l) => l.target === 'pan');
    check(!gone || gone.points.length === 0, 'one undo takes it back');
    return `60 touches became ${written.points.length} points`;
  },

  'a long recording streams in and sounds where it is sought': async (context) => {
    const { page } = await desk(context);
    const rate = 48000;
    const seconds = 90;
    const tone = new Float64Array(seconds * rate);
    for (let i = 0; i < tone.length; i++)
      tone[i] = 0.3 * Math.sin((2 * Math.PI * (i < 45 * rate ? 440 : 660) * i) / rate);
    const base64 = wavBytes(tone, rate).toString('base64');
    await page.evaluate(async (base64) => {
      for (const t of tutti.store.getState().song.tracks) tutti.mix.setStrip(t.id, { mute: true });
      const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
      await tutti.mix.addRecording(new File([bytes], 'tone.wav'));
      await tutti.playback.play();
    }, base64);
    await until(page, () => tutti.playback.position() > 15360 * 3);
    const first = await soundingHz(page);
    check(
      Math.abs(first.hz - 440) < 2 && first.db > -40,
      `first ${first.hz.toFixed(1)} Hz, ${first.db.toFixed(0)} dB`,
    );
    await page.evaluate(() => tutti.playback.seek(tutti.time.ticks(60)));
    await until(page, () => tutti.time.seconds(tutti.playback.position()) > 62);
    const later = await soundingHz(page);
    check(
      Math.abs(later.hz - 660) < 2 && later.db > -40,
      `later ${later.hz.toFixed(1)} Hz, ${later.db.toFixed(0)} dB`,
    );
    return `${first.hz.toFixed(1)} Hz, after a jump ${later.hz.toFixed(1)} Hz`;
  },

  'mixing down: loudness as asked, and a melody loud enough by itself': async (context) => {
    const { page } = await desk(context);
    await page.evaluate(() => {
      const [lead, bass] = tutti.store.getState().song.tracks;
      tutti.edit.setTrack(lead.id, { program: 0 });
      tutti.edit.removeTrack(bass.id);
    });
    await saved(page);
    const mixdown = async (choose) => {
      await page.keyboard.press('Control+e');
      await page.getByTestId('mixdown').waitFor();
      await choose();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByTestId('mixdown-start').click(),
      ]);
      const path = join(context.place, download.suggestedFilename());
      await download.saveAs(path);
      await page.getByTestId('report').waitFor();
      const report = await state(page, (s) => s.report);
      await page.keyboard.press('Escape');
      return { report, bytes: readFileSync(path) };
    };
    const plain = await mixdown(() => page.getByTestId('mixdown-lufs-none').check());
    equal(plain.bytes.toString('latin1', 0, 4), 'RIFF', 'a WAV file');
    check(Math.abs(plain.report.integrated + 23) < 4, `a melody by itself: ${plain.report.integrated} LUFS`);
    const loud = await mixdown(() => page.getByTestId('mixdown-lufs--14').check());
    check(Math.abs(loud.report.integrated + 14) < 0.6, `asked for −14: ${loud.report.integrated} LUFS`);
    check(loud.report.truePeak <= -0.9, `true peak: ${loud.report.truePeak} dBTP`);
    return `${plain.report.integrated.toFixed(1)} LUFS as it is; ${loud.report.integrated.toFixed(1)} LUFS, ${loud.report.truePeak.toFixed(1)} dBTP as asked`;
  },
};
