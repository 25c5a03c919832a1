// Levels on the screen: where a decibel value stands on a fader or a meter.

// A fader's place 0 … 1. The upper half covers the last 18 dB, where mixing happens; the lower end is
// silence.
export function faderPlace(db: number, low = -60, high = 6): number {
  if (!(db > low)) return 0;
  const linear = Math.min(1, (db - low) / (high - low));
  return linear ** 2;
}

export function faderDb(place: number, low = -60, high = 6): number {
  return low + (high - low) * Math.sqrt(Math.min(1, Math.max(0, place)));
}

// A meter's place 0 … 1 from −60 to 0 dBFS, the loud part wider as on a studio's meters.
export function meterPlace(db: number): number {
  if (!(db > -60)) return 0;
  if (db >= 0) return 1;
  return db < -20 ? ((db + 60) / 40) * 0.4 : 0.4 + ((db + 20) / 20) * 0.6;
}

// "-6", "−6 dB", "+3", "-inf": what a person types into a level. Null when it is no number.
export function parseDb(text: string, low = -60): number | null {
  const plain = text
    .replace('−', '-')
    .replace(/\s*dB\s*$/i, '')
    .trim();
  if (/^-\s*(inf|∞)/i.test(plain)) return low;
  if (plain === '') return null;
  const value = Number(plain.replace(',', '.'));
  return Number.isFinite(value) ? value : null;
}
