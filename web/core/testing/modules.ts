// The engine's modules as built, for tests in node; a missing build is a failure, not a pass.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ModuleName } from '../modules';

const root = fileURLToPath(new URL('../../../', import.meta.url));

export function moduleOf(name: ModuleName): WebAssembly.Module {
  const path = join(root, 'web/public/engine', `${name}.wasm`);
  if (!existsSync(path)) throw new Error(`${path} is not there: run ./dev build`);
  return new WebAssembly.Module(readFileSync(path));
}

// A module that tests alone use.
export function probeOf(name: string): WebAssembly.Module {
  const path = join(root, 'build/wasm/wasm', `${name}.wasm`);
  if (!existsSync(path)) throw new Error(`${path} is not there: run ./dev build wasm`);
  return new WebAssembly.Module(readFileSync(path));
}

// What the native engine makes of the cases in tests/wasm, in a folder of its own.
export function makeReference(): { read(name: string): Uint8Array; remove(): void } {
  const program = process.env.TUTTI_REFERENCE ?? join(root, 'build/release/tests/wasm/tutti_reference');
  if (!existsSync(program)) throw new Error(`${program} is not there: build the target tutti_reference`);
  const folder = mkdtempSync(join(tmpdir(), 'tutti-reference-'));
  execFileSync(program, [folder, '/usr/share/sounds/sf2/TimGM6mb.sf2']);
  return {
    read: (name) => new Uint8Array(readFileSync(join(folder, name))),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
