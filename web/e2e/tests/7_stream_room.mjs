// The Stream room as a person meets it: listening by key, turning what is heard, own channels, saving.
import { readFileSync } from 'node:fs';
import { until } from '../lib/browser.mjs';
import { check, equal, studio } from '../lib/studio.mjs';

const stream = (page, pick) => page.evaluate(`(${pick})(tuttiStream.store.getState())`);

async function room(context, options) {
  const all = await studio(context, options);
  const { page } = all;
  await page.keyboard.press('Alt+4');
  await page.getByTestId('room-stream').waitFor();
  await until(page, () => tuttiStream.store.getState().table.length > 20);
  return all;
}

async function listening(page) {
  await page.keyboard.press('Space');
  await until(page, () => tuttiStream.store.getState().phase === 'playing' && tuttiStream.level() > 0.001);
  await until(page, () => tuttiStream.store.getState().bars.length > 0);
}

export const tests = {
  'the Stream room plays by Space, shows what sounds, and pauses': async (context) => {
    const { page } = await room(context);
    await page.getByTestId('stream-empty').waitFor();
    await listening(page);
    await until(page, () => /[A-G]/.test(document.querySelector('[data-testid="chord"]').textContent));
    check(
      /bar \d+ of 64/.test(await page.getByTestId('stream-place').textContent()),
      'its place in the form',
    );
    const bars = await stream(page, (s) => s.bars.map((b) => b.notes.length));
    check(
      bars.some((n) => n > 0),
      `bars with notes: ${bars}`,
    );
    // It plays on in another room, and is paused from its own.
    await page.keyboard.press('Alt+1');
    await page.getByTestId('room-sketch').waitFor();
    await until(page, () => tuttiStream.store.getState().phase === 'playing' && tuttiStream.level() > 0.001);
    await page.keyboard.press('Alt+4');
    await page.keyboard.press('Space');
    await until(page, () => tuttiStream.store.getState().phase === 'off');
  },

  'what is asked is heard at the next bar, and said': async (context) => {
    const { page } = await room(context);
    await listening(page);
    await page.getByTestId('tonic-2').click();
    await until(page, () =>
      /changes/.test(document.querySelector('[data-testid="stream-wait"]').textContent),
    );
    equal(await stream(page, (s) => s.settings.key), 2, 'the key that was asked for');
    await page.getByTestId('style-night').click();
    await page.keyboard.press('7'); // drums
    await page.keyboard.press('ArrowUp'); // intensity; the focus stays where it was
    await until(page, () => tuttiStream.store.getState().bars.some((b) => /^D /.test(b.key)));
    const bar = await stream(page, (s) => s.bars.find((b) => /^D /.test(b.key)));
    check(bar.frame > 0, 'a bar in D');
    await until(
      page,
      (frame) => tuttiStream.heardFrame() >= frame && tuttiStream.store.getState().pending.length === 0,
      bar.frame,
    );
    equal(await page.getByTestId('stream-wait').textContent(), '', 'nothing waits any more');
    // Knobs turn by key.
    await page.getByTestId('stream-intensity').focus();
    const before = await stream(page, (s) => s.settings.intensity);
    await page.keyboard.press('ArrowUp');
    await until(page, (b) => tuttiStream.store.getState().settings.intensity > b, before);
  },

  'two variations are gone back and forth between': async (context) => {
    const { page } = await room(context);
    await listening(page);
    const seed = await stream(page, (s) => s.seed);
    await page.keyboard.press('x');
    equal(await page.getByTestId('slot-B').getAttribute('aria-checked'), 'true', 'B is on');
    await page.keyboard.press('n');
    await until(page, (seed) => tuttiStream.store.getState().seed !== seed, seed);
    await page.keyboard.press('x');
    await until(page, (seed) => tuttiStream.store.getState().seed === seed, seed);
  },

  'a channel of one’s own is made, listened to and deleted': async (context) => {
    const { page } = await room(context);
    await page.keyboard.press('c');
    await page.getByTestId('channel-new-name').fill('Rainy evening');
    await page.getByTestId('channel-make').click();
    await until(page, () =>
      tuttiStream.store.getState().channels.some((c) => c.name === 'Rainy evening' && c.mine),
    );
    await until(page, () => tuttiStream.store.getState().phase === 'playing');
    await until(page, () => tuttiStream.store.getState().channel !== 'ambient');
    await page.keyboard.press('h');
    await until(page, () => {
      const s = tuttiStream.store.getState();
      return s.channels.find((c) => c.id === s.channel)?.favourite;
    });
    await page.keyboard.press('c');
    await page.getByTestId('channels').getByRole('button', { name: 'Delete Rainy evening' }).click();
    await page.getByTestId('confirm').click();
    await until(page, () => !tuttiStream.store.getState().channels.some((c) => c.name === 'Rainy evening'));
  },

  'the last minute is saved as notes and as sound': async (context) => {
    const { page } = await room(context);
    await listening(page);
    await until(page, () => tuttiStream.store.getState().bars.length > 2);
    for (const [form, magic] of [
      ['midi', 'MThd'],
      ['flac', 'fLaC'],
    ]) {
      await page.keyboard.press('s');
      await page.getByTestId('save-60').check();
      await page.getByTestId(`save-${form}`).check();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByTestId('save-start').click(),
      ]);
      const bytes = readFileSync(await download.path());
      equal(bytes.subarray(0, 4).toString('latin1'), magic, `a file of ${form}`);
      await page.getByTestId('stream-save').waitFor({ state: 'detached' });
    }
  },

  'the Stream room fits a phone': async (context) => {
    const { page } = await room(context, { viewport: { width: 375, height: 812 } });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    check(wide <= 375, `no sideways scrolling: ${wide}`);
    const desk = page.getByTestId('stream-desk');
    await desk.scrollIntoViewIfNeeded();
    const box = await desk.boundingBox();
    check(box.width <= 375, `the desk fits: ${box.width}`);
  },
};
