// The engine's modules: where they lie, and compiled once when first asked for.
import { failure } from './problem';

declare const __ENGINE_VERSION__: string; // changes with the files, so that no cache gives an old one

export type ModuleName = 'engine' | 'document' | 'transcribe' | 'separate' | 'stretch';

const compiled = new Map<ModuleName, Promise<WebAssembly.Module>>();

export const moduleUrl = (name: ModuleName) => `/engine/${name}.wasm?v=${__ENGINE_VERSION__}`;

export function loadModule(name: ModuleName): Promise<WebAssembly.Module> {
  let module = compiled.get(name);
  if (!module) {
    module = fetchModule(name);
    compiled.set(name, module);
    module.catch(() => compiled.delete(name)); // the next call tries again
  }
  return module;
}

async function fetchModule(name: ModuleName): Promise<WebAssembly.Module> {
  try {
    const response = await fetch(moduleUrl(name));
    if (!response.ok) throw new Error(`status ${response.status}`);
    return await WebAssembly.compileStreaming(response);
  } catch (error) {
    throw failure(
      'missing_part',
      `A part of the engine could not be loaded (${error instanceof Error ? error.message : String(error)}).`,
      'Check that the server runs, then reload the page.',
    );
  }
}
