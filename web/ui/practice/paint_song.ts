// The song as it is practised: sections, bars, chords, four waveforms, loops, hard passages, the
// playhead. Pure: numbers in, strokes out. Waveforms are painted once for a view (paintWaves) and laid
// under the rest each frame, the part that was played bright, the rest at half.
import type { HardPassage, PracticeLoop, SongAnalysis, StemPeaks, StemView } from '../../core/practice_types';
import { placeAt } from '../lib/bars';
import { prettyKey } from '../lib/words';
import { barStep, CHORDS, HEAD, RULER, type View, xOf } from './view';

type Colours = (name: string) => string;

export interface SongView {
  readonly view: View;
  readonly duration: number;
  readonly ready: number; // s whose stems are there
  readonly position: number;
  readonly analysis: SongAnalysis | null;
  readonly stems: readonly StemView[];
  readonly loops: readonly PracticeLoop[];
  readonly loop: string;
  readonly mark: number;
  readonly hard: readonly HardPassage[];
  readonly drag: { readonly start: number; readonly end: number } | null; // a loop being drawn
  readonly taps: readonly number[];
}

export const HARD_TONES = ['--drums', '--bass', '--green', '--teal', '--vocals'] as const;

export const heard = (stems: readonly StemView[], stem: StemView): boolean =>
  !stem.mute && (stem.solo || !stems.some((s) => s.solo));

const laneHeight = (height: number, stems: number): number => (height - HEAD) / stems;

// One bar of the waveform a few pixels wide, mirrored; silence is a hair.
const BAR = 3;

// The highest peak of the song's stems, so that a quiet song fills its lanes too; at most 5 times larger.
function loudest(stems: readonly StemView[], peaks: (name: StemView['name']) => StemPeaks | null): number {
  let highest = 0;
  for (const { name } of stems) {
    const found = peaks(name);
    for (let c = 0; c < (found?.columns ?? 0); c++)
      highest = Math.max(highest, found!.max[c]!, -found!.min[c]!);
  }
  return highest / 127;
}

export function paintWaves(
  g: CanvasRenderingContext2D,
  height: number,
  view: View,
  stems: readonly StemView[],
  peaks: (name: StemView['name']) => StemPeaks | null,
  colour: Colours,
): void {
  const lane = laneHeight(height, stems.length);
  const scale = 1 / Math.max(0.2, loudest(stems, peaks));
  stems.forEach((stem, i) => {
    const found = peaks(stem.name);
    if (!found || found.columns === 0) return;
    g.fillStyle = colour(`--${stem.name}`);
    const middle = HEAD + lane * (i + 0.5);
    const reach = lane * 0.44;
    const gain = Math.min(1.6, 10 ** (Math.max(-30, stem.gainDb) / 40));
    const perBar = (view.seconds / view.width) * BAR;
    const first = Math.floor(view.from / perBar);
    const last = Math.ceil((view.from + view.seconds) / perBar);
    for (let bar = first; bar <= last; bar++) {
      const from = Math.max(0, Math.floor((bar * perBar) / found.seconds));
      const to = Math.min(
        found.columns,
        Math.max(from + 1, Math.floor(((bar + 1) * perBar) / found.seconds)),
      );
      if (from >= found.columns) break;
      let peak = 0;
      for (let c = from; c < to; c++) peak = Math.max(peak, found.max[c]!, -found.min[c]!);
      const high = Math.min(1, (peak / 127) * gain * scale) * reach;
      const x = (bar * perBar - view.from) * (view.width / view.seconds);
      g.fillRect(x, middle - Math.max(0.5, high), BAR - 1, Math.max(1, high * 2));
    }
  });
}

export function paintSong(
  g: CanvasRenderingContext2D,
  width: number,
  height: number,
  colour: Colours,
  song: SongView,
  waves: CanvasImageSource | null,
): void {
  const { view } = song;
  const x = (at: number): number => xOf(view, at);
  const lane = laneHeight(height, song.stems.length);
  g.textBaseline = 'middle';
  g.globalAlpha = 1;
  g.fillStyle = colour('--s1');
  g.fillRect(0, 0, width, HEAD);

  passages(g, song, x, height, colour);
  lines(g, song, x, width, height, colour);
  if (waves) {
    const at = Math.min(width, Math.max(0, x(song.position)));
    song.stems.forEach((stem, i) => {
      const strength = heard(song.stems, stem) ? 1 : 0.22;
      for (const [from, to, alpha] of [
        [0, at, 1],
        [at, width, 0.5],
      ] as const) {
        if (to <= from) continue;
        g.save();
        g.beginPath();
        g.rect(from, HEAD + lane * i, to - from, lane);
        g.clip();
        g.globalAlpha = alpha * strength;
        g.drawImage(waves, 0, 0, width, height);
        g.restore();
      }
    });
  }
  if (song.ready < song.duration - 0.05) comingSoon(g, x(song.ready), width, height, colour);
  g.globalAlpha = 1;
  g.fillStyle = colour('--line');
  for (let i = 0; i < song.stems.length; i++) g.fillRect(0, Math.round(HEAD + lane * i), width, 1);
  g.fillRect(0, RULER, width, 1);
  sections(g, song, x, width, colour);
  chords(g, song, x, width, colour);
  loops(g, song, x, height, colour);
  g.globalAlpha = 1;
  g.fillStyle = colour('--teal');
  for (const tap of song.taps) g.fillRect(Math.round(x(tap)), RULER - 8, 2, 8);
  g.fillStyle = colour('--roll-playhead');
  g.fillRect(Math.round(x(song.position)), RULER - 10, 1.5, height);
}

function passages(
  g: CanvasRenderingContext2D,
  song: SongView,
  x: (at: number) => number,
  height: number,
  colour: Colours,
): void {
  song.hard.forEach((passage, i) => {
    g.fillStyle = colour(HARD_TONES[i % HARD_TONES.length]!);
    g.globalAlpha = 0.17;
    g.fillRect(x(passage.start), HEAD, x(passage.end) - x(passage.start), height - HEAD);
    g.globalAlpha = 0.9;
    g.font = `650 10.5px ${colour('--sans')}`;
    g.fillText('ABCDEFGHIJ'[i] ?? '', x(passage.start) + 5, HEAD + 10);
  });
  g.globalAlpha = 1;
}

function lines(
  g: CanvasRenderingContext2D,
  song: SongView,
  x: (at: number) => number,
  width: number,
  height: number,
  colour: Colours,
): void {
  const { analysis, view } = song;
  if (!analysis || analysis.downbeats.length < 2) {
    seconds(g, view, x, width, height, colour);
    return;
  }
  const { downbeats, beats } = analysis;
  const bar = (downbeats.at(-1)! - downbeats[0]!) / (downbeats.length - 1);
  const pixels = (bar / view.seconds) * width;
  if (pixels > 60) {
    g.fillStyle = colour('--roll-line-grid');
    for (const beat of beats) {
      const at = Math.round(x(beat));
      if (at >= 0 && at <= width) g.fillRect(at, HEAD, 1, height - HEAD);
    }
  }
  const step = barStep(pixels, 14);
  const words = barStep(pixels, 46);
  g.font = `500 11px ${colour('--mono')}`;
  downbeats.forEach((at, i) => {
    const left = Math.round(x(at));
    if (left < -40 || left > width || i % step !== 0) return;
    g.fillStyle = colour(i % words === 0 ? '--roll-line-bar' : '--roll-line-beat');
    g.fillRect(left, i % words === 0 ? 26 : HEAD, 1, height);
    if (i % words !== 0) return;
    g.fillStyle = colour('--mute');
    g.fillText(String(i + 1), left + 5, 37);
  });
}

// Where no beats are known the ruler shows time.
function seconds(
  g: CanvasRenderingContext2D,
  view: View,
  x: (at: number) => number,
  width: number,
  height: number,
  colour: Colours,
): void {
  const step = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600].find((s) => (s / view.seconds) * width > 60) ?? 1200;
  g.font = `500 11px ${colour('--mono')}`;
  for (let at = Math.floor(view.from / step) * step; at < view.from + view.seconds; at += step) {
    const left = Math.round(x(at));
    g.fillStyle = colour('--roll-line-bar');
    g.fillRect(left, 26, 1, height);
    g.fillStyle = colour('--mute');
    g.fillText(`${Math.floor(at / 60)}:${String(at % 60).padStart(2, '0')}`, left + 5, 37);
  }
}

function sections(
  g: CanvasRenderingContext2D,
  song: SongView,
  x: (at: number) => number,
  width: number,
  colour: Colours,
): void {
  g.font = `500 11.5px ${colour('--sans')}`;
  for (const section of song.analysis?.sections ?? []) {
    const [left, right] = [x(section.start), x(section.end)];
    if (right < 0 || left > width) continue;
    const here = song.position >= section.start && song.position < section.end;
    g.fillStyle = colour('--line2');
    g.fillRect(Math.round(left), 0, 1, 24);
    g.save();
    g.beginPath();
    g.rect(left, 0, right - left - 3, 26);
    g.clip();
    g.fillStyle = colour(here ? '--text' : '--mute');
    g.fillText(section.name, Math.max(left, 0) + 6, 15);
    g.restore();
  }
}

function chords(
  g: CanvasRenderingContext2D,
  song: SongView,
  x: (at: number) => number,
  width: number,
  colour: Colours,
): void {
  for (const chord of song.analysis?.chords ?? []) {
    if (chord.name === 'N') continue;
    const [left, right] = [x(chord.start), x(chord.end)];
    if (right < 0 || left > width || right - left < 3) continue;
    const here = song.position >= chord.start && song.position < chord.end;
    g.fillStyle = colour(here ? '--amber-back' : '--s2');
    g.beginPath();
    g.roundRect(left + 1, RULER + 3, Math.max(2, right - left - 2), CHORDS - 6, 3);
    g.fill();
    if (right - left < 16) continue;
    g.save();
    g.beginPath();
    g.rect(left + 1, RULER, right - left - 3, CHORDS);
    g.clip();
    g.fillStyle = colour(here ? '--amber' : '--mute');
    g.font = `${here ? 650 : 500} 11px ${colour('--sans')}`;
    g.fillText(prettyKey(chord.name), Math.max(left, 0) + 6, RULER + CHORDS / 2 + 0.5);
    g.restore();
  }
}

function loops(
  g: CanvasRenderingContext2D,
  song: SongView,
  x: (at: number) => number,
  height: number,
  colour: Colours,
): void {
  for (const loop of song.loops) {
    const on = loop.id === song.loop;
    const [left, right] = [x(loop.start), x(loop.end)];
    g.fillStyle = colour(on ? '--amber' : '--dim');
    g.globalAlpha = on ? 1 : 0.7;
    g.fillRect(left, 0, Math.max(2, right - left), on ? 4 : 3);
    if (!on) continue;
    g.fillRect(left, 0, 1.5, RULER);
    g.fillRect(right - 1.5, 0, 1.5, RULER);
    g.globalAlpha = 0.07;
    g.fillRect(left, HEAD, right - left, height - HEAD);
    g.globalAlpha = 1;
  }
  const drawn =
    song.drag ?? (song.mark >= 0 ? { start: song.mark, end: Math.max(song.mark, song.position) } : null);
  if (drawn) {
    g.globalAlpha = 0.16;
    g.fillStyle = colour('--amber');
    g.fillRect(x(drawn.start), 0, Math.max(1, x(drawn.end) - x(drawn.start)), height);
    g.globalAlpha = 1;
    g.fillRect(x(drawn.start), 0, 1.5, height);
  }
}

// What is still being computed: faint slanting lines.
function comingSoon(
  g: CanvasRenderingContext2D,
  from: number,
  width: number,
  height: number,
  colour: Colours,
): void {
  const left = Math.max(0, from);
  if (left >= width) return;
  g.save();
  g.beginPath();
  g.rect(left, HEAD, width - left, height - HEAD);
  g.clip();
  g.strokeStyle = colour('--line');
  g.lineWidth = 1;
  g.beginPath();
  for (let x = left - height; x < width; x += 14) {
    g.moveTo(x, height);
    g.lineTo(x + height, 0);
  }
  g.stroke();
  g.restore();
}

// What a screen reader says of the place: 'Verse, bar 31, F♯m'.
export function spokenPlace(analysis: SongAnalysis | null, at: number): string {
  if (!analysis) return '';
  const within = <T extends { start: number; end: number }>(list: readonly T[]): T | undefined =>
    list.find((one) => at >= one.start && at < one.end);
  const place = placeAt(analysis, at);
  return [
    within(analysis.sections)?.name,
    place.bar > 0 ? `bar ${place.bar}` : '',
    prettyKey(within(analysis.chords)?.name ?? ''),
  ]
    .filter(Boolean)
    .join(', ');
}
