// Which strips are heard, by mute and solo: the rule that the engine's plan follows too
// (engine/project/compile.h), for changes that reach the engine before the next plan.
import type { Id, TrackView } from './types';

export function heardStrips(tracks: readonly TrackView[]): Set<Id> {
  const byId = new Map(tracks.map((t) => [t.id, t]));
  const open = tracks.filter((t) => !t.mute);
  if (!tracks.some((t) => t.solo)) return new Set(open.map((t) => t.id));
  const heard = new Set<Id>();
  // What a soloed strip feeds or sends to is heard …
  const down = (t: TrackView | undefined): void => {
    if (!t || heard.has(t.id)) return;
    heard.add(t.id);
    down(byId.get(t.output));
    for (const send of t.sends) down(byId.get(send.to));
  };
  for (const t of tracks) if (t.solo || t.soloSafe) down(t);
  // … and so is what feeds a soloed bus.
  const soloed = new Set(tracks.filter((t) => t.solo).map((t) => t.id));
  for (let grown = true; grown;) {
    grown = false;
    for (const t of tracks) {
      if (soloed.has(t.id) || !(soloed.has(t.output) || t.sends.some((s) => soloed.has(s.to)))) continue;
      soloed.add(t.id);
      heard.add(t.id);
      grown = true;
    }
  }
  return new Set(open.filter((t) => heard.has(t.id)).map((t) => t.id));
}
