// Peaks of the stems for drawing, filled piece by piece as they come.
import { COLUMN, PIECE, STEMS } from '../worklet/practice_protocol';
import type { StemPeaks } from './practice_types';

const COLUMNS = PIECE / COLUMN;

export class PeaksOfSong {
  readonly min: Int8Array[];
  readonly max: Int8Array[];
  private readonly filled: Uint8Array; // by piece
  private upTo = 0;

  constructor(
    private readonly frames: number,
    private readonly rate: number,
    kept: readonly { min: Int8Array; max: Int8Array }[] | null = null,
  ) {
    const columns = Math.ceil(frames / COLUMN);
    this.min = Array.from({ length: STEMS }, (_, s) => kept?.[s]?.min ?? new Int8Array(columns));
    this.max = Array.from({ length: STEMS }, (_, s) => kept?.[s]?.max ?? new Int8Array(columns));
    this.filled = new Uint8Array(Math.ceil(frames / PIECE)).fill(kept ? 1 : 0);
    if (kept) this.upTo = this.filled.length;
  }

  get whole(): boolean {
    return this.upTo === this.filled.length;
  }
  add(index: number, stems: readonly Int16Array[]) {
    if (index >= this.filled.length || this.filled[index]) return;
    for (let s = 0; s < STEMS; s++) columnsOf(stems[s]!, this.min[s]!, this.max[s]!, index * COLUMNS);
    this.filled[index] = 1;
    while (this.upTo < this.filled.length && this.filled[this.upTo]) this.upTo++;
  }
  view(stem: number): StemPeaks {
    return {
      seconds: COLUMN / this.rate,
      min: this.min[stem]!,
      max: this.max[stem]!,
      columns: Math.min(this.min[stem]!.length, this.upTo * COLUMNS),
    };
  }
  kept(): { min: Int8Array; max: Int8Array }[] {
    return this.min.map((min, s) => ({ min, max: this.max[s]! }));
  }
}

// Interleaved stereo to columns of both channels' extremes, 8 bits.
function columnsOf(samples: Int16Array, min: Int8Array, max: Int8Array, first: number) {
  for (let column = 0; 2 * column * COLUMN < samples.length && first + column < min.length; column++) {
    let low = 32767;
    let high = -32768;
    const end = Math.min(samples.length, 2 * (column + 1) * COLUMN);
    for (let i = 2 * column * COLUMN; i < end; i++) {
      const x = samples[i]!;
      if (x < low) low = x;
      if (x > high) high = x;
    }
    min[first + column] = Math.floor(low / 256);
    max[first + column] = Math.min(127, Math.ceil(high / 256));
  }
}

// One channel of floats, for takes.
export function peaksOfTake(samples: Float32Array, rate: number): StemPeaks {
  const columns = Math.ceil(samples.length / COLUMN);
  const min = new Int8Array(columns);
  const max = new Int8Array(columns);
  for (let c = 0; c < columns; c++) {
    let low = 1;
    let high = -1;
    for (let i = c * COLUMN; i < Math.min(samples.length, (c + 1) * COLUMN); i++) {
      low = Math.min(low, samples[i]!);
      high = Math.max(high, samples[i]!);
    }
    min[c] = Math.max(-128, Math.floor(low * 128));
    max[c] = Math.min(127, Math.ceil(high * 127));
  }
  return { seconds: COLUMN / rate, min, max, columns };
}
