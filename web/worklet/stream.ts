// The stream in the audio thread: pieces from the page, sound out, a report for whoever looks.
//
// A block makes sound and writes the report into shared memory; it allocates nothing. (A piece that
// arrives is a message, which the browser unpacks; that is ten to fifty times a second.)
import { ReportRing } from './protocol';
import { StreamPlayer } from './stream_player';
import { STREAM_REPORT_SIZE, type FromStream, type StreamOptions, type ToStream } from './stream_protocol';

const REPORTS = 8; // blocks from one report to the next
const POSTED = 40; // … where it must be posted

class StreamProcessor extends AudioWorkletProcessor {
  private readonly player: StreamPlayer;
  private readonly ring: ReportRing | null;
  private readonly report = new Float64Array(STREAM_REPORT_SIZE);
  private blocks = 0;
  private open = true;

  constructor(options: { processorOptions: StreamOptions }) {
    super();
    const { timing, shared } = options.processorOptions;
    this.player = new StreamPlayer(sampleRate, timing);
    this.ring = shared ? new ReportRing(shared, STREAM_REPORT_SIZE) : null;
    this.port.onmessage = ({ data }: MessageEvent<ToStream>) => this.receive(data);
  }

  process(_inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const left = outputs[0]?.[0];
    const right = outputs[0]?.[1];
    if (left && right) this.player.render(left, right, currentTime);
    const every = this.ring ? REPORTS : POSTED;
    if (++this.blocks % every === 0 && left) {
      this.player.report(this.report, currentTime + left.length / sampleRate);
      if (this.ring) this.ring.write(this.report);
      else this.port.postMessage({ type: 'report', report: this.report } satisfies FromStream);
    }
    return this.open;
  }

  private receive(message: ToStream) {
    switch (message.type) {
      case 'piece':
        this.player.push(message.frame, message.left, message.right, message.at);
        break;
      case 'timing':
        this.player.control.setTiming(message.timing);
        break;
      case 'restart':
        this.player.restart();
        break;
      case 'clear':
        this.player.leave();
        break;
      case 'close':
        this.open = false;
        break;
    }
  }
}

registerProcessor('tutti-stream', StreamProcessor as unknown as AudioWorkletProcessorConstructor);
