// How one clock runs against another, seen through delays that only ever add: the line under all points.
//
// A point is (t, v): at time t of this clock an event of the other came v late, v = true offset + a delay
// that is never negative and sometimes nearly none. The line that touches the points from below gives
// offset and skew; its slope is that of the lower convex hull's edge over the middle of the window
// (Zhang, Liu & Xia, "Clock Synchronization Algorithms for Network Measurements", INFOCOM 2002), which
// of all lines below the points has the smallest mean distance to them. While the window is short for
// the noise there is, the slope leans to what was known before, as two estimates of known spread are
// weighed. Seconds throughout. No allocation after construction.

const BIN = 5; // s: of the points of one bin only the lowest counts
const BINS = 120; // the window: ten minutes
const USUAL = 50e-6; // how much two quartzes differ
const STEEPEST = 1e-3; // no quartz is worse

export class LowerEnvelope {
  private readonly times = new Float64Array(BINS);
  private readonly values = new Float64Array(BINS);
  private readonly hull = new Int32Array(BINS);
  private count = 0;
  private bin = -1;
  private known = 0; // slope of earlier times
  private steep = 0;
  private noise = 0; // mean height of points above the line
  private base = 0; // of the line at time `from`
  private from = 0;

  add(t: number, v: number) {
    if (this.count) this.noise += (Math.max(0, v - this.at(t)) - this.noise) / 64;
    const bin = Math.floor(t / BIN);
    const last = this.count - 1;
    if (last >= 0 && bin === this.bin) {
      // Lower along the line, or a steep line would always prefer one side of the bin.
      if (v - this.steep * t >= this.values[last]! - this.steep * this.times[last]!) return;
      this.times[last] = t;
      this.values[last] = v;
    } else {
      if (this.count === BINS) {
        this.times.copyWithin(0, 1);
        this.values.copyWithin(0, 1);
        this.count--;
      }
      this.times[this.count] = t;
      this.values[this.count++] = v;
      this.bin = bin;
    }
    this.fit();
  }

  // The offset at time t as far as the line tells.
  at(t: number): number {
    return this.base + this.steep * (t - this.from);
  }
  slope(): number {
    return this.steep;
  }
  span(): number {
    return this.count ? this.times[this.count - 1]! - this.times[0]! : 0;
  }

  // The offset is another from now on (a new connection); how fast the clocks run stays.
  restart() {
    this.known = this.steep;
    this.count = 0;
    this.bin = -1;
  }

  private fit() {
    const { times: t, values: v, hull } = this;
    let top = 0;
    for (let i = 0; i < this.count; i++) {
      while (top >= 2) {
        const a = hull[top - 2]!;
        const b = hull[top - 1]!;
        const left = (t[b]! - t[a]!) * (v[i]! - v[a]!) - (v[b]! - v[a]!) * (t[i]! - t[a]!);
        if (left > 0) break;
        top--;
      }
      hull[top++] = i;
    }
    let slope = this.known;
    const span = this.span();
    if (top >= 2) {
      const middle = t[0]! + span / 2;
      let edge = 0;
      while (edge < top - 2 && t[hull[edge + 1]!]! < middle) edge++;
      const a = hull[edge]!;
      const b = hull[edge + 1]!;
      const found = (v[b]! - v[a]!) / (t[b]! - t[a]!);
      let above = this.noise; // one more bin, of a single point
      for (let i = 0; i < this.count; i++) above += v[i]! - v[a]! - found * (t[i]! - t[a]!);
      const spread = ((above / (this.count + 1)) * (4 / Math.sqrt(this.count))) / span;
      const trust = USUAL ** 2 / (USUAL ** 2 + spread ** 2);
      slope = trust * found + (1 - trust) * this.known;
    }
    this.steep = Math.max(-STEEPEST, Math.min(STEEPEST, slope));
    this.from = t[0]!;
    this.base = Infinity;
    for (let i = 0; i < top; i++) {
      const at = hull[i]!;
      this.base = Math.min(this.base, v[at]! - this.steep * (t[at]! - this.from));
    }
  }
}
