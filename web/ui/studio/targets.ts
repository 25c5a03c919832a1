// What automation can move on a strip, as parameters: its fader, its pan, its sends, its effects.
import type { EffectInfo, ParameterInfo, SongView, StripId } from '../../core';
import { MASTER } from '../../core';
import { stripOf } from '../lib/desk';
import { faderDb, faderPlace } from '../lib/levels';
import { fromTravel, parameterText, toTravel } from '../lib/parameters';

const LEVEL: ParameterInfo = {
  id: 'gain_db',
  name: 'Level',
  unit: 'dB',
  min: -60,
  max: 6,
  initial: 0,
  scale: 'linear',
  choices: [],
  structural: false,
};
const PAN: ParameterInfo = { ...LEVEL, id: 'pan', name: 'Pan', unit: '', min: -1, max: 1 };
const MUTE: ParameterInfo = { ...LEVEL, id: 'mute', name: 'Mute', unit: '', min: 0, max: 1, scale: 'toggle' };

export interface Target {
  readonly target: string;
  readonly group: string; // 'Strip', 'Sends', or an effect's name
  readonly parameter: ParameterInfo;
  readonly now: number; // where it stands without automation
}

export function targetsOf(
  song: SongView,
  masterDb: number,
  strip: StripId,
  effects: ReadonlyMap<string, EffectInfo>,
): Target[] {
  const view = stripOf(song, strip);
  if (!view) return [];
  const found: Target[] = [];
  if (strip === MASTER) {
    found.push({ target: 'gain_db', group: 'Strip', parameter: LEVEL, now: masterDb });
  } else {
    const track = song.tracks.find((t) => t.id === strip)!;
    found.push(
      { target: 'gain_db', group: 'Strip', parameter: LEVEL, now: track.gainDb },
      { target: 'pan', group: 'Strip', parameter: PAN, now: track.pan },
      { target: 'mute', group: 'Strip', parameter: MUTE, now: track.mute ? 1 : 0 },
    );
  }
  for (const send of view.sends) {
    const name = song.tracks.find((t) => t.id === send.to)?.name ?? 'nowhere';
    const parameter = { ...LEVEL, name: `To ${name}` };
    found.push({ target: `send:${send.id}:gain_db`, group: 'Sends', parameter, now: send.gainDb });
  }
  view.devices.forEach((device, i) => {
    const info = effects.get(device.effect);
    if (!info) return;
    const many = view.devices.filter((d) => d.effect === device.effect).length > 1;
    for (const parameter of info.parameters) {
      if (parameter.structural) continue;
      found.push({
        target: `device:${device.id}:${parameter.id}`,
        group: many ? `${i + 1} ${info.name}` : info.name,
        parameter,
        now: device.values[parameter.id] ?? parameter.initial,
      });
    }
  });
  return found;
}

// Height in a lane, 0 … 1, and back. Levels stand as on a fader.
export const placeOf = (p: ParameterInfo, value: number): number =>
  p.id === 'gain_db' ? faderPlace(value, p.min, p.max) : toTravel(p, value);
export const valueOfPlace = (p: ParameterInfo, place: number): number =>
  p.id === 'gain_db'
    ? Math.round(faderDb(Math.min(1, Math.max(0, place)), p.min, p.max) * 10) / 10
    : fromTravel(p, place);
export const wordsOf = (p: ParameterInfo, value: number): string =>
  p.id === 'gain_db' && value <= p.min ? '−∞ dB' : parameterText(p, value);
