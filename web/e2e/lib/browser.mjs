// Debian's Chromium without a window, with a microphone that plays a file, and words for what tests ask.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

export async function launch({
  microphone,
  folder = freshFolder(), // given: reopens what an earlier browser left there
  viewport = { width: 1366, height: 768 },
  deviceScaleFactor = 1,
} = {}) {
  const context = await chromium.launchPersistentContext(folder, {
    executablePath,
    headless: true,
    viewport,
    deviceScaleFactor,
    acceptDownloads: true,
    permissions: ['microphone', 'clipboard-read', 'clipboard-write'],
    args: [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--autoplay-policy=no-user-gesture-required',
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
      ...(microphone ? [`--use-file-for-fake-audio-capture=${microphone}%noloop`] : []),
    ],
  });
  context.setDefaultTimeout(60_000);
  // What goes to the loudspeaker can be listened to.
  await context.addInitScript(() => {
    const connect = AudioNode.prototype.connect;
    AudioNode.prototype.connect = function (target, ...rest) {
      if (target instanceof AudioDestinationNode && target.context instanceof AudioContext) {
        const tap = new AnalyserNode(target.context, { fftSize: 32768, smoothingTimeConstant: 0 });
        connect.call(this, tap);
        globalThis.tap = tap;
      }
      return connect.call(this, target, ...rest);
    };
  });
  return {
    context,
    folder,
    // As a power cut would: every process of this browser, by its number.
    kill() {
      for (const pid of processesOf(folder)) process.kill(pid, 'SIGKILL');
    },
    async close() {
      await context.close().catch(() => {});
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function freshFolder() {
  return mkdtempSync(join(tmpdir(), 'tutti-chromium-'));
}

// The browser's main process names its folder on its command line; its children end with it.
function processesOf(folder) {
  const named = (pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder);
    } catch {
      return false; // ended meanwhile
    }
  };
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && named(name))
    .map(Number);
}

// A page with the session ready; failures of its scripts fail the test.
export async function openPage(browser, url, { expectErrors = false, bare = false } = {}) {
  const page = await browser.context.newPage();
  page.faults = [];
  page.on('pageerror', (error) => page.faults.push(`${error.message}\n${error.stack}`));
  page.on('console', (message) => {
    const text = message.text();
    // The browser itself notes every refused connection, which some tests cause on purpose.
    const expected =
      /ERR_CONNECTION_REFUSED|WebSocket connection|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/.test(text);
    if (process.env.E2E_URLS && message.type() === 'error') console.log('  fault at', message.location().url);
    if (message.type() === 'error' && !expected && !expectErrors) page.faults.push(text);
  });
  await page.goto(url);
  if (!bare) await ready(page); // bare: a page without a session
  return page;
}

export const ready = (page) => page.waitForFunction(() => globalThis.tutti?.store.getState().ready);

export const state = (page, pick) => page.evaluate(`(${pick})(tutti.store.getState())`);

// The notes as plain objects.
export const notes = (page) =>
  page.evaluate(() => {
    const { notes, song } = tutti.store.getState();
    return Array.from({ length: notes.length }, (_, i) => ({
      id: notes.id(i),
      start: notes.start[i],
      duration: notes.duration[i],
      key: notes.key[i],
      velocity: notes.velocity[i],
      track: song.tracks[notes.track[i]]?.id,
    }));
  });

export const until = (page, condition, argument) =>
  page.waitForFunction(condition, argument, { polling: 20 });

export const saved = (page) => until(page, () => tutti.store.getState().save.kind === 'saved');

// The pitch that the loudspeaker gives now: the lowest partial within 20 dB of the strongest, by a
// parabola through the bins of its peak. (An overtone may be stronger than its tone.)
export const soundingHz = (page) =>
  page.evaluate(() => {
    const bins = new Float32Array(tap.frequencyBinCount);
    tap.getFloatFrequencyData(bins);
    const width = tap.context.sampleRate / tap.fftSize;
    const strongest = bins.reduce((a, b) => Math.max(a, b), -Infinity);
    let at = Math.ceil(60 / width);
    while (
      at < bins.length - 2 &&
      !(bins[at] > strongest - 20 && bins[at] >= bins[at - 1] && bins[at] > bins[at + 1])
    ) {
      at++;
    }
    const [a, b, c] = [bins[at - 1], bins[at], bins[at + 1]];
    return { hz: (at + (a - c) / (2 * (a - 2 * b + c) || 1)) * width, db: b };
  });
