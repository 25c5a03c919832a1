// Reading a ring between its samples at a constant ratio: how the page changes pitch.
//
// A sinc under a Kaiser window, low-passed where the ratio is above 1 so that nothing folds back; at
// ratio 1 on whole samples it hands on the very sample. The table is made when the ratio changes, reading
// allocates nothing. Kaiser & Schafer 1980; Smith, "Digital Audio Resampling".

const HALF = 16; // zero crossings on each side
const PHASES = 256;
const BETA = 9;
const MOST = 2 * HALF * 4; // taps, for ratios up to 4

function bessel0(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

export class RingReader {
  half = HALF; // samples needed after the one that is read
  private taps = 2 * HALF;
  private table: Float32Array;
  private readonly weights = new Float64Array(MOST);

  constructor(ratio = 1) {
    this.table = this.kernel(ratio);
  }
  setRatio(ratio: number) {
    this.table = this.kernel(ratio);
  }

  // Each ring of 2^k samples at `position` (any real number) into[c][at].
  read(rings: readonly Float32Array[], position: number, into: readonly Float32Array[], at: number) {
    const { taps, half, table, weights } = this;
    const whole = Math.floor(position);
    const phase = (position - whole) * PHASES;
    const row = Math.floor(phase);
    const blend = phase - row;
    const from = row * taps;
    for (let k = 0; k < taps; k++)
      weights[k] = table[from + k]! + blend * (table[from + taps + k]! - table[from + k]!);
    for (let c = 0; c < rings.length; c++) {
      const ring = rings[c]!;
      const mask = ring.length - 1;
      let place = (whole - half + 1) & mask;
      let sum = 0;
      for (let k = 0; k < taps; k++) {
        sum += weights[k]! * ring[place]!;
        place = (place + 1) & mask;
      }
      into[c]![at] = sum;
    }
  }

  private kernel(ratio: number): Float32Array {
    const cutoff = 1 / Math.max(1, ratio);
    this.half = Math.min(MOST / 2, Math.ceil(HALF / cutoff));
    this.taps = 2 * this.half;
    const table = new Float32Array((PHASES + 1) * this.taps);
    for (let p = 0; p <= PHASES; p++) {
      let sum = 0;
      for (let k = 0; k < this.taps; k++) {
        const x = k - (this.half - 1) - p / PHASES;
        const window = bessel0(BETA * Math.sqrt(Math.max(0, 1 - (x / this.half) ** 2)));
        const y = cutoff * x;
        const sinc = y === 0 ? 1 : Number.isInteger(y) ? 0 : Math.sin(Math.PI * y) / (Math.PI * y);
        table[p * this.taps + k] = sinc * window;
        sum += sinc * window;
      }
      for (let k = 0; k < this.taps; k++) table[p * this.taps + k]! /= sum;
    }
    return table;
  }
}
