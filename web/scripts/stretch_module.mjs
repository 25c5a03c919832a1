// Vite plug-in: lays the WASM of the package signalsmith-stretch beside the engine's own modules.
//
// The package carries it as text inside of its script. worklet/practice_stretch.ts calls it by the names
// that the package's linker gave; a package with others is refused here.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const NAMES = {
  setBuffers: 'h',
  inputLatency: 'k',
  outputLatency: 'l',
  reset: 'm',
  configure: 'p',
  seek: 'v',
  process: 'w',
  main: 'y',
};

export function stretchBytes() {
  const file = new URL('../node_modules/signalsmith-stretch/SignalsmithStretch.mjs', import.meta.url);
  const text = readFileSync(file, 'utf8');
  for (const [name, letter] of Object.entries(NAMES)) {
    if (!text.includes(`Module["_${name}"]=wasmExports["${letter}"]`))
      throw new Error(`signalsmith-stretch: ${name} is not ${letter}; see scripts/stretch_module.mjs`);
  }
  const base64 = /data:application\/octet-stream;base64,([A-Za-z0-9+/=]{1000,})/.exec(text)?.[1];
  if (!base64) throw new Error('signalsmith-stretch has no WASM where it was.');
  return Buffer.from(base64, 'base64');
}

export function placeStretch(folder = new URL('../public/engine/', import.meta.url)) {
  const file = new URL('stretch.wasm', folder);
  const bytes = stretchBytes();
  if (existsSync(file) && readFileSync(file).equals(bytes)) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, bytes);
}

// Laid before anything asks for the modules' version.
export function stretchModule() {
  placeStretch();
  return { name: 'tutti-stretch' };
}
