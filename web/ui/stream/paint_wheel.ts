// The circle of fifths: the scale's tones as lamps, the chord that sounds as a figure between them, the
// next one as an outline. Pure: numbers in, strokes out.
import { pitchClassName } from '../lib/words';

export interface WheelView {
  readonly tonic: number; // pitch class
  readonly scale: ReadonlySet<number>; // pitch classes
  readonly chord: readonly number[];
  readonly next: readonly number[];
  readonly flats: boolean;
  readonly glow: number; // 0 … 1, how loud it is now
}

// C at the top, fifths clockwise.
export const placeOf = (pitchClass: number): number => (((pitchClass * 7) % 12) + 12) % 12;

export function paintWheel(
  g: CanvasRenderingContext2D,
  width: number,
  height: number,
  style: CSSStyleDeclaration,
  view: WheelView,
): void {
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const cx = width / 2;
  const cy = height / 2;
  const radius = Math.min(width, height) / 2 - 17;
  const at = (pitchClass: number, reach = radius): [number, number] => {
    const angle = (placeOf(pitchClass) / 12) * 2 * Math.PI - Math.PI / 2;
    return [cx + reach * Math.cos(angle), cy + reach * Math.sin(angle)];
  };
  g.lineJoin = 'round';
  g.lineWidth = 1;
  g.strokeStyle = colour('--line');
  g.beginPath();
  g.arc(cx, cy, radius, 0, 7);
  g.stroke();

  const figure = (tones: readonly number[]): void => {
    const round = [...tones].sort((a, b) => placeOf(a) - placeOf(b));
    g.beginPath();
    round.forEach((tone, i) =>
      i === 0 ? g.moveTo(...at(tone, radius - 3)) : g.lineTo(...at(tone, radius - 3)),
    );
    g.closePath();
  };
  if (view.next.length > 1) {
    figure(view.next);
    g.strokeStyle = colour('--line2');
    g.setLineDash([3, 3]);
    g.stroke();
    g.setLineDash([]);
  }
  if (view.chord.length > 1) {
    figure(view.chord);
    g.fillStyle = colour('--amber');
    g.globalAlpha = 0.1 + 0.3 * view.glow;
    g.fill();
    g.globalAlpha = 1;
    g.strokeStyle = colour('--amber');
    g.lineWidth = 1.5;
    g.stroke();
  }
  const sounding = new Set(view.chord);
  g.textAlign = 'center';
  g.textBaseline = 'middle';
  for (let tone = 0; tone < 12; tone++) {
    const [x, y] = at(tone);
    const within = view.scale.has(tone);
    g.fillStyle = sounding.has(tone) ? colour('--amber') : colour(within ? '--s3' : '--ink');
    g.strokeStyle = colour(tone === view.tonic ? '--amber' : within ? '--line2' : '--line');
    g.lineWidth = tone === view.tonic ? 1.6 : 1;
    g.beginPath();
    g.arc(x, y, 12, 0, 7);
    g.fill();
    g.stroke();
    g.fillStyle = sounding.has(tone) ? colour('--on-amber') : colour(within ? '--text' : '--dim');
    g.font = `${tone === view.tonic ? 650 : 500} 10.5px ${colour('--sans')}`;
    g.fillText(pitchClassName(tone, view.flats), x, y + 0.5);
  }
  g.textAlign = 'left';
}
