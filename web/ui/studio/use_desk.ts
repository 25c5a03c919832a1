// Short ways to the desk's state for the parts of the Studio room.
import { useEffect, useMemo } from 'react';
import { useStore } from 'zustand';
import type { EffectInfo, StripId } from '../../core';
import { MASTER } from '../../core';
import { useApp, useSession } from '../lib/app';
import { type DeskScreen, desk } from '../lib/desk';
import { trackTone } from '../lib/tones';

export function useDesk<T>(select: (state: DeskScreen) => T): T {
  return useStore(desk, select);
}

// All effects, by id and by their other names; empty until they have come.
export function useEffects(): ReadonlyMap<string, EffectInfo> {
  const { session } = useApp();
  const list = useSession((s) => s.effects);
  useEffect(() => {
    if (list.length === 0) void session.mix.effects();
  }, [session, list]);
  return useMemo(() => new Map(list.map((e) => [e.id, e])), [list]);
}

export function useTone(strip: StripId): string {
  return useSession((s) => {
    if (strip === MASTER) return 'var(--amber)';
    const place = s.song.tracks.findIndex((t) => t.id === strip);
    return s.song.tracks[place]?.colour || trackTone(Math.max(0, place));
  });
}

// begin and end of a gesture with one name: one step of undo.
export function useGesture(label: string): { begin: () => void; end: () => void } {
  const { session } = useApp();
  return useMemo(
    () => ({ begin: () => session.edit.beginGesture(label), end: () => session.edit.endGesture() }),
    [session, label],
  );
}
