// A short name for the engine's modules as they lie in public/engine now; part of their address, so that
// a page never runs with modules of another build.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';

export function engineVersion(folder = new URL('../public/engine/', import.meta.url)) {
  const hash = createHash('sha256');
  for (const name of ['document', 'engine', 'separate', 'stretch', 'transcribe']) {
    const file = new URL(`${name}.wasm`, folder);
    if (existsSync(file)) hash.update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 12);
}
