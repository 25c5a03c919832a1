// Measures the piano roll with 10,000 notes in Debian's Chromium: `node ui/dev/frames.mjs` while
// `npm run dev` serves the page (address in TUTTI_DEV, default http://127.0.0.1:5173). Prints, for
// each way of moving, the time between frames and the time the still picture took to paint.
import { chromium } from 'playwright-core';

const address = process.env.TUTTI_DEV ?? 'http://127.0.0.1:5173';
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
await page.goto(`${address}/ui/dev/index.html?scene=big&theme=dark`);
await page.waitForSelector('[data-testid=roll]');
await page.waitForTimeout(1000);

const scenes = {
  'all 10,000 in sight, redrawn every frame': `roll.fit(); const f = () => roll.touch();`,
  'zooming in and out': `roll.fit(); let k = 0; const f = () => roll.zoomCentre(++k % 120 < 60 ? 1.05 : 1 / 1.05, 1);`,
  'scrolling, about 1,000 in sight': `roll.fit(); roll.zoomCentre(10, 1); const f = () => roll.pan(12, 0);`,
  'scrolling, about 150 in sight': `roll.fit(); roll.zoomCentre(60, 2); const f = () => roll.pan(12, 0);`,
  'playing, playhead only': `roll.fit(); session.playback.play(); const f = () => {};`,
  'dragging all 10,000 (preview)': `roll.fit(); session.selectAll(); let k = 0; const f = () => { roll.scene.preview = { kind: 'move', ticks: ++k * 40, keys: 0, copy: false }; roll.touch(); };`,
};
for (const [name, code] of Object.entries(scenes)) {
  const result = await page.evaluate(async (body) => {
    const setup = new Function('roll', 'session', `${body}; return f;`);
    const { roll, session } = window;
    const f = setup(roll, session);
    const gaps = [];
    const paints = [];
    await new Promise((done) => {
      let last = 0;
      const tick = (now) => {
        if (last) gaps.push(now - last);
        last = now;
        paints.push(roll.paintMs);
        f();
        if (gaps.length < 240) requestAnimationFrame(tick);
        else done();
      };
      requestAnimationFrame(tick);
    });
    roll.scene.preview = null;
    session.playback.stop();
    const at = (list, share) => [...list].sort((a, b) => a - b)[Math.floor(list.length * share)];
    return {
      frame50: at(gaps, 0.5),
      frame95: at(gaps, 0.95),
      frame99: at(gaps, 0.99),
      paint50: at(paints, 0.5),
      paint95: at(paints, 0.95),
      over17: gaps.filter((g) => g > 17.5).length,
    };
  }, code);
  const ms = (value) => value.toFixed(1).padStart(5);
  process.stdout.write(
    `${name.padEnd(44)} frame median ${ms(result.frame50)} ms, 95 % ${ms(result.frame95)}, 99 % ${ms(result.frame99)}` +
      ` · paint median ${ms(result.paint50)} ms, 95 % ${ms(result.paint95)} · late ${result.over17}/240\n`,
  );
}
await browser.close();
