// A WASM module of the engine in one thread's hands: instance, memory, bytes in and out.
//
// Used by the worklet, by the transcription worker and by core alike. No glue of any toolchain: the few
// WASI calls that the C library imports answer "not supported" (52), since the engine opens no files.
// AudioWorkletGlobalScope has no TextEncoder, so text crosses as bytes here.

export interface EngineExports {
  readonly memory: WebAssembly.Memory;
  _initialize(): void;
  alloc(size: number): number; // 0 when there is no memory left
  release(pointer: number): void;
  result_data(): number; // what the last call gave back: bytes, or an error
  result_size(): number;
}

const WASI_NOT_SUPPORTED = 52;

export function instantiate<E extends EngineExports>(
  module: WebAssembly.Module,
  env: Record<string, (...values: never[]) => unknown> = {},
): E {
  const imports: WebAssembly.Imports = {};
  for (const { module: space, name } of WebAssembly.Module.imports(module)) {
    const room = (imports[space] ??= {});
    room[name] = space === 'env' && env[name] ? env[name] : () => WASI_NOT_SUPPORTED;
  }
  const exports = new WebAssembly.Instance(module, imports).exports as unknown as E;
  exports._initialize();
  return exports;
}

// Bytes copied into the module; give the pointer back with release(), unless the callee takes it over.
export function put(wasm: EngineExports, bytes: Uint8Array): number {
  const pointer = wasm.alloc(Math.max(1, bytes.byteLength));
  if (pointer === 0) throw new OutOfMemory();
  new Uint8Array(wasm.memory.buffer, pointer, bytes.byteLength).set(bytes);
  return pointer;
}

// A copy of what the last call gave back.
export function taken(wasm: EngineExports): Uint8Array<ArrayBuffer> {
  const start = wasm.result_data();
  return new Uint8Array(wasm.memory.buffer.slice(start, start + wasm.result_size()) as ArrayBuffer);
}

export class OutOfMemory extends Error {
  constructor() {
    super('The browser gives this page no more memory.');
  }
}
