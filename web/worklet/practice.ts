// The Practice room in the audio thread: pieces and wishes from the page, sound out, a report back.
import { PracticePlayer } from './practice_player';
import {
  PRACTICE_REPORT_SIZE,
  STEMS,
  type FromPractice,
  type PracticeOptions,
  type ToPractice,
} from './practice_protocol';
import { Stretch } from './practice_stretch';
import { ReportRing } from './protocol';

const REPORTS = 4; // blocks from one report to the next
const POSTED = 12; // … where it must be posted

class PracticeProcessor extends AudioWorkletProcessor {
  private readonly player: PracticePlayer;
  private readonly ring: ReportRing | null;
  private readonly report = new Float64Array(PRACTICE_REPORT_SIZE);
  private blocks = 0;
  private open = true;

  constructor(options: { processorOptions: PracticeOptions }) {
    super();
    const { module, shared } = options.processorOptions;
    this.player = new PracticePlayer(sampleRate, module && new Stretch(module, sampleRate, 2 * STEMS));
    this.ring = shared ? new ReportRing(shared, PRACTICE_REPORT_SIZE) : null;
    this.port.onmessage = ({ data }: MessageEvent<ToPractice>) => {
      if (data.type === 'close') this.open = false;
      this.player.receive(data);
    };
  }

  process(_inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const left = outputs[0]?.[0];
    const right = outputs[0]?.[1];
    if (!left || !right) return this.open;
    this.player.render(left, right, currentFrame);
    if (++this.blocks % (this.ring ? REPORTS : POSTED) === 0) {
      this.player.report(this.report, currentFrame + left.length);
      if (this.ring) this.ring.write(this.report);
      else this.port.postMessage({ type: 'report', report: this.report } satisfies FromPractice);
    }
    return this.open;
  }
}

registerProcessor('tutti-practice', PracticeProcessor as unknown as AudioWorkletProcessorConstructor);
