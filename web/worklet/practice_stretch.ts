// Signalsmith Stretch (npm signalsmith-stretch, MIT) as an instance of its own in the audio thread.
//
// Its WASM alone is taken from the package (scripts/stretch_module.mjs) and called directly: the package's
// own node would give us no say over which frame is heard when. All eight channels go through one
// instance, so the stems stay aligned to the sample. The work of a window is spread over its blocks.
// After construction nothing allocates.

// Names that the package's linker gave; stretch_module.mjs holds them to the package.
interface Exports {
  readonly e: WebAssembly.Memory;
  f(): void; // constructors
  h(channels: number, frames: number): number; // setBuffers
  k(): number; // inputLatency
  l(): number; // outputLatency
  m(): void; // reset
  p(channels: number, block: number, interval: number, split: number): void; // configure
  v(frames: number, rate: number): void; // seek
  w(inputs: number, outputs: number): void; // process
  y(): number; // main
}

const WINDOW = 0.12; // s: what the library's own preset takes
const OVERLAP = 4;
export const STRETCH_FRAMES = 8192; // the most of one call

export class Stretch {
  readonly inputLatency: number;
  readonly outputLatency: number;
  readonly inputs: Float32Array[] = [];
  readonly outputs: Float32Array[] = [];
  private readonly wasm: Exports;
  private readonly buffers: number;

  constructor(
    module: WebAssembly.Module,
    rate: number,
    private readonly channels: number,
  ) {
    let wasm: Exports | null = null;
    const memory = () => wasm!.e;
    const a = {
      // Its noise need not be secret, but the same every time.
      a: (pointer: number, size: number) => {
        const bytes = new Uint8Array(memory().buffer, pointer, size);
        for (let i = 0; i < size; i++) bytes[i] = (i * 73 + 11) & 255;
        return 0;
      },
      b: (size: number) => {
        try {
          memory().grow(Math.ceil((size - memory().buffer.byteLength) / 65536));
          return 1;
        } catch {
          return 0;
        }
      },
      c: (to: number, from: number, size: number) =>
        new Uint8Array(memory().buffer).copyWithin(to, from, from + size),
      d: () => {
        throw new Error('Signalsmith Stretch stopped.');
      },
    };
    wasm = new WebAssembly.Instance(module, { a }).exports as unknown as Exports;
    this.wasm = wasm;
    wasm.f();
    wasm.y();
    const block = Math.round(WINDOW * rate);
    wasm.p(channels, block, Math.round(block / OVERLAP), 1);
    this.inputLatency = wasm.k();
    this.outputLatency = wasm.l();
    this.buffers = wasm.h(channels, STRETCH_FRAMES);
    this.view();
  }

  // A new beginning: what is in `inputs` came before.
  seek(frames: number, speed: number) {
    this.wasm.m();
    this.wasm.v(frames, speed);
    this.view();
  }
  process(inputs: number, outputs: number) {
    this.wasm.w(inputs, outputs);
    this.view();
  }

  // The library allocates nothing once it is configured; if it did, the views would be stale.
  private view() {
    const { buffer } = this.wasm.e;
    if (this.inputs[0]?.buffer === buffer) return;
    for (let c = 0; c < this.channels; c++) {
      const at = this.buffers + 4 * STRETCH_FRAMES * c;
      this.inputs[c] = new Float32Array(buffer, at, STRETCH_FRAMES);
      this.outputs[c] = new Float32Array(buffer, at + 4 * STRETCH_FRAMES * this.channels, STRETCH_FRAMES);
    }
  }
}
