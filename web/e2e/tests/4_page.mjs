// The page itself: what it weighs, how soon it is there, isolation, transport details, same samples.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { soundingHz, openPage, state, until } from '../lib/browser.mjs';
import { pageFolder, program } from '../lib/server.mjs';
import { check, equal, studio } from '../lib/studio.mjs';

const BUDGET = 400_000; // bytes over the wire at the first load, samples apart

export const tests = {
  'the first load stays within its budget': async (context) => {
    const { server, browser } = await studio(context);
    const page = await browser.context.newPage();
    const cdp = await browser.context.newCDPSession(page);
    await cdp.send('Network.enable');
    await cdp.send('Network.setCacheDisabled', { cacheDisabled: true });
    await cdp.send('Network.setBypassServiceWorker', { bypass: true });
    let bytes = 0;
    const began = Date.now();
    const names = new Map();
    const sizes = [];
    cdp.on('Network.requestWillBeSent', ({ requestId, request }) =>
      names.set(requestId, new URL(request.url).pathname),
    );
    cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      bytes += encodedDataLength;
      sizes.push(`${encodedDataLength} ${names.get(requestId)}`);
    });
    await page.goto(server.url);
    await until(page, () => globalThis.tutti?.store.getState().ready);
    const took = Date.now() - began;
    check(bytes > 50_000, `something was loaded: ${bytes}`);
    check(bytes < BUDGET, `${bytes} bytes over the wire, budget ${BUDGET}:\n${sizes.join('\n')}`);
    if (process.env.TUTTI_VERBOSE) console.log(sizes.join('\n'));
    return `${Math.round(bytes / 1000)} kB, a project open ${took} ms after the address was entered`;
  },

  'the page and its answers are isolated and guarded': async (context) => {
    const { page, server } = await studio(context);
    check(await page.evaluate(() => crossOriginIsolated), 'cross-origin isolated');
    const { headers } = await fetch(server.url);
    check(
      /script-src[^;]*'self'/.test(headers.get('content-security-policy') ?? ''),
      'a content security policy',
    );
    const accept = { headers: { 'accept-encoding': 'br' } };
    const wasm = await fetch(`${server.url}/engine/engine.wasm`, accept);
    equal(wasm.headers.get('content-type'), 'application/wasm', 'type of the engine');
    equal(wasm.headers.get('content-encoding'), 'br', 'the engine comes compressed');
  },

  'loop, tempo while playing, metronome': async (context) => {
    const { page } = await studio(context);
    await page.evaluate(() => {
      tutti.edit.addNote({ start: 0, duration: 15360 * 64, key: 57 });
      tutti.edit.setLoop({ on: true, start: 15360, end: 15360 * 2 });
      tutti.edit.setTempo(240);
    });
    await page.evaluate(() => tutti.playback.play());
    const places = await page.evaluate(
      () =>
        new Promise((resolve) => {
          const seen = [];
          let last = -1;
          let back = 0;
          const look = () => {
            const at = tutti.playback.position();
            seen.push(at);
            if (at < last - 1000) back++;
            last = at;
            if (back < 3) requestAnimationFrame(look);
            else resolve(seen);
          };
          look();
        }),
    );
    check(Math.max(...places) < 15360 * 2.3, `never far past the loop's end: ${Math.max(...places) / 15360}`);
    // Half the tempo while it plays: the position goes on from where it is, at half the pace.
    await page.evaluate(() => tutti.edit.setLoop({ on: false }));
    const pace = () =>
      page.evaluate(async () => {
        const from = tutti.playback.position();
        const began = tap.context.currentTime;
        await new Promise((resolve) => {
          const look = () => (tap.context.currentTime > began + 1 ? resolve() : requestAnimationFrame(look));
          look();
        });
        return (tutti.playback.position() - from) / 15360 / (tap.context.currentTime - began);
      });
    const fast = await pace();
    await page.evaluate(() => tutti.edit.setTempo(120));
    const slow = await pace();
    check(Math.abs(fast - 4) < 0.3, `240 a minute is ${fast.toFixed(2)} a second`);
    check(Math.abs(slow - 2) < 0.3, `120 a minute is ${slow.toFixed(2)} a second`);
    await page.evaluate(() => {
      tutti.playback.stop();
      tutti.edit.remove([tutti.store.getState().notes.id(0)]);
    });
    await until(page, () => tutti.playback.meters().peak[0] < -70);
    await page.evaluate(() => {
      tutti.edit.addNote({ start: 15360 * 100, duration: 100, key: 60 });
      tutti.playback.setMetronome(true, -6);
      return tutti.playback.play();
    });
    await until(page, () => tutti.playback.meters().peak[0] > -40);
    await page.evaluate(() => tutti.playback.stop());
  },

  'a key tried out sounds at once and ends': async (context) => {
    const { page } = await studio(context);
    await page.evaluate(() => {
      const track = tutti.edit.addTrack('Lead', 73);
      tutti.selectTrack(track);
      tutti.playback.noteOn(76, 110);
    });
    await until(page, () => tutti.playback.meters().rms[0] > -50);
    await until(page, () => tutti.playback.meters().peak[0] > -50);
    // The breath before a flute's tone has no pitch, so the tone is waited for.
    const cents = (hz) => Math.abs(((1200 * Math.log2(hz / 659.26) + 6600) % 1200) - 600);
    const patience = Date.now() + 10_000;
    let hz;
    do ({ hz } = await soundingHz(page));
    while (cents(hz) >= 30 && Date.now() < patience);
    await page.evaluate(() => tutti.playback.noteOff(76));
    await until(page, () => tutti.playback.meters().peak[0] < -70);
    check(cents(hz) < 30, `E5 or an overtone of it: ${hz} Hz`);
  },

  'many programs of the SoundFont load and play': async (context) => {
    const { page } = await studio(context);
    await until(page, () => tutti.store.getState().fonts.length > 0);
    await page.evaluate(() => {
      for (const program of [0, 24, 40, 56, 80]) {
        const track = tutti.edit.addTrack(`P${program}`, program);
        tutti.edit.addNote({ track, start: 0, duration: 15360 * 4, key: 60 });
      }
    });
    await page.evaluate(() => tutti.playback.play());
    await until(page, () => tutti.store.getState().instrument?.state === 'done');
    await until(page, () => tutti.playback.meters().peak[0] > -40);
    await page.evaluate(() => tutti.playback.stop());
    equal(await state(page, (s) => s.notices), [], 'nothing was missing');
  },

  'the engine in Chromium gives the native samples, bit for bit': async (context) => {
    const reference = process.env.TUTTI_REFERENCE ?? join(dirname(program), 'tests/wasm/tutti_reference');
    check(existsSync(reference), `${reference} is not there: build the target tutti_reference`);
    const out = join(context.place, 'reference');
    execFileSync(reference, [out, '/usr/share/sounds/sf2/TimGM6mb.sf2']);
    const { page, server } = await studio(context);
    const worklet = readdirSync(join(pageFolder, 'assets')).find((n) => /^engine-.*\.js$/.test(n));
    const base64 = (name) => readFileSync(join(out, name)).toString('base64');
    const expected = readFileSync(join(out, 'tune.f32'));
    const frames = expected.length / 8;
    const different = await page.evaluate(
      async ({ url, worklet, plan, font, clip, expected, frames }) => {
        const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
        const ascii = (text) => Uint8Array.from(text, (c) => c.charCodeAt(0));
        const context = new OfflineAudioContext(2, frames, 48000);
        await context.audioWorklet.addModule(`${url}/assets/${worklet}`);
        const module = await WebAssembly.compileStreaming(fetch(`${url}/engine/engine.wasm`));
        const node = new AudioWorkletNode(context, 'tutti-engine', {
          numberOfInputs: 0,
          outputChannelCount: [2],
          processorOptions: { module, shared: null },
        });
        const answers = [];
        let told = () => {};
        node.port.onmessage = ({ data }) => {
          if (data.type === 'report') return;
          answers.push(data);
          told();
        };
        const answer = async (type) => {
          for (;;) {
            const at = answers.findIndex((a) => a.type === type);
            if (at >= 0) return answers.splice(at, 1)[0];
            await new Promise((resolve) => (told = resolve));
          }
        };
        await answer('ready');
        const send = (message) => node.port.postMessage(message);
        const resource = async (name, data, audio) => {
          send({ type: 'resource', name: ascii(name), label: name, size: data.length, audio });
          for (let at = 0; at < data.length; at += 65536) {
            send({ type: 'chunk', label: name, bytes: data.slice(at, at + 65536) });
          }
          const { error } = await answer('resource');
          if (error) throw new Error(new TextDecoder().decode(error));
        };
        send({ type: 'plan', bytes: bytes(plan) });
        await answer('adopted');
        await resource('sf:test', bytes(font), null);
        await resource('c'.repeat(64), bytes(clip), { rate: 44100, channels: 1 });
        send({ type: 'play' });
        send({ type: 'plan', bytes: bytes(plan) });
        const { missing } = await answer('adopted'); // so play has been seen too
        if (missing.length) throw new Error(`missing: ${missing}`);
        node.connect(context.destination);
        const buffer = await context.startRendering();
        const wanted = new Uint32Array(bytes(expected).buffer);
        let different = 0;
        let loud = 0;
        for (let channel = 0; channel < 2; channel++) {
          const samples = buffer.getChannelData(channel);
          const bits = new Uint32Array(samples.buffer, samples.byteOffset, frames);
          for (let i = 0; i < frames; i++) {
            if (bits[i] !== wanted[channel * frames + i]) different++;
            if (Math.abs(samples[i]) > 0.01) loud++;
          }
        }
        return { different, loud };
      },
      {
        url: server.url,
        worklet,
        plan: base64('tune.plan'),
        font: base64('font.sf2'),
        clip: base64('clip.f32'),
        expected: expected.toString('base64'),
        frames,
      },
    );
    check(different.loud > frames / 2, 'it is no silence that agrees');
    equal(different.different, 0, 'samples that differ');
    return `${2 * frames} samples equal`;
  },

  'the page opens in another tab while one is open': async (context) => {
    const { page, server } = await studio(context);
    const id = await state(page, (s) => s.project.id);
    const other = await openPage({ context: page.context() }, server.url);
    context.pages.push(other);
    equal(await state(other, (s) => s.project.id), id, 'the last project opens');
  },
};
