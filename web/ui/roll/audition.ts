// One note at a time, to hear what is touched: the next one ends the one before.
import type { Playback } from '../../core';

export class Audition {
  readonly #playback: Playback;
  #key = -1;
  #timer = 0;

  constructor(playback: Playback) {
    this.#playback = playback;
  }

  // Sounds for `holdMs`; with 0 until stop().
  play(key: number, velocity: number, holdMs: number): void {
    this.stop();
    this.#key = key;
    this.#playback.noteOn(key, velocity);
    if (holdMs > 0) this.#timer = window.setTimeout(() => this.stop(), holdMs);
  }

  stop(): void {
    window.clearTimeout(this.#timer);
    if (this.#key >= 0) this.#playback.noteOff(this.#key);
    this.#key = -1;
  }
}
