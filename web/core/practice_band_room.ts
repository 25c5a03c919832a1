// A band session in this page: the band's wishes to the player, the player's place to the band.
import { Band, bandOf, type BandPlayer, type BandSocket, type BandTransport } from './practice_band';
import { wholePercent } from './practice_ladder';
import type { Loops } from './practice_loops';
import type { PracticeRoom } from './practice_room';
import type { OpenSong } from './practice_song';
import type { Steering, Transport } from './practice_transport';
import { PRACTICE_STATE as STATE } from '../worklet/practice_protocol';
import type { BandState } from './practice_types';
import { failure } from './problem';

const STARTING: BandState = {
  id: '',
  link: '',
  host: false,
  open: false,
  phase: 'joining',
  members: [],
  skewMs: 0,
};
const BAND_LOOP = 'band'; // id of a loop that somebody else set

export class BandRoom implements Steering {
  private band: Band | null = null;
  private following = false; // what is set now is the band's, not this person's

  constructor(
    private readonly room: PracticeRoom,
    private readonly transport: Transport,
    private readonly song: OpenSong,
    private readonly loops: Loops,
    private readonly openSong: (song: string, stems: string) => Promise<void>,
  ) {
    transport.band = this;
  }

  async host(name: string, open: boolean): Promise<string> {
    const { room } = this;
    const { song } = room.get();
    if (!song) throw failure('wrong_usage', 'No song is open.', 'Open the song that you will play together.');
    this.leave();
    const person = await room.person();
    const title = `${name || 'A band'}: ${song.title}`.slice(0, 120);
    const made = await room.api.makeBand({
      song: song.id,
      stems: this.song.stems,
      name: title,
      open,
      person,
    });
    const link = new URL(made.link, room.api.base).href;
    keepSecret(made.id, made.secret);
    void room.output.start().catch((error: unknown) => room.told(error));
    this.join(made.id, name, made.secret, { ...STARTING, id: made.id, link, host: true, open });
    return link;
  }
  async joinLink(link: string, name: string): Promise<void> {
    const { room } = this;
    const id = bandOf(link);
    if (!id) throw failure('bad_input', 'This is no link to a band session.', 'Ask the host for the link.');
    this.leave();
    const info = await room.api.band(id);
    const secret = secretOf(id);
    void room.output.start().catch((error: unknown) => room.told(error)); // waits for a gesture at most
    const stems = typeof info.stems === 'string' ? info.stems : (info.stems?.id ?? '');
    const song = typeof info.song === 'string' ? info.song : (info.song?.id ?? '');
    if (stems !== this.song.stems) await this.openSong(song, stems);
    this.join(id, name, secret, { ...STARTING, id, link, host: secret !== '' });
  }
  leave() {
    const { band } = this;
    this.band = null;
    band?.leave(this.room.get().band?.host ?? false);
    this.room.set({ band: null });
  }
  setOpen(open: boolean) {
    this.band?.setOpen(open);
  }

  steer(change: { playing?: boolean; position?: number }): boolean {
    const { band } = this;
    if (!band || this.following) return false;
    const { playing, speed, pitch } = this.room.get();
    const loop = this.loops.on();
    return band.steer({
      playing: change.playing ?? playing,
      position: change.position ?? this.transport.position(),
      speed,
      pitch,
      loop: loop ? { start: loop.start, end: loop.end } : null,
    });
  }

  private join(id: string, name: string, secret: string, state: BandState) {
    const { room } = this;
    room.set({ band: state });
    void room.person().then((person) => {
      // Two tabs of one person are two seats; a page that is loaded again has its own back.
      const seat = `${person}.${tab()}`.slice(0, 100);
      const query = new URLSearchParams({ name, person: seat, ...(secret ? { secret } : {}) });
      this.band = new Band(
        () =>
          room.api.socket(`/ws/band/${encodeURIComponent(id)}?${query.toString()}`) as unknown as BandSocket,
        this.player(),
        {
          now: () => performance.now(),
          after: (ms, work) => {
            const timer = setTimeout(work, ms);
            return () => clearTimeout(timer);
          },
        },
        state,
        (next) => this.band && room.set({ band: next }),
        (message) => room.told(failure('refused', message || 'The session refused that.', 'Ask the host.')),
      );
    });
  }

  private player(): BandPlayer {
    const { room, transport } = this;
    const { output } = room;
    return {
      playAt: (position, time) => {
        const at = Math.max(0, Math.round(output.frameAtEar(time)));
        output.send({ type: 'play', from: position * output.rate, at, bars: 0 });
        room.set({ playing: true, counting: false });
      },
      stop: (position) => {
        output.send({ type: 'stop' });
        output.send({ type: 'seek', to: Math.round(position * output.rate) });
        room.set({ playing: false, counting: false });
      },
      settings: (wanted) => this.follow(wanted),
      position: () => transport.position(),
      playing: () => output.pull() && output.state === STATE.playing,
      ready: () => this.song.pieces !== null && room.get().ready > 0,
    };
  }
  private follow(wanted: BandTransport) {
    this.following = true;
    try {
      const { room, transport, loops } = this;
      const speed = wholePercent(wanted.speed);
      if (speed !== room.get().speed) transport.setSpeed(speed);
      if (wanted.pitch !== room.get().pitch) transport.setPitch(wanted.pitch);
      const on = loops.on();
      const same =
        (!on && !wanted.loop) ||
        (on &&
          wanted.loop &&
          Math.abs(on.start - wanted.loop.start) < 1e-3 &&
          Math.abs(on.end - wanted.loop.end) < 1e-3);
      if (same) return;
      const rest = room.get().loops.filter((l) => l.id !== BAND_LOOP);
      const known =
        wanted.loop &&
        rest.find(
          (l) => Math.abs(l.start - wanted.loop!.start) < 1e-3 && Math.abs(l.end - wanted.loop!.end) < 1e-3,
        );
      if (!wanted.loop) room.set({ loop: '', loops: rest, pass: 1 });
      else if (known) room.set({ loop: known.id, loops: rest, pass: 1 });
      else {
        const { start, end } = wanted.loop;
        const loop = {
          id: BAND_LOOP,
          name: 'The band’s loop',
          start,
          end,
          passes: 0,
          clean: 0,
          bestSpeed: 0,
        };
        room.set({ loops: [...rest, loop], loop: BAND_LOOP, pass: 1 });
      }
      loops.send();
    } finally {
      this.following = false;
    }
  }
}

// What a tab keeps while it is open, also over a reload.
function tab(): string {
  const known = kept('tutti-tab');
  if (known) return known;
  const made = crypto.randomUUID().slice(0, 8);
  keepHere('tutti-tab', made);
  return made;
}
const secretOf = (id: string) => kept(`tutti-band-${id}`);
const keepSecret = (id: string, secret: string) => keepHere(`tutti-band-${id}`, secret);

function kept(key: string): string {
  try {
    return sessionStorage.getItem(key) ?? '';
  } catch {
    return '';
  }
}
function keepHere(key: string, value: string) {
  try {
    sessionStorage.setItem(key, value);
  } catch {
    // No storage: it lasts as long as the page.
  }
}
