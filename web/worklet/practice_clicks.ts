// The metronome: where its clicks fall on the song's own beats, how a count-in lies before them, and
// how a click sounds. Frames of the song unless said; `speed` is song frames a frame out.
// next() and Clicks.render() allocate nothing.

export interface Beats {
  readonly at: Float64Array; // sorted
  readonly accents: Uint8Array; // 1: a bar begins
  readonly beatsPerBar: number;
  readonly tempo: number; // beats a minute where there are no beats
}
export const NO_BEATS: Beats = {
  at: new Float64Array(0),
  accents: new Uint8Array(0),
  beatsPerBar: 4,
  tempo: 0,
};

// The first beat at or after `frame`.
export function beatFrom(beats: Float64Array, frame: number): number {
  let low = 0;
  let high = beats.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (beats[middle]! < frame) low = middle + 1;
    else high = middle;
  }
  return low;
}

export interface CountIn {
  readonly frames: number; // out, from the first click to the song's first frame
  readonly at: readonly number[]; // frames out
  readonly accents: readonly boolean[];
}

// Bars before `from`, in the tempo that the song has there: the last click is one beat before the first
// beat that is heard, wherever between two beats the song begins.
export function countIn(beats: Beats, bars: number, from: number, speed: number, rate: number): CountIn {
  const { at, accents, beatsPerBar, tempo } = beats;
  const count = Math.round(bars * beatsPerBar);
  if (count <= 0) return { frames: 0, at: [], accents: [] };
  let first = beatFrom(at, from - 0.02 * rate); // begun a little late is begun on the beat
  let period = (60 / (tempo > 0 ? tempo : 120)) * rate;
  let lead = 0; // from the beginning to the first beat
  let phase = 0; // of that beat in its bar
  if (at.length > 1) {
    first = Math.min(first, at.length - 1);
    const near = Math.min(at.length - 1, first + beatsPerBar);
    const back = Math.max(0, near - beatsPerBar);
    period = (at[near]! - at[back]!) / (near - back);
    lead = Math.max(0, at[first]! - from);
    if (lead > period) lead %= period; // before the first beat: its grid goes back
    const bar = accents.indexOf(1, first);
    phase = bar < 0 ? 0 : (((first - bar) % beatsPerBar) + beatsPerBar) % beatsPerBar;
  }
  const gap = period / speed;
  return {
    frames: Math.max(0, Math.round(count * gap - lead / speed)),
    at: Array.from({ length: count }, (_, i) => Math.round(i * gap)),
    accents: Array.from({ length: count }, (_, i) => (phase + i) % beatsPerBar === 0),
  };
}

const VOICES = 4;
const SECONDS = 0.06;
const DECAY = 0.009; // s

export class Clicks {
  private readonly sounds: readonly Float32Array[];
  private readonly which = new Int32Array(VOICES).fill(-1);
  private readonly place = new Int32Array(VOICES); // in the sound; below 0: still to come
  gain = 1;

  constructor(rate: number) {
    this.sounds = [1000, 1600].map((hz) => {
      const sound = new Float32Array(Math.round(SECONDS * rate));
      for (let i = 0; i < sound.length; i++) {
        const t = i / rate;
        sound[i] = Math.min(1, t / 0.0005) * Math.exp(-t / DECAY) * Math.sin(2 * Math.PI * hz * t);
      }
      return sound;
    });
  }

  // A click that begins `offset` frames after the next frame rendered.
  add(offset: number, accent: boolean) {
    let voice = 0;
    for (let v = 0; v < VOICES; v++) {
      if (this.which[v]! < 0) voice = v;
      else if (this.which[voice]! >= 0 && this.place[v]! > this.place[voice]!) voice = v;
    }
    this.which[voice] = accent ? 1 : 0;
    this.place[voice] = -offset;
  }
  clear() {
    this.which.fill(-1);
  }

  // Adds `count` frames to both channels.
  render(left: Float32Array, right: Float32Array, at: number, count: number) {
    for (let v = 0; v < VOICES; v++) {
      if (this.which[v]! < 0) continue;
      const sound = this.sounds[this.which[v]!]!;
      let place = this.place[v]!;
      for (let i = 0; i < count; i++, place++) {
        if (place < 0 || place >= sound.length) continue;
        const sample = this.gain * sound[place]!;
        left[at + i]! += sample;
        right[at + i]! += sample;
      }
      this.place[v] = place;
      if (place >= sound.length) this.which[v] = -1;
    }
  }
}
