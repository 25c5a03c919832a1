// A chain of effects in the audio thread: what comes in goes through it, 128 frames at a time.
import { Tutti } from './tutti.mjs';

class ChainProcessor extends AudioWorkletProcessor {
  constructor({ processorOptions: { module, chain } }) {
    super();
    const engine = new Tutti(module);
    this.chain = engine.chain(chain, sampleRate);
    this.left = new Float32Array(128);
    this.right = new Float32Array(128);
    this.port.onmessage = ({ data: { place, parameter, value } }) => this.chain.set(place, parameter, value);
  }

  process([input], [output]) {
    const { left, right } = this;
    if (input.length > 0) {
      left.set(input[0]);
      right.set(input[1] ?? input[0]);
    } else {
      left.fill(0);
      right.fill(0);
    }
    this.chain.process(left, right);
    output[0].set(left);
    output[1]?.set(right);
    return true;
  }
}

registerProcessor('tutti-chain', ChainProcessor);
