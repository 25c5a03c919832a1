// Streaming without the screen: first sound, latency, decoders, bad networks, restarts, controls; against
// the real server, and against one that does on purpose what the real one must not.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { launch, openPage, until } from '../lib/browser.mjs';
import { JitterProxy } from '../lib/jitter_proxy.mjs';
import { Server } from '../lib/server.mjs';
import { StreamFixture } from '../lib/stream_fixture.mjs';
import { streamPage } from '../lib/stream_page.mjs';
import { check, equal } from '../lib/studio.mjs';

const state = (page, pick) => page.evaluate(`(${pick})(tuttiStream.store.getState())`);
const phase = (page, wanted) => until(page, (p) => tuttiStream.store.getState().phase === p, wanted);

async function browse({ after, pages }, url, options) {
  const browser = await launch();
  after(() => browser.close());
  const page = await openPage(browser, url, { bare: true, expectErrors: true });
  pages.push(page);
  await page.evaluate((o) => void createStream(o), options);
  return page;
}

async function fixture(context, options, listening) {
  const server = await new StreamFixture(await streamPage(), options).start();
  context.after(() => server.stop());
  return { server, page: await browse(context, server.url, listening) };
}

// The real server, with a bad network in between if it is given.
async function real(context, network, listening) {
  const data = join(context.place, 'data');
  mkdirSync(data);
  const server = new Server(data, await streamPage());
  context.after(() => server.kill());
  await server.start();
  let proxy = null;
  if (network) {
    proxy = await new JitterProxy(server.port, network).start();
    context.after(() => proxy.stop());
  }
  return { server, proxy, page: await browse(context, (proxy ?? server).url, listening) };
}

// ms until there is sound at the ear, from the call.
const firstSound = (page) =>
  page.evaluate(async () => {
    const began = performance.now();
    await tuttiStream.play();
    while (tuttiStream.heardFrame() < 0 || tuttiStream.level() === 0) {
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    return performance.now() - began;
  });

export const tests = {
  'stream: the tone of a known channel is heard, at its pitch and in its time': async (context) => {
    const { page } = await fixture(context);
    const first = await firstSound(page);
    await phase(page, 'playing');
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1500)));
    const heard = await page.evaluate(() => {
      const bins = new Float32Array(2048);
      tuttiStream.spectrum(bins);
      const at = bins.indexOf(Math.max(...bins));
      return { hz: (at * 24000) / bins.length, level: tuttiStream.level() };
    });
    check(Math.abs(heard.hz - 440) < 24, `a tone of 440 Hz: ${heard.hz}`);
    check(Math.abs(heard.level - 0.25 * 0.64) < 0.01, `at its level: ${heard.level}`);
    const [a, b] = await page.evaluate(async () => {
      const look = () => [performance.now(), tuttiStream.heardFrame()];
      const from = look();
      await new Promise((resolve) => setTimeout(resolve, 2000));
      return [from, look()];
    });
    const speed = (b[1] - a[1]) / 48 / (b[0] - a[0]);
    check(Math.abs(speed - 1) < 0.02, `frames go by in real time: ${speed}`);
    const { health } = await state(page, (s) => s);
    equal(health.underruns, 0, 'underruns');
    return `first sound after ${first.toFixed(0)} ms, ${health.latencyMs.toFixed(0)} ms from render to ear`;
  },

  'stream: it goes on after an outage and a restart, with no gap longer than the outage': async (context) => {
    const { server, page } = await fixture(context);
    await page.evaluate(() => tuttiStream.play());
    await phase(page, 'playing');
    await page.waitForTimeout(1500);
    const before = await state(page, (s) => s.health.silentMs);
    const { port } = server;
    await server.stop();
    const out = Date.now();
    await phase(page, 'reconnecting');
    await until(page, () => tuttiStream.store.getState().problem?.code === 'offline');
    await page.waitForTimeout(1200);
    // It comes back where it was some minutes ago, as a server does that was killed.
    const again = await new StreamFixture(await streamPage(), { first: 48000 * 700 }).start(port);
    context.after(() => again.stop());
    const outage = Date.now() - out;
    await phase(page, 'playing');
    await page.waitForTimeout(600);
    const { health, problem } = await state(page, (s) => s);
    const gap = health.silentMs - before;
    equal(problem, null, 'the problem is over');
    const heard = await page.evaluate(() => tuttiStream.heardFrame());
    check(Math.abs(again.frame() - heard) < 48000, `it plays the new time line: ${heard}`);
    // The wait before the next try comes on top of the outage, the buffer comes off.
    check(gap < outage + 1300, `a gap of ${gap} ms for an outage of ${outage} ms`);
    return `outage ${outage} ms, gap ${gap.toFixed(0)} ms, ${health.reconnects} tries`;
  },

  'stream: a channel that is deleted is a problem, not an endless try': async (context) => {
    const { server, page } = await fixture(context);
    await page.evaluate(() => tuttiStream.play());
    await phase(page, 'playing');
    server.remove();
    await phase(page, 'failed');
    equal(await state(page, (s) => s.problem.code), 'not_found', 'it says why');
    await page.evaluate(() => tuttiStream.play());
    await phase(page, 'failed');
    equal(await state(page, (s) => s.problem.code), 'not_found', 'also when asked again');
  },

  'stream: missing messages are stepped over': async (context) => {
    const { server, page } = await fixture(context);
    server.lose = (frame) => Math.floor(frame / 4800) % 10 === 0;
    await page.evaluate(() => tuttiStream.play());
    await phase(page, 'playing');
    await page.waitForTimeout(5000);
    const heard = await page.evaluate(() => tuttiStream.heardFrame());
    const behind = (server.frame() - heard) / 48;
    check(behind > 0 && behind < 1000, `it is at the live edge: ${behind} ms behind`);
    const { health } = await state(page, (s) => s);
    check(health.silentMs < 2500, `${health.silentMs} ms of silence for 500 ms that were missing`);
  },

  'stream: a wish is shown at once, sent seldom, and pending until it is heard': async (context) => {
    const { server, page } = await fixture(context);
    await page.evaluate(() => tuttiStream.refresh().then(() => tuttiStream.play()));
    await phase(page, 'playing');
    await page.evaluate(async () => {
      for (let i = 1; i <= 60; i++) {
        tuttiStream.control({ intensity: i / 60 });
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    });
    equal(await state(page, (s) => s.settings.intensity), 1, 'shown at once');
    await until(page, () => tuttiStream.store.getState().pending.length === 0);
    const sent = server.heard.length;
    check(sent >= 4 && sent < 20, `60 changes in 300 ms became ${sent} messages`);
    equal(server.heard.at(-1).intensity, 1, 'the last one counts');
    await page.evaluate(() => tuttiStream.control({ bpm: 90 }));
    await until(page, () => tuttiStream.store.getState().pending.some((p) => p.id === 'bpm'));
    await until(page, () => tuttiStream.store.getState().pending.length === 0);
    const shown = await page.evaluate(
      () => (tuttiStream.control({ bpm: 300 }), tuttiStream.store.getState().settings.bpm),
    );
    equal(shown, 300, 'shown before it is refused');
    await until(page, () => tuttiStream.store.getState().settings.bpm === 90);
    equal(await state(page, (s) => s.problem.message), 'Tempo is 40 to 180.', 'the refusal is told');
    await page.evaluate(() => tuttiStream.reseed('12'));
    await until(page, () => tuttiStream.store.getState().seed === '12');
    while (server.seed !== '12') await page.waitForTimeout(20);
  },

  'stream: both decoders of Opus make the same sound of the same packets': async (context) => {
    const { page } = await fixture(context);
    const found = await page.evaluate(async () => {
      const RATE = 48000;
      const count = 50; // packets
      const sound = (i) => 0.3 * Math.sin((2 * Math.PI * 330 * i) / RATE) * Math.min(1, i / 2000);
      const packets = [];
      const encoder = new AudioEncoder({
        output: (chunk) => {
          const data = new Uint8Array(chunk.byteLength);
          chunk.copyTo(data);
          packets.push(data);
        },
        error: (e) => {
          throw e;
        },
      });
      encoder.configure({ codec: 'opus', sampleRate: RATE, numberOfChannels: 2, bitrate: 96000 });
      for (let p = 0; p < count; p++) {
        const data = new Float32Array(1920);
        for (let i = 0; i < 960; i++) data[i] = data[960 + i] = sound(p * 960 + i);
        const timestamp = p * 20000;
        encoder.encode(
          new AudioData({
            format: 'f32-planar',
            sampleRate: RATE,
            numberOfFrames: 960,
            numberOfChannels: 2,
            timestamp,
            data,
          }),
        );
      }
      await encoder.flush();
      const decoded = {};
      for (const kind of ['webcodecs', 'wasm']) {
        const left = [];
        let first = null;
        await new Promise((resolve, reject) => {
          streamDecode
            .makeDecoder(
              kind,
              312,
              (frame, l) => {
                first ??= frame;
                left.push(...l);
                if (left.length >= 45 * 960) resolve();
              },
              reject,
            )
            .then((decoder) => {
              for (let p = 0; p + 5 <= packets.length; p += 5) {
                decoder.decode({
                  kind: 'opus',
                  frame: 96000 + p * 960,
                  frames: 4800,
                  serverTime: 0,
                  bytes: 0,
                  packets: packets.slice(p, p + 5),
                });
              }
            }, reject);
        });
        // How well it fits the sound that was encoded, where its frames say it is.
        let error = 0;
        let power = 0;
        for (let i = 12000; i < 40000; i++) {
          const wanted = sound(first + i - 96000);
          error += (left[i] - wanted) ** 2;
          power += wanted ** 2;
        }
        decoded[kind] = { left, first, snr: 10 * Math.log10(power / error) };
      }
      const { webcodecs: a, wasm: b } = decoded;
      let apart = 0;
      for (let i = 0; i < 40000; i++) apart = Math.max(apart, Math.abs(a.left[i] - b.left[i]));
      return { packets: packets.length, firsts: [a.first, b.first], snr: [a.snr, b.snr], apart };
    });
    equal(found.firsts, [96000 - 312, 96000 - 312], 'frames, with the encoder’s look-ahead taken off');
    check(
      found.snr.every((db) => db > 20),
      `the sound lies where its frames say: ${found.snr} dB`,
    );
    check(found.apart < 1e-3, `the decoders agree: ${found.apart}`);
    return `${found.packets} packets, apart by ${found.apart.toExponential(1)}, ${found.snr.map((d) => d.toFixed(0))} dB`;
  },

  'stream: every form plays, from the first call to the ear': async (context) => {
    const { page } = await real(context);
    const said = [];
    for (const [format, decoder] of [
      ['opus', 'webcodecs'],
      ['opus', 'wasm'],
      ['pcm16', 'pcm'],
      ['json', 'pcm'],
    ]) {
      await page.evaluate(
        (options) => {
          tuttiStream.dispose();
          createStream(options);
        },
        format === 'json' ? { format } : { format, decoder },
      );
      const first = await firstSound(page);
      await phase(page, 'playing');
      await until(page, () => tuttiStream.store.getState().health.latencyMs > 0);
      await until(page, () => tuttiStream.store.getState().bars.length > 0);
      const { health, bars } = await state(page, (s) => s);
      equal(health.decoder, decoder, 'the decoder');
      check(bars[0].notes !== undefined && bars[0].frames > 0, 'a bar with its notes');
      said.push(
        `${format} ${decoder} ${first.toFixed(0)} ms to the first sound, ${health.latencyMs.toFixed(0)} ms from render to ear`,
      );
    }
    return said.join('; ');
  },

  'stream: low latency is lower, and chosen while it plays': async (context) => {
    const { page } = await real(context);
    await page.evaluate(() => tuttiStream.play());
    const latency = async () => {
      await phase(page, 'playing');
      await page.waitForTimeout(3000);
      await until(page, () => tuttiStream.store.getState().health.latencyMs > 0);
      const { health } = await state(page, (s) => s);
      return health;
    };
    const normal = await latency();
    await page.evaluate(() => tuttiStream.setLowLatency(true));
    const low = await latency();
    check(
      low.targetMs < normal.targetMs + 30,
      `less is held back: ${low.targetMs} ms, not ${normal.targetMs} ms`,
    );
    check(low.latencyMs < normal.latencyMs, `${low.latencyMs} ms instead of ${normal.latencyMs} ms`);
    return `${normal.latencyMs.toFixed(0)} ms, then ${low.latencyMs.toFixed(0)} ms from render to ear`;
  },

  'stream: intensity is heard at once, a key from the next bar on': async (context) => {
    const { page } = await real(context);
    await page.evaluate(() => tuttiStream.refresh().then(() => tuttiStream.play()));
    await phase(page, 'playing');
    await until(page, () => tuttiStream.store.getState().bars.length > 0);
    const took = await page.evaluate(async () => {
      const { table, settings } = tuttiStream.store.getState();
      if (table.find((s) => s.id === 'intensity').when !== 'at_once') throw new Error('not at once');
      const began = performance.now();
      tuttiStream.control({ intensity: settings.intensity > 0.5 ? 0.1 : 0.9 });
      const pending = () => tuttiStream.store.getState().pending.find((p) => p.id === 'intensity');
      const next = () => new Promise((resolve) => setTimeout(resolve, 2));
      while (!pending()) await next();
      const { frame } = pending();
      while (tuttiStream.heardFrame() < frame) await next();
      return performance.now() - began;
    });
    await page.evaluate(() => tuttiStream.control({ key: 2 }));
    await until(page, () => tuttiStream.store.getState().pending.some((p) => p.id === 'key'));
    const { frame } = await state(page, (s) => s.pending.find((p) => p.id === 'key'));
    await until(page, (at) => tuttiStream.store.getState().bars.some((b) => b.frame >= at), frame);
    const bars = await state(page, (s) => s.bars.map((b) => ({ frame: b.frame, key: b.key })));
    const first = bars.find((b) => b.frame >= frame);
    equal(first.frame, frame, 'it is heard where the server said: at a bar');
    check(first.key.startsWith('D '), `in D: ${first.key}`);
    check(!bars.some((b) => b.frame < frame && b.key.startsWith('D ')), 'not before');
    return `intensity is at the ear ${took.toFixed(0)} ms after it was asked for`;
  },

  'stream: a bad network is learnt, then there are no more gaps': async (context) => {
    const { page, proxy } = await real(context, { delay: 200, stall: 500, share: 0.02, seed: 11 });
    await page.evaluate(() => tuttiStream.play());
    await phase(page, 'playing');
    // Within a minute there are 20 seconds without a gap, though the network stays as it is.
    const began = Date.now();
    let since = began;
    let underruns = 0;
    while (Date.now() - since < 20_000) {
      check(Date.now() - began < 120_000, `${underruns} underruns and no end`);
      await page.waitForTimeout(250);
      const now = await state(page, (s) => s.health.underruns);
      if (now !== underruns) since = Date.now();
      underruns = now;
    }
    const { health } = await state(page, (s) => s);
    return `${underruns} underruns while learning, ${health.silentMs.toFixed(0)} ms; then none with ${health.targetMs.toFixed(0)} ms held back (worst message ${proxy.worst.toFixed(0)} ms late)`;
  },

  'stream: the server dies and comes back, the music goes on': async (context) => {
    const { server, page } = await real(context);
    await page.evaluate(() => tuttiStream.play());
    await phase(page, 'playing');
    await until(page, () => tuttiStream.heardFrame() > 48000);
    await server.kill();
    await phase(page, 'reconnecting');
    await server.start();
    await phase(page, 'playing');
    const heard = await page.evaluate(() => tuttiStream.heardFrame());
    await until(page, (at) => tuttiStream.heardFrame() !== at, heard);
    const { problem, settings } = await state(page, (s) => s);
    equal(problem, null, 'no problem is left');
    check(settings.bpm >= 40, 'settings are known');
  },

  'stream: own channels, opinions, settings by name, saving, deleting': async (context) => {
    const { page } = await real(context);
    const id = await page.evaluate(async () => {
      await tuttiStream.refresh();
      const id = await tuttiStream.createChannel({ name: 'Mine', visibility: 'private', seed: '42' });
      await tuttiStream.play(id);
      return id;
    });
    await phase(page, 'playing');
    const channel = await state(page, (s) => s.channels.find((c) => c.name === 'Mine'));
    check(channel.mine && channel.controllable && channel.seed === '42', JSON.stringify(channel));
    await page.evaluate(() => tuttiStream.control({ bpm: 101 }));
    await until(page, () => tuttiStream.store.getState().pending.some((p) => p.id === 'bpm'));
    await page.evaluate(async (id) => {
      await tuttiStream.rate(id, 1);
      await tuttiStream.favourite(id, true);
      await tuttiStream.savePreset('Evening');
      await tuttiStream.refresh();
    }, id);
    const kept = await state(page, (s) => ({ c: s.channels.find((c) => c.name === 'Mine'), p: s.presets }));
    equal([kept.c.rating, kept.c.favourite], [1, true], 'what was thought of it');
    equal([kept.p[0].name, kept.p[0].settings.bpm], ['Evening', 101], 'the settings that were kept');
    await until(page, () => tuttiStream.heardFrame() > 48000 * 3);
    const saved = await page.evaluate(async () => {
      const progress = [];
      const result = await tuttiStream.save({
        seconds: 2,
        form: 'flac',
        onProgress: (p) => progress.push(p),
      });
      const file = await fetch(result.url);
      const bytes = new Uint8Array(await file.arrayBuffer());
      return {
        name: result.name,
        magic: String.fromCharCode(...bytes.subarray(0, 4)),
        size: bytes.length,
        progress,
      };
    });
    equal(saved.magic, 'fLaC', 'a FLAC file');
    check(saved.progress.at(-1) === 1, `progress to its end: ${saved.progress}`);
    const link = await page.evaluate((id) => tuttiStream.linkOf(id), id);
    check(link.includes(id) && link.includes('secret='), 'a link that lets others listen');
    // Deleted elsewhere: the listener is told.
    const secret = new URL(link).searchParams.get('secret');
    await page.evaluate(
      ([id, s]) => fetch(`/api/channels/${id}?secret=${s}`, { method: 'DELETE' }),
      [id, secret],
    );
    await phase(page, 'failed');
    equal(await state(page, (s) => s.problem.code), 'not_found', 'it says that it is gone');
    return `${saved.name}, ${saved.size} bytes`;
  },
};
