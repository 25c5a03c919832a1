// Tutti's engine as a WASM package: effects and chains of effects over float32 samples.
//
// One module instance serves one thread: a page, a worker, an AudioWorklet or node. It needs no files,
// no network and no glue; the few WASI calls that the C library imports answer "not supported".
//
//   const engine = await Tutti.load('engine.wasm');
//   const chain = engine.chain('highpass freq=80, compressor threshold=-18 ratio=4', 48000);
//   chain.process(left, right); // Float32Array of any length, in place
//   chain.set(1, 'threshold', -24);
//   chain.close();

const ascii = {
  // AudioWorkletGlobalScope has neither TextEncoder nor TextDecoder.
  bytes: (text) => Uint8Array.from(unescape(encodeURIComponent(text)), (c) => c.charCodeAt(0)),
  text(bytes) {
    let text = '';
    for (const byte of bytes) text += String.fromCharCode(byte);
    return decodeURIComponent(escape(text));
  },
};

export class Tutti {
  // From the address of engine.wasm. A compiled WebAssembly.Module can be handed to other threads and
  // given to the constructor there.
  static async load(url) {
    return new Tutti(await Tutti.compile(url));
  }
  static async compile(url) {
    return WebAssembly.compileStreaming(fetch(url));
  }

  constructor(module) {
    this.module = module;
    const imports = {};
    for (const { module: space, name } of WebAssembly.Module.imports(module)) {
      (imports[space] ??= {})[name] = () => 52;
    }
    this.wasm = new WebAssembly.Instance(module, imports).exports;
    this.wasm._initialize();
    this.wasm.effect_list();
    // [{id, name, category, summary, parameters: [{id, name, unit, min, max, initial, …}], presets …}]
    this.effects = JSON.parse(this.#given());
  }

  effect(id) {
    return this.effects.find((e) => e.id === id || e.aliases.includes(id));
  }

  // A row of effects from text; see `tutti fx --help` for how chains are written. Throws an Error whose
  // message says what is wrong and what to do.
  chain(text, rate) {
    const bytes = ascii.bytes(text);
    const at = this.#put(bytes);
    const failed = this.wasm.chain_read(at, bytes.length);
    this.wasm.release(at);
    if (failed) throw this.#error();
    return new Chain(this, JSON.parse(this.#given()), rate);
  }

  // ------------------------------------------------------------ for Chain

  open(id, rate) {
    const bytes = ascii.bytes(id);
    const at = this.#put(bytes);
    const handle = this.wasm.effect_open(at, bytes.length, rate, Chain.BLOCK);
    this.wasm.release(at);
    if (handle === 0) throw this.#error();
    return handle;
  }

  #put(bytes) {
    const at = this.wasm.alloc(Math.max(1, bytes.length));
    new Uint8Array(this.wasm.memory.buffer, at, bytes.length).set(bytes);
    return at;
  }
  #given() {
    const { wasm } = this;
    return ascii.text(new Uint8Array(wasm.memory.buffer, wasm.result_data(), wasm.result_size()));
  }
  #error() {
    const [code, message, next] = this.#given().split('\0');
    return Object.assign(new Error(`${message} ${next}`), { code });
  }
}

export class Chain {
  static BLOCK = 1024; // frames that go through the engine at once

  #engine;
  #buffer;
  #effects;

  constructor(engine, effects, rate) {
    this.#engine = engine;
    const { wasm } = engine;
    this.#buffer = wasm.alloc(8 * Chain.BLOCK);
    this.#effects = effects
      .filter((e) => !e.bypass)
      .map(({ effect, values }) => {
        const handle = engine.open(effect, rate);
        values.forEach((value, i) => wasm.effect_set(handle, i, value, 0));
        wasm.effect_prepare(handle);
        return { info: engine.effect(effect), handle };
      });
  }

  // Both channels in place; any length. Nothing is allocated.
  process(left, right) {
    const { wasm } = this.#engine;
    for (let at = 0; at < left.length; at += Chain.BLOCK) {
      const frames = Math.min(Chain.BLOCK, left.length - at);
      const memory = new Float32Array(wasm.memory.buffer, this.#buffer, 2 * Chain.BLOCK);
      memory.set(left.subarray(at, at + frames));
      memory.set(right.subarray(at, at + frames), Chain.BLOCK);
      for (const { handle } of this.#effects) {
        wasm.effect_process(handle, this.#buffer, this.#buffer + 4 * Chain.BLOCK, frames);
      }
      const out = new Float32Array(wasm.memory.buffer, this.#buffer, 2 * Chain.BLOCK);
      left.set(out.subarray(0, frames), at);
      right.set(out.subarray(Chain.BLOCK, Chain.BLOCK + frames), at);
    }
  }

  // Moves a parameter of effect `place` (from 0, bypassed ones not counted) over `frames`.
  set(place, parameter, value, frames = 480) {
    const { info, handle } = this.#effects[place];
    const index = info.parameters.findIndex((p) => p.id === parameter);
    if (index < 0) throw new Error(`${info.name} has no parameter ${parameter}.`);
    this.#engine.wasm.effect_set(handle, index, value, frames);
  }

  get effects() {
    return this.#effects.map(({ info }) => info);
  }
  // Frames by which the output lags.
  get latency() {
    return this.#effects.reduce((sum, { handle }) => sum + this.#engine.wasm.effect_latency(handle), 0);
  }
  // Frames that ring on after the input has ended; Infinity if it never ends.
  get tail() {
    const tails = this.#effects.map(({ handle }) => this.#engine.wasm.effect_tail(handle));
    return tails.some((t) => t < 0) ? Infinity : tails.reduce((a, b) => a + b, 0);
  }
  reset() {
    for (const { handle } of this.#effects) this.#engine.wasm.effect_reset(handle);
  }
  close() {
    for (const { handle } of this.#effects) this.#engine.wasm.effect_close(handle);
    this.#engine.wasm.release(this.#buffer);
    this.#effects = [];
  }
}
