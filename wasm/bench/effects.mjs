// How fast each effect runs as WASM, beside the native engine with its base (SSE) kernels.
//
//   node wasm/bench/effects.mjs [--cpu 0.2] [--only ID …]
//
// Both sides process the same sound in blocks of 1,024 at 48 kHz, the best of five passes of at least
// --cpu seconds each, by user CPU.
// The native side is bench_fx of a build made for it:
//   cmake --preset release -B build/base -DCMAKE_CXX_FLAGS=-DTUTTI_BASE_ISA
//   cmake --build build/base --target bench_fx
// or of the build that TUTTI_BASE_BUILD names.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const native = join(process.env.TUTTI_BASE_BUILD ?? join(root, 'build/base'), 'bench/mix/bench_fx');
const words = process.argv.slice(2);
const cpu = words.includes('--cpu') ? Number(words[words.indexOf('--cpu') + 1]) : 0.2;
const only = words.includes('--only') ? words.slice(words.indexOf('--only') + 1) : null;
const RATE = 48000;
const BLOCK = 1024;
const PASSES = 5;

// What an effect does nothing without.
const CHAINS = {
  'parametric-eq':
    'parametric-eq band1_on=on band1_freq=120 band1_gain=3 band2_on=on band2_freq=600 band2_gain=-4 ' +
    'band3_on=on band3_freq=2500 band3_gain=3 band4_on=on band4_freq=9000 band4_gain=2',
};

const module = new WebAssembly.Module(readFileSync(join(root, 'web/public/engine/engine.wasm')));
const imports = {};
for (const { module: space, name } of WebAssembly.Module.imports(module)) (imports[space] ??= {})[name] = () => 52;
const wasm = new WebAssembly.Instance(module, imports).exports;
wasm._initialize();

const text = () =>
  new TextDecoder().decode(new Uint8Array(wasm.memory.buffer, wasm.result_data(), wasm.result_size()));
function withText(words, call) {
  const bytes = new TextEncoder().encode(words);
  const at = wasm.alloc(bytes.length + 1);
  new Uint8Array(wasm.memory.buffer, at, bytes.length).set(bytes);
  const answer = call(at, bytes.length);
  wasm.release(at);
  return answer;
}

// The sound of bench_fx: low noise, hiss, two tones, a pulse every half second.
function material(channel) {
  const out = new Float32Array(RATE);
  let seed = 12345 + channel;
  let low = 0;
  for (let i = 0; i < RATE; i++) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    const white = (seed >>> 8) / 8388608 - 1;
    low += 0.05 * (white - low);
    const t = i / RATE;
    out[i] =
      0.3 * low +
      0.05 * white +
      0.2 * Math.sin(2 * Math.PI * 220 * t) +
      0.1 * Math.sin(2 * Math.PI * (330 + channel) * t) +
      (i % (RATE / 2) < 16 ? 0.4 : 0);
  }
  return out;
}

function open(chain) {
  withText(chain, (at, size) => wasm.chain_read(at, size));
  const [{ effect, values }] = JSON.parse(text());
  const handle = withText(effect, (at, size) => wasm.effect_open(at, size, RATE, BLOCK));
  if (handle === 0) throw new Error(text());
  values.forEach((value, i) => wasm.effect_set(handle, i, value, 0));
  wasm.effect_prepare(handle);
  return handle;
}

const sound = [material(0), material(1)];
const buffer = wasm.alloc(8 * BLOCK);
function run(handle, seconds) {
  let place = 0;
  for (let done = 0; done < seconds * RATE; done += BLOCK) {
    if (place + BLOCK > RATE) place = 0;
    const into = new Float32Array(wasm.memory.buffer, buffer, 2 * BLOCK);
    into.set(sound[0].subarray(place, place + BLOCK));
    into.set(sound[1].subarray(place, place + BLOCK), BLOCK);
    wasm.effect_process(handle, buffer, buffer + 4 * BLOCK, BLOCK);
    place += BLOCK;
  }
}

// The clock of user CPU has steps of some milliseconds: a pass has to last.
function measure(handle) {
  run(handle, 5);
  const began = performance.now();
  run(handle, 20);
  const seconds = Math.max(20, Math.ceil((20 * cpu * 1000) / (performance.now() - began)));
  let best = Infinity;
  for (let pass = 0; pass < PASSES; pass++) {
    const before = process.cpuUsage().user;
    run(handle, seconds);
    best = Math.min(best, (process.cpuUsage().user - before) / 1e6);
  }
  return { speed: seconds / best, seconds };
}

function nativeSpeed(chain, seconds) {
  if (!existsSync(native)) throw new Error(`${native} is not there; see the top of this file`);
  const said = JSON.parse(execFileSync(native, [chain, '--seconds', String(seconds), '--json'], { encoding: 'utf8' }));
  return said.realtime ?? said.realtime_factor ?? said.speed;
}

wasm.effect_list();
const list = JSON.parse(text()).filter(({ id }) => !only || only.includes(id));
console.log('| Effect | WASM, × real time | Native, SSE | Ratio |\n|---|---:|---:|---:|');
const ratios = [];
for (const { id } of list) {
  const chain = CHAINS[id] ?? id;
  const handle = open(chain);
  const { speed: ours, seconds } = measure(handle);
  wasm.effect_close(handle);
  const theirs = nativeSpeed(chain, seconds);
  ratios.push([id, ours / theirs]);
  console.log(`| ${id} | ${Math.round(ours)} | ${Math.round(theirs)} | ${(ours / theirs).toFixed(2)} |`);
}
ratios.sort((a, b) => a[1] - b[1]);
const under = ratios.filter(([, r]) => r < 0.5);
console.log(
  `\n${list.length - under.length} of ${list.length} effects run at half the native speed or more; ` +
    `the median is ${ratios[ratios.length >> 1]?.[1].toFixed(2)}.`,
);
