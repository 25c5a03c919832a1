// The colours of tracks that have none of their own, in their order.

const TONES = ['--amber', '--other', '--green', '--vocals', '--teal', '--drums', '--bass'];

export function trackTone(place: number): string {
  return `var(${TONES[place % TONES.length]})`;
}
