// The microphone: permission, raw samples, level and pitch while recording.
import workletUrl from '../worklet/recorder.ts?worker&url';
import type { FromRecorder, ToRecorder } from '../worklet/protocol';
import { failure } from './problem';
import { LiveListener } from './transcriber';
import type { LiveInput } from './types';
import type { Audio } from './wav';

const MOST_SECONDS = 30 * 60;

export interface Captured {
  readonly audio: Audio;
  readonly frame: number; // of the context's clock at the first sample
}

export class Microphone {
  private readonly pieces: Float32Array<ArrayBuffer>[] = [];
  private frames = 0;
  private first = -1;
  private level = -Infinity;
  private peak = -Infinity;
  private readonly listener: LiveListener;
  private ended: (() => void) | null = null;
  onLimit: () => void = () => {};
  onLost: () => void = () => {}; // the device went away

  private constructor(
    private readonly context: AudioContext,
    private readonly stream: MediaStream,
    private readonly source: MediaStreamAudioSourceNode,
    private readonly node: AudioWorkletNode,
  ) {
    this.listener = new LiveListener(context.sampleRate);
    node.port.onmessage = ({ data }: MessageEvent<FromRecorder>) => this.receive(data);
    for (const track of stream.getAudioTracks()) track.onended = () => this.onLost();
    source.connect(node);
  }

  static async open(context: AudioContext): Promise<Microphone> {
    if (!navigator.mediaDevices?.getUserMedia) {
      throw failure(
        'unsupported',
        'This page may not use a microphone here.',
        'Open Tutti by https, or as localhost; or open a recording from a file.',
      );
    }
    let stream: MediaStream;
    try {
      // The browser's clean-up for speech bends pitch and swallows soft notes.
      stream = await navigator.mediaDevices.getUserMedia({
        audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false, channelCount: 1 },
      });
    } catch (error) {
      throw refusal(error);
    }
    try {
      await context.audioWorklet.addModule(workletUrl);
      const node = new AudioWorkletNode(context, 'tutti-recorder', { numberOfInputs: 1, numberOfOutputs: 0 });
      return new Microphone(context, stream, context.createMediaStreamSource(stream), node);
    } catch (error) {
      for (const track of stream.getTracks()) track.stop();
      throw error;
    }
  }

  // Seconds from the sound to its samples, as the browser tells; undefined where it does not.
  get inputLatency(): number | undefined {
    const { latency } = this.stream.getAudioTracks()[0]!.getSettings() as { latency?: number };
    return latency;
  }

  live(): LiveInput {
    const { listener } = this;
    return {
      seconds: this.frames / this.context.sampleRate,
      level: this.level,
      peak: this.peak,
      pitch: listener.pitch,
      hop: listener.hop,
      trace: listener.trace(),
      levels: listener.levels(),
    };
  }

  // All that was heard, to the last sample. The microphone is off afterwards.
  async stop(): Promise<Captured> {
    const last = new Promise<void>((resolve) => (this.ended = resolve));
    this.node.port.postMessage({ type: 'stop' } satisfies ToRecorder);
    await last;
    this.close();
    const samples = new Float32Array(this.frames);
    let at = 0;
    for (const piece of this.pieces) {
      samples.set(piece, at);
      at += piece.length;
    }
    return { audio: { rate: this.context.sampleRate, channels: [samples] }, frame: this.first };
  }

  close() {
    this.source.disconnect();
    this.listener.close();
    for (const track of this.stream.getTracks()) {
      track.onended = null;
      track.stop();
    }
  }

  private receive(message: FromRecorder) {
    if (message.type === 'ended') {
      this.ended?.();
      return;
    }
    const samples = message.samples as Float32Array<ArrayBuffer>;
    if (this.first < 0) this.first = message.frame;
    this.pieces.push(samples);
    this.frames += samples.length;
    let sum = 0;
    let peak = 0;
    for (const sample of samples) {
      sum += sample * sample;
      peak = Math.max(peak, Math.abs(sample));
    }
    this.level = 10 * Math.log10(sum / samples.length);
    this.peak = Math.max(this.peak, 20 * Math.log10(peak));
    this.listener.feed(samples);
    if (this.frames > MOST_SECONDS * this.context.sampleRate) this.onLimit();
  }
}

function refusal(error: unknown) {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') {
    return failure(
      'missing_part',
      'No microphone was found.',
      'Connect one, or open a recording from a file.',
    );
  }
  if (name === 'NotReadableError') {
    return failure(
      'io',
      'The microphone is in use by another program.',
      'Close that program, then press record again.',
    );
  }
  return failure(
    'not_allowed',
    'The browser was not allowed to use the microphone.',
    'Allow it beside the address of this page, then press record again.',
  );
}
