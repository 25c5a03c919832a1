// A band session over its socket: members, the common time, and the transport that all follow.
//
// Whoever may steer sends a state; the server gives it a time a little ahead and tells all, this page
// too, and only then does it act: everybody begins at the same moment of the common clock. What is heard
// here is held against that clock twice a second; where it is off by more than SKEW it is put right.
// Sockets, clock and player are injected. Own volumes never travel.
import { CommonClock } from './practice_clock';
import type { BandMember, BandState } from './practice_types';

const PINGS = 8; // at once after joining
const PING = 2000; // ms between pings later
const QUICK = 60; // … of the first
const SKEW = 15; // ms
const AHEAD = 60; // ms that a correction is scheduled ahead
const AGAIN = 1000; // ms to the next attempt
const MOST_AGAIN = 15_000;

export interface BandTransport {
  playing: boolean;
  position: number; // s of the song
  server_time: number; // ms
  speed: number;
  pitch: number;
  loop: { start: number; end: number } | null;
  by?: string;
}
export interface BandPlayer {
  // Sounds `position` at this time of performance.now(), as heard.
  playAt(position: number, time: number): void;
  stop(position: number): void;
  settings(transport: BandTransport): void; // speed, pitch, loop
  position(): number; // at the ear now
  playing(): boolean;
  ready(): boolean;
}
export interface BandSocket {
  send(text: string): void;
  close(): void;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code?: number }) => void) | null;
}
export interface BandClockSource {
  now(): number; // performance.now()
  after(ms: number, work: () => void): () => void; // answers how to take it back
}

interface MemberReply {
  id: string;
  name: string;
  host?: boolean;
  ready?: boolean;
  skew_ms?: number;
  rtt_ms?: number;
}

export class Band {
  readonly clock = new CommonClock();
  private socket: BandSocket | null = null;
  private me = '';
  private transport: BandTransport | null = null;
  private stopTimers: (() => void)[] = [];
  private again = AGAIN;
  private left = false;
  private pings = 0;
  skew = 0; // ms

  constructor(
    private readonly connect: () => BandSocket,
    private readonly player: BandPlayer,
    private readonly source: BandClockSource,
    private state: BandState,
    private readonly changed: (state: BandState | null) => void,
    private readonly refused: (message: string) => void = () => {},
  ) {
    this.join();
  }

  get maySteer(): boolean {
    return this.state.phase === 'joined' && (this.state.host || this.state.open);
  }

  // What everybody shall do; false where this one may not.
  steer(transport: Omit<BandTransport, 'server_time'>): boolean {
    if (!this.maySteer) return false;
    const server_time = this.clock.server(this.source.now());
    this.send({ type: 'state', ...transport, server_time });
    return true;
  }
  setOpen(open: boolean) {
    this.send({ type: 'open', open });
  }
  leave(end = false) {
    if (end && this.state.host) this.send({ type: 'end' });
    this.left = true;
    this.clear();
    const { socket } = this;
    this.socket = null;
    if (socket) socket.onclose = socket.onmessage = socket.onopen = null;
    socket?.close();
    this.changed(null);
  }

  // Where the song is by the common clock now.
  due(): number | null {
    const { transport } = this;
    if (!transport?.playing || !this.clock.known) return null;
    return positionAt(transport, this.clock.server(this.source.now()));
  }

  private join() {
    const socket = this.connect();
    this.socket = socket;
    this.clock.restart();
    this.pings = 0;
    socket.onopen = () => this.ping();
    socket.onmessage = ({ data }) => {
      if (typeof data === 'string') this.receive(JSON.parse(data) as Record<string, unknown>);
    };
    socket.onclose = () => {
      if (this.left || this.socket !== socket) return;
      this.clear();
      this.socket = null;
      if (this.state.phase === 'ended') return;
      this.set({ phase: 'reconnecting' });
      this.later(this.again, () => this.join());
      this.again = Math.min(MOST_AGAIN, 2 * this.again);
    };
  }

  private receive(message: Record<string, unknown>) {
    switch (message.type) {
      case 'hello':
        this.me = String(message.you ?? '');
        this.again = AGAIN;
        this.members(message.members);
        this.set({
          phase: 'joined',
          open: message.open === undefined ? this.state.open : message.open === true,
        });
        if (message.state) this.follow(message.state as BandTransport);
        this.watch();
        break;
      case 'members':
        this.members(message.members);
        if (message.open !== undefined) this.set({ open: message.open === true });
        break;
      case 'open':
        this.set({ open: message.open === true });
        break;
      case 'state':
        this.follow((message.state ?? message) as BandTransport);
        break;
      case 'pong': {
        const now = this.source.now();
        this.clock.add(Number(message.t), Number(message.server_time), now);
        // What came before the time was known.
        if (this.clock.known && this.pings <= PINGS && this.transport) this.apply(this.transport);
        break;
      }
      case 'error':
        this.refused(String(message.message ?? ''));
        break;
      case 'end':
        this.clear();
        this.left = true;
        this.player.stop(this.player.position());
        this.set({ phase: 'ended' });
        break;
    }
  }

  private members(all: unknown) {
    if (!Array.isArray(all)) return;
    const members = (all as MemberReply[]).map((m): BandMember => ({
      id: m.id,
      name: m.name,
      host: m.host === true,
      me: m.id === this.me,
      rttMs: m.rtt_ms ?? 0,
      offsetMs: m.skew_ms ?? 0,
      ready: m.ready === true,
    }));
    this.set({ members, host: members.some((m) => m.me && m.host) || (this.state.host && !this.me) });
  }

  private follow(transport: BandTransport) {
    this.transport = transport;
    this.player.settings(transport);
    if (!transport.playing) this.player.stop(transport.position);
    else if (this.clock.known) this.apply(transport);
  }
  private apply(transport: BandTransport) {
    if (!transport.playing || !this.player.ready()) return;
    const now = this.source.now();
    const at = this.clock.here(transport.server_time);
    if (at > now + 20) {
      if (this.player.playing() && Math.abs(this.off()) < SKEW) return;
      this.player.playAt(transport.position, at);
    } else {
      const then = now + AHEAD;
      this.player.playAt(positionAt(transport, this.clock.server(then)), then);
    }
  }

  // ms that what is heard is behind (below 0: ahead of) the common time.
  private off(): number {
    const due = this.due();
    if (due === null || !this.transport) return 0;
    const { speed, loop } = this.transport;
    let off = due - this.player.position();
    if (loop && loop.end > loop.start) {
      const length = loop.end - loop.start;
      if (Math.abs(off) > length / 2) off -= length * Math.round(off / length);
    }
    return (off / speed) * 1000;
  }

  private watch() {
    this.later(500, () => {
      if (this.transport?.playing && this.player.ready()) {
        if (!this.player.playing()) {
          // Began late, or had to wait for stems.
          if (this.source.now() > this.clock.here(this.transport.server_time) + 200)
            this.apply(this.transport);
        } else {
          this.skew = this.off();
          if (Math.abs(this.skew) > SKEW) this.apply(this.transport);
        }
      } else this.skew = 0;
      if (Math.abs(this.skew - this.state.skewMs) > 0.5) this.set({ skewMs: this.skew });
      this.send({ type: 'status', ready: this.player.ready(), skew_ms: this.skew, rtt_ms: this.clock.rtt });
      this.watch();
    });
  }
  private ping() {
    this.send({ type: 'ping', t: this.source.now() });
    this.later(++this.pings < PINGS ? QUICK : PING, () => this.ping());
  }
  private later(ms: number, work: () => void) {
    const stop = this.source.after(ms, () => {
      this.stopTimers = this.stopTimers.filter((s) => s !== stop);
      work();
    });
    this.stopTimers.push(stop);
  }
  private clear() {
    for (const stop of this.stopTimers.splice(0)) stop();
  }
  private send(message: object) {
    if (this.state.phase !== 'reconnecting') this.socket?.send(JSON.stringify(message));
  }
  private set(change: Partial<BandState>) {
    this.state = { ...this.state, ...change };
    this.changed(this.state);
  }
}

// Where the song is at this time of the server, round the loop.
export function positionAt(transport: BandTransport, server: number): number {
  const { position, server_time, speed, loop } = transport;
  const at = position + (Math.max(0, server - server_time) / 1000) * speed;
  if (!loop || loop.end <= loop.start || position >= loop.end || at < loop.end) return at;
  return loop.start + ((at - loop.end) % (loop.end - loop.start));
}

// The id of a session from its link.
export function bandOf(link: string): string {
  try {
    return new URL(link, 'http://x').searchParams.get('band') ?? '';
  } catch {
    return '';
  }
}
