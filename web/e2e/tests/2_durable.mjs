// Nothing acknowledged is lost, and nothing unsent either: server killed, tab killed, offline, two pages.
import { launch, notes, openPage, ready, saved, state, until } from '../lib/browser.mjs';
import { check, equal, studio } from '../lib/studio.mjs';

const add = (page, key, start) =>
  page.evaluate(([key, start]) => tutti.edit.addNote({ key, start, duration: 3840 }), [key, start]);
const plain = (list) => list.map(({ key, start }) => [key, start]);

export const tests = {
  'the server is killed again and again while a person edits: nothing is lost': async (context) => {
    const { page, server } = await studio(context);
    const expected = [];
    for (let round = 0; round < 8; round++) {
      for (let i = 0; i < 12; i++) {
        const start = (round * 12 + i) * 3840;
        await add(page, 48 + i, start);
        expected.push([48 + i, start]);
        if (i === (round * 5) % 12) await server.kill();
      }
      equal(plain(await notes(page)), expected, `round ${round}: work goes on without a server`);
      await server.start();
      await saved(page);
    }
    const id = await state(page, (s) => s.project.id);
    await server.kill();
    await server.start();
    const other = await openPage({ context: page.context() }, `${server.url}/?project=${id}`);
    context.pages.push(other);
    equal(plain(await notes(other)), expected, 'what another page gets from the server');
  },

  'edits that were never sent survive the death of the browser': async (context) => {
    const { page, server, browser } = await studio(context);
    await add(page, 60, 0);
    await saved(page);
    const id = await state(page, (s) => s.project.id);
    await server.kill();
    await until(page, () => !tutti.store.getState().online);
    await add(page, 62, 15360);
    await add(page, 64, 30720);
    await page.evaluate(() => tutti.undo());
    await add(page, 65, 30720);
    // Written to this browser's disk, not yet to any server's…
    await until(page, async () => {
      const opened = indexedDB.open('tutti');
      const db = await new Promise((resolve) => (opened.onsuccess = () => resolve(opened.result)));
      const all = db.transaction('outbox').objectStore('outbox').getAll();
      const batches = await new Promise((resolve) => (all.onsuccess = () => resolve(all.result)));
      db.close();
      return batches.length >= 4;
    });
    browser.kill(); // …when everything dies at once.
    await server.start();
    const reborn = await launch({ folder: browser.folder });
    context.after(() => reborn.close());
    const again = await openPage(reborn, `${server.url}/?project=${id}`);
    context.pages.push(again);
    equal(
      plain(await notes(again)),
      [
        [60, 0],
        [62, 15360],
        [65, 30720],
      ],
      'notes after the crash',
    );
    await saved(again);
    const ops = await server.json(`/api/projects/${id}/ops?since=0`);
    check(ops.ops.length >= 4, 'the server has the operations now');
  },

  'two pages edit one song and agree': async (context) => {
    const { page, server } = await studio(context);
    await add(page, 60, 0);
    await saved(page);
    const id = await state(page, (s) => s.project.id);
    const other = await openPage({ context: page.context() }, `${server.url}/?project=${id}`);
    context.pages.push(other);
    await add(other, 67, 15360);
    await until(page, () => tutti.store.getState().notes.length === 2);
    await page.evaluate(() => tutti.edit.transpose([tutti.store.getState().notes.id(0)], 1));
    await until(other, () => tutti.store.getState().notes.key[0] === 61);
    equal(await notes(page), await notes(other), 'both pages show the same');
    // Undo takes back only what was done here.
    await other.evaluate(() => tutti.undo());
    await until(page, () => tutti.store.getState().notes.length === 1);
    equal(plain(await notes(page)), [[61, 0]], 'the other page undid its own note');
  },

  'the page opens without a server, work goes on, and is sent when it is back': async (context) => {
    const { page, server } = await studio(context);
    await add(page, 60, 0);
    await saved(page);
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
    await until(page, async () => (await caches.keys()).some((name) => name.startsWith('shell-')));
    await page.evaluate(() => dispatchEvent(new Event('pagehide')));
    await page.reload();
    await ready(page);
    await until(page, () => navigator.serviceWorker.controller !== null);
    await server.kill();
    await page.reload();
    await ready(page);
    check(await page.evaluate(() => crossOriginIsolated), 'the kept page is isolated too');
    equal(plain(await notes(page)), [[60, 0]], 'the song is here without a server');
    await add(page, 64, 15360);
    equal((await state(page, (s) => s.save)).kind, 'offline', 'the page says that it is offline');
    await server.start();
    await saved(page);
    await until(page, () => tutti.store.getState().online);
    const id = await state(page, (s) => s.project.id);
    const { document } = await server.json(`/api/projects/${id}`);
    check(JSON.stringify(document).includes('64'), 'the server has the note that was made offline');
  },

  'a song begun without a server gets its place there later': async (context) => {
    const { page, server } = await studio(context);
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
    await server.kill();
    await page.evaluate(() => tutti.newProject('Begun offline'));
    await add(page, 72, 0);
    check((await state(page, (s) => s.project.id)).startsWith('local-'), 'it has a name of its own at first');
    await server.start();
    await until(page, () => !tutti.store.getState().project.id.startsWith('local-'));
    await saved(page);
    const id = await state(page, (s) => s.project.id);
    const other = await openPage({ context: page.context() }, `${server.url}/?project=${id}`);
    context.pages.push(other);
    equal(plain(await notes(other)), [[72, 0]], 'what the server has');
    equal(await state(other, (s) => s.song.title), 'Begun offline', 'title');
  },
};
