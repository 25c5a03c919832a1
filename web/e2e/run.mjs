// End to end: the real server, the page as built, Debian's Chromium, a microphone that hums.
// npm run e2e [NAME …] runs all tests, or those whose names contain NAME; ends with `N passed, N failed`.
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = new URL('./tests/', import.meta.url);
const wanted = process.argv.slice(2);
const scratch = mkdtempSync(join(tmpdir(), 'tutti-e2e-'));
let passed = 0;
const failures = [];

for (const file of readdirSync(folder).sort()) {
  if (!file.endsWith('.mjs')) continue;
  const { tests } = await import(new URL(file, folder));
  for (const [name, test] of Object.entries(tests)) {
    if (wanted.length && !wanted.some((w) => name.includes(w) || file.includes(w))) continue;
    const place = join(scratch, `${passed + failures.length}`);
    mkdirSync(place);
    const ends = []; // to be undone after the test, last first
    const pages = []; // whose scripts must not have failed
    const began = Date.now();
    try {
      const said = await test({ place, after: (end) => ends.push(end), pages });
      const faults = pages.flatMap((page) => page.faults);
      if (faults.length) throw new Error(`faults of the page:\n${faults.join('\n')}`);
      passed++;
      console.log(
        `ok      ${name} (${((Date.now() - began) / 1000).toFixed(1)} s)${said ? `: ${said}` : ''}`,
      );
    } catch (error) {
      failures.push(name);
      console.log(`FAILED  ${name}\n${error.stack ?? error}`);
    }
    for (const end of ends.reverse())
      await Promise.resolve(end()).catch((error) => console.log(String(error)));
  }
}

rmSync(scratch, { recursive: true, force: true });
console.log(`${passed} passed, ${failures.length} failed`);
process.exit(failures.length || passed === 0 ? 1 : 0);
