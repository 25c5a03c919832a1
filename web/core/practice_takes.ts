// One's own takes: recorded beside the song, put where they were played, heard instead of the stem.
//
// The microphone counts frames of the same clock as the player, so where a take begins is known to the
// sample but for the way through the devices: the output latency that the context measures and the input
// latency that the track reports are taken off.
import { Microphone } from './microphone';
import type { StoredTake } from './practice_database';
import { peaksOfTake } from './practice_peaks';
import type { PracticeRoom } from './practice_room';
import type { Transport } from './practice_transport';
import type { PracticeRecording, StemPeaks } from './practice_types';
import { writeWav } from './wav';
import { failure } from './problem';

const INPUT = 0.01; // s, where the browser does not tell
const SHORTEST = 0.3; // s

export class OwnTakes {
  private takes: StoredTake[] = [];
  private readonly peaks = new Map<string, StemPeaks>();
  private readonly urls = new Map<string, string>();
  private microphone: Microphone | null = null;
  private opening = false;
  private anchors: { frame: number; at: number; speed: number }[] = []; // what sounded when

  constructor(
    private readonly room: PracticeRoom,
    private readonly transport: Transport,
  ) {}

  async open(song: string): Promise<void> {
    this.close();
    this.takes = (await this.room.db.takesOf(song).catch(() => [])).sort((a, b) => a.at - b.at);
    if (this.room.get().song?.id === song) this.show();
  }
  close() {
    if (this.microphone) {
      this.microphone.close();
      this.microphone = null;
      this.room.set({ recordingNow: false });
    }
    for (const url of this.urls.values()) URL.revokeObjectURL(url);
    this.urls.clear();
    this.peaks.clear();
    this.takes = [];
  }

  // Starts, with the song if it stands; or ends.
  async toggle(): Promise<void> {
    const { room, transport } = this;
    if (this.opening) return;
    if (this.microphone) return this.finish();
    this.opening = true;
    try {
      await room.output.start();
      this.setCompare('');
      this.microphone = await Microphone.open(room.output.context!);
      this.microphone.onLost = this.microphone.onLimit = () => void this.finish().catch((e) => room.told(e));
      this.anchors = [];
      room.set({ recordingNow: true });
    } finally {
      this.opening = false;
    }
    if (!room.get().playing) await transport.play();
  }

  // A few times a second while it records.
  look() {
    if (!this.microphone || !this.room.get().playing) return;
    const { room } = this;
    const now = performance.now();
    this.anchors.push({
      frame: room.output.frameAtEar(now),
      at: this.transport.position(),
      speed: room.get().speed,
    });
  }

  setCompare(id: string) {
    const { room, transport } = this;
    const take = this.takes.find((t) => t.id === id);
    if (take) transport.setSpeed(take.speed);
    room.set({ compare: take ? id : '' });
    room.output.send({
      type: 'take',
      samples: take ? take.samples : null,
      start: take ? take.start * room.output.rate : 0,
      percent: take ? Math.round(take.speed * 100) : 100,
    });
    transport.sendGains();
  }
  remove(id: string) {
    if (this.room.get().compare === id) this.setCompare('');
    this.takes = this.takes.filter((t) => t.id !== id);
    void this.room.db.remove('takes', id).catch(() => {});
    this.show();
  }
  url(id: string): string {
    const take = this.takes.find((t) => t.id === id);
    if (!take) return '';
    let url = this.urls.get(id);
    if (!url) {
      url = URL.createObjectURL(new Blob([writeWav(take.samples, take.rate)], { type: 'audio/wav' }));
      this.urls.set(id, url);
    }
    return url;
  }
  peaksOf(id: string): StemPeaks | null {
    const take = this.takes.find((t) => t.id === id);
    if (!take) return null;
    let peaks = this.peaks.get(id);
    if (!peaks) {
      // A column of the take lasts so long in the song.
      const own = peaksOfTake(take.samples, take.rate);
      peaks = { ...own, seconds: own.seconds * take.speed };
      this.peaks.set(id, peaks);
    }
    return peaks;
  }

  private async finish(): Promise<void> {
    const { room } = this;
    const microphone = this.microphone!;
    this.microphone = null;
    const input = microphone.inputLatency ?? INPUT;
    const captured = await microphone.stop();
    room.set({ recordingNow: false });
    const { song } = room.get();
    const { rate } = captured.audio;
    const samples = captured.audio.channels[0]!;
    const placed = placeOfTake(this.anchors, captured.frame - input * rate, rate);
    if (!song || samples.length < SHORTEST * rate) return;
    if (!placed)
      throw failure(
        'wrong_usage',
        'Nothing of the song was heard while you played.',
        'Start the song, then record.',
      );
    // What was played before the song began is not kept.
    const from = Math.min(samples.length, Math.max(0, placed.skip));
    const { recordings } = room.get();
    const take: StoredTake = {
      id: crypto.randomUUID(),
      song: song.id,
      start: placed.start,
      seconds: (samples.length - from) / rate,
      speed: placed.speed,
      name: `Take ${recordings.length + 1}`,
      at: Date.now(),
      rate,
      samples: samples.slice(from),
    };
    this.takes.push(take);
    this.show();
    await room.db.put('takes', take).catch(() => {
      room.told(
        failure('storage', 'This take could not be kept in the browser.', 'Save it as a file before you go.'),
      );
    });
  }
  private show() {
    this.room.set({
      recordings: this.takes.map(({ id, start, seconds, speed, name }): PracticeRecording => ({
        id,
        start,
        seconds,
        speed,
        name,
      })),
    });
  }
}

// Where in the song a take lies whose first sample was heard at the clock's `frame`: from what sounded when
// while it was recorded. `skip`: samples before the song's sound. The first steady second decides.
export function placeOfTake(
  anchors: readonly { frame: number; at: number; speed: number }[],
  frame: number,
  rate: number,
): { start: number; speed: number; skip: number } | null {
  // The median of a steady stretch: where the song's start would lie on the clock.
  const { speed } = anchors[0] ?? { speed: 1 };
  const zeros: number[] = [];
  for (const a of anchors) {
    if (a.speed !== speed) break;
    const zero = a.frame - (a.at / speed) * rate;
    if (zeros.length && Math.abs(zero - zeros[0]!) > 0.05 * rate) break; // it was sought or looped
    zeros.push(zero);
  }
  if (zeros.length === 0) return null;
  zeros.sort((a, b) => a - b);
  const zero = zeros[zeros.length >> 1]!;
  const first = anchors[0]!;
  const at = ((frame - zero) / rate) * speed;
  if (at >= first.at || frame >= first.frame)
    return { start: Math.max(0, at), speed, skip: at < 0 ? Math.round((-at / speed) * rate) : 0 };
  // The microphone was on before the song.
  const earliest = Math.max(0, at);
  return { start: earliest, speed, skip: Math.round(((earliest - at) / speed) * rate) };
}
