// A long listen through a bad network, with figures: npm run soak -- [--minutes 10] [--low] [--calm] [--seed 1].
//
// Ends with 1 if there is a gap after the first half minute, if the clocks' difference is not known to
// the millisecond over the run (page and server share one clock here, so it is none), or if latency is
// not bounded by what the network does.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { launch, openPage } from './lib/browser.mjs';
import { JitterProxy } from './lib/jitter_proxy.mjs';
import { Server } from './lib/server.mjs';
import { streamPage } from './lib/stream_page.mjs';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    low: { type: 'boolean', default: false },
    calm: { type: 'boolean', default: false },
  },
});
const seconds = Number(values.minutes) * 60;
const LEARNING = 30; // s
const network = values.calm ? {} : { delay: 200, stall: 500, share: 0.02 };

const place = mkdtempSync(join(tmpdir(), 'tutti-soak-'));
const data = join(place, 'data');
mkdirSync(data);
const server = new Server(data, await streamPage());
await server.start();
const proxy = await new JitterProxy(server.port, { ...network, seed: Number(values.seed) }).start();
const browser = await launch();
const page = await openPage(browser, proxy.url, { bare: true, expectErrors: true });
let failed = false;
const judge = (good, words) => {
  console.log(`${good ? 'ok    ' : 'FAILED'}  ${words}`);
  failed ||= !good;
};

try {
  const first = await page.evaluate(async (low) => {
    createStream();
    tuttiStream.setLowLatency(low);
    const began = performance.now();
    await tuttiStream.play();
    while (tuttiStream.heardFrame() < 0) await new Promise((resolve) => setTimeout(resolve, 2));
    return performance.now() - began;
  }, values.low);
  console.log(`first sound after ${first.toFixed(0)} ms, through the network as it is`);
  const began = performance.now();
  const rows = [];
  for (let next = 1; next <= seconds; next++) {
    await page.waitForTimeout(Math.max(0, began + next * 1000 - performance.now()));
    const { phase, health } = await page.evaluate(() => {
      const { phase, health } = tuttiStream.store.getState();
      return { phase, health };
    });
    rows.push({ at: next, phase, ...health });
    if (next % 60 === 0 || next === LEARNING) {
      const h = health;
      console.log(
        `${String(next).padStart(5)} s  ${phase}  latency ${h.latencyMs.toFixed(0)} ms, held back ${h.targetMs.toFixed(0)} ms, ` +
          `underruns ${h.underruns}, silent ${h.silentMs.toFixed(0)} ms, skew ${h.driftPpm.toFixed(2)} ppm, ` +
          `rate ${((h.stretch ?? 0) * 1e6).toFixed(0)} ppm, rtt ${h.rttMs.toFixed(0)} ms, reconnects ${h.reconnects}`,
      );
    }
  }
  const learnt = rows.filter((r) => r.at > LEARNING);
  const gaps = rows.at(-1).underruns - (rows[LEARNING - 1]?.underruns ?? 0);
  judge(gaps === 0, `${gaps} underruns after the first ${LEARNING} s (${rows.at(-1).underruns} in all)`);
  const skew = rows.at(-1).driftPpm;
  judge(
    Math.abs(skew * 1e-3 * seconds) < 1,
    `the clocks' difference is known to ${Math.abs(skew * 1e-3 * seconds).toFixed(2)} ms over ${seconds} s`,
  );
  const latencies = learnt.filter((r) => r.latencyMs > 0).map((r) => r.latencyMs);
  const most = Math.max(...latencies);
  const bound = (values.low ? 150 : 400) + proxy.worst * 1.5;
  judge(
    most < bound,
    `latency at most ${most.toFixed(0)} ms; the worst piece came ${proxy.worst.toFixed(0)} ms late`,
  );
  const cents = Math.max(...rows.map((r) => Math.abs(1200 * Math.log2(1 + r.stretch))));
  judge(cents < 8.7, `the pitch was off by at most ${cents.toFixed(2)} cents`);
} finally {
  await browser.close();
  await proxy.stop();
  await server.kill();
  rmSync(place, { recursive: true, force: true });
}
process.exit(failed ? 1 : 0);
