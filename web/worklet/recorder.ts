// The microphone in the audio thread: raw samples to the page, none lost.
//
// Posts pieces of about 20 ms with the clock's frame of their first sample, until told to stop; then the
// last piece and 'ended'.
import type { FromRecorder, ToRecorder } from './protocol';

const PIECE = 1024;

class RecorderProcessor extends AudioWorkletProcessor {
  private piece = new Float32Array(PIECE);
  private filled = 0;
  private first = 0;
  private stopping = false;

  constructor() {
    super();
    this.port.onmessage = (event: MessageEvent<ToRecorder>) => {
      if (event.data.type === 'stop') this.stopping = true;
    };
  }

  process(inputs: Float32Array[][]): boolean {
    const channels = inputs[0];
    if (channels?.length) {
      const frames = channels[0]!.length;
      if (this.filled === 0) this.first = currentFrame;
      for (let i = 0; i < frames; i++) {
        let sum = 0;
        for (const channel of channels) sum += channel[i]!;
        this.piece[this.filled++] = sum / channels.length;
      }
      if (this.filled + frames > PIECE) this.flush();
    }
    if (!this.stopping) return true;
    this.flush();
    this.send({ type: 'ended' }, []);
    return false;
  }

  private flush() {
    if (this.filled === 0) return;
    const samples = this.piece.slice(0, this.filled);
    this.filled = 0;
    this.send({ type: 'audio', samples, frame: this.first }, [samples.buffer]);
  }

  private send(message: FromRecorder, transfer: Transferable[]) {
    this.port.postMessage(message, transfer);
  }
}

registerProcessor('tutti-recorder', RecorderProcessor as unknown as AudioWorkletProcessorConstructor);
