// A server and a browser for one test, both gone afterwards.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { launch, openPage } from './browser.mjs';
import { Server } from './server.mjs';

export async function studio({ place, after, pages }, options = {}) {
  const data = join(place, 'data');
  mkdirSync(data);
  const server = new Server(data);
  after(() => server.kill());
  await server.start();
  const browser = await launch(options);
  after(() => browser.close());
  const page = await openPage(browser, options.path ? server.url + options.path : server.url);
  pages.push(page);
  return { server, browser, page };
}

export function equal(actual, expected, what) {
  const a = JSON.stringify(actual);
  const b = JSON.stringify(expected);
  if (a !== b) throw new Error(`${what}:\n  is        ${a}\n  should be ${b}`);
}

export function check(condition, what) {
  if (!condition) throw new Error(what);
}
