// A band in simulated time: clocks that run differently, packets that come late, a line that breaks. All
// sound within 50 ms of each other.
import { describe, expect, it } from 'vitest';
import { randomOf } from '../worklet/testing/network';
import {
  Band,
  bandOf,
  positionAt,
  type BandPlayer,
  type BandSocket,
  type BandTransport,
} from './practice_band';
import { CommonClock } from './practice_clock';
import type { BandState } from './practice_types';

// Events in order of true time, in ms.
class World {
  now = 0;
  private events: { at: number; work: () => void; gone?: boolean }[] = [];
  after(ms: number, work: () => void): () => void {
    const event: { at: number; work: () => void; gone?: boolean } = { at: this.now + ms, work };
    this.events.push(event);
    return () => (event.gone = true);
  }
  run(ms: number) {
    const end = this.now + ms;
    for (;;) {
      let next = -1;
      for (let i = 0; i < this.events.length; i++)
        if (this.events[i]!.at <= end && (next < 0 || this.events[i]!.at < this.events[next]!.at)) next = i;
      if (next < 0) break;
      const [event] = this.events.splice(next, 1);
      this.now = Math.max(this.now, event!.at);
      if (!event!.gone) event!.work();
    }
    this.now = end;
  }
}

// The server: gives states a time ahead and tells all.
class Server {
  readonly members: { send: (m: object) => void; host: boolean; id: string }[] = [];
  state: BandTransport = { playing: false, position: 0, server_time: 0, speed: 1, pitch: 0, loop: null };
  open = false;
  constructor(private readonly world: World) {}
  time() {
    return 1.7e12 + this.world.now;
  }
  receive(member: Server['members'][number], message: Record<string, unknown>) {
    if (message.type === 'ping') member.send({ type: 'pong', t: message.t, server_time: this.time() });
    if (message.type === 'state') {
      if (!member.host && !this.open) return member.send({ type: 'error', message: 'Only the host steers.' });
      const { type: _, ...state } = message;
      this.state = { ...(state as unknown as BandTransport), server_time: this.time() + 300 };
      for (const m of this.members) m.send({ type: 'state', ...this.state });
    }
    if (message.type === 'open') {
      this.open = message.open === true;
      for (const m of this.members) m.send({ type: 'open', open: this.open });
    }
  }
}

interface Net {
  delay: number; // ms each way at least
  jitter: number;
  uneven?: number; // ms more on the way there
}

// A page with clocks of its own.
class Page {
  at: { position: number; time: number; speed: number; loop: BandTransport['loop'] } | null = null;
  state: BandState | null = null;
  jumps = 0;
  readonly band: Band;
  private speed = 1;
  private loop: BandTransport['loop'] = null;
  private socket: BandSocket | null = null;

  constructor(
    private readonly world: World,
    server: Server,
    private readonly host: boolean,
    net: Net,
    seed: number,
    private readonly offset: number, // ms
    private readonly ppm: number, // of performance.now()
    private readonly audioPpm: number, // of the sound card
  ) {
    const random = randomOf(seed);
    const late = () => net.delay + net.jitter * random() ** 3;
    const connect = (): BandSocket => {
      const socket: BandSocket = {
        send: () => {},
        close: () => {},
        onopen: null,
        onmessage: null,
        onclose: null,
      };
      this.socket = socket;
      let arrives = 0; // packets keep their order
      let comes = 0;
      const member = {
        host,
        id: `m${seed}`,
        send: (message: object) => {
          const text = JSON.stringify(message);
          arrives = Math.max(arrives, world.now + late());
          world.after(arrives - world.now, () => socket.onmessage?.({ data: text }));
        },
      };
      socket.send = (text) => {
        comes = Math.max(comes, world.now + late() + (net.uneven ?? 0));
        world.after(comes - world.now, () =>
          server.receive(member, JSON.parse(text) as Record<string, unknown>),
        );
      };
      world.after(late(), () => {
        server.members.push(member);
        socket.onopen?.();
        const members = [{ id: member.id, name: 'x', host, ready: true }];
        member.send({ type: 'hello', you: member.id, open: server.open, state: server.state, members });
      });
      return socket;
    };
    const player: BandPlayer = {
      playAt: (position, time) => {
        if (this.at && Math.abs(this.position() - position) > 1e-3) this.jumps++;
        this.at = { position, time, speed: this.speed, loop: this.loop };
      },
      stop: () => (this.at = null),
      settings: (t) => {
        this.speed = t.speed;
        this.loop = t.loop;
      },
      position: () => this.position(),
      playing: () => this.at !== null && this.clock() >= this.at.time,
      ready: () => true,
    };
    const start: BandState = {
      id: 'b',
      link: '',
      host,
      open: false,
      phase: 'joining',
      members: [],
      skewMs: 0,
    };
    this.band = new Band(
      connect,
      player,
      { now: () => this.clock(), after: (ms, work) => world.after(ms, work) },
      start,
      (state) => (this.state = state),
    );
  }
  clock() {
    return this.offset + this.world.now * (1 + this.ppm * 1e-6);
  }
  // What is heard now: the sound card runs by itself once it was started.
  position(): number {
    if (!this.at) return 0;
    const run = ((this.clock() - this.at.time) / 1000) * (1 + this.audioPpm * 1e-6);
    return positionAt(
      {
        playing: true,
        position: this.at.position,
        server_time: 0,
        speed: this.at.speed,
        pitch: 0,
        loop: this.at.loop,
      },
      Math.max(0, run * 1000),
    );
  }
  breakLine() {
    this.socket?.onclose?.({});
  }
  get steering() {
    return { playing: true, position: 10, speed: 1, pitch: 0, loop: null };
  }
}

const LAN: Net = { delay: 0.5, jitter: 6 };
const WIDE: Net = { delay: 18, jitter: 60, uneven: 8 };

function band(net: Net) {
  const world = new World();
  const server = new Server(world);
  const pages = [
    new Page(world, server, true, net, 1, 5_000, 0, 20),
    new Page(world, server, false, net, 2, 9_000_000, 45, -35),
    new Page(world, server, false, net, 3, 123, -60, 60),
  ];
  return { world, server, pages };
}

// The most that any two are apart while `ms` pass, in ms of sound.
function apart(world: World, pages: Page[], ms: number, speed: number, length = 0): number {
  let most = 0;
  for (let t = 0; t < ms; t += 37) {
    world.run(37);
    const places = pages.map((p) => p.position());
    let off = Math.max(...places) - Math.min(...places);
    if (length && off > length / 2) off = length - off;
    most = Math.max(most, (off / speed) * 1000);
  }
  return most;
}

describe('a band', () => {
  it('sounds together on a local network, from the start and for ten minutes of drifting clocks', () => {
    const { world, pages } = band(LAN);
    world.run(3000);
    expect(pages.every((p) => p.state?.phase === 'joined')).toBe(true);
    expect(pages[0]!.band.steer(pages[0]!.steering)).toBe(true);
    world.run(400);
    expect(apart(world, pages, 5000, 1)).toBeLessThan(10);
    expect(apart(world, pages, 600_000, 1)).toBeLessThan(50);
    for (const page of pages) {
      expect(Math.abs(page.state!.skewMs)).toBeLessThan(25);
      expect(page.jumps).toBeLessThan(12); // put right now and then, not all the time
    }
  });
  it('stays together over far lines that are slower one way', () => {
    const { world, pages } = band(WIDE);
    world.run(4000);
    pages[0]!.band.steer({ ...pages[0]!.steering, speed: 0.7 });
    world.run(1000);
    expect(apart(world, pages, 120_000, 0.7)).toBeLessThan(50);
  });
  it('goes round a loop together', () => {
    const { world, pages } = band(LAN);
    world.run(3000);
    pages[0]!.band.steer({ ...pages[0]!.steering, loop: { start: 9, end: 13 } });
    world.run(500);
    expect(apart(world, pages, 60_000, 1, 4)).toBeLessThan(50);
  });
  it('takes in who comes late or comes back after a broken line', () => {
    const { world, server, pages } = band(LAN);
    world.run(3000);
    pages[0]!.band.steer(pages[0]!.steering);
    world.run(20_000);
    const late = new Page(world, server, false, LAN, 9, 777, 10, 10);
    world.run(3000);
    expect(apart(world, [...pages, late], 10_000, 1)).toBeLessThan(50);
    late.breakLine();
    expect(late.state?.phase).toBe('reconnecting');
    world.run(10_000);
    expect(late.state?.phase).toBe('joined');
    expect(apart(world, [...pages, late], 10_000, 1)).toBeLessThan(50);
  });
  it('obeys only who may steer', () => {
    const { world, pages } = band(LAN);
    world.run(3000);
    expect(pages[1]!.band.steer(pages[1]!.steering)).toBe(false);
    pages[0]!.band.setOpen(true);
    world.run(100);
    expect(pages[1]!.band.steer({ ...pages[1]!.steering, position: 33 })).toBe(true);
    world.run(2000);
    expect(pages.every((p) => Math.abs(p.position() - 34.6) < 0.4)).toBe(true);
    pages[1]!.band.steer({ ...pages[1]!.steering, playing: false });
    world.run(500);
    expect(pages.every((p) => p.at === null)).toBe(true);
  });
  it('is found by its link', () => {
    expect(bandOf('https://x.example/?band=abc-1#practice')).toBe('abc-1');
    expect(bandOf('abc')).toBe('');
  });
});

describe('the common clock', () => {
  it('finds offset and drift through late packets', () => {
    const random = randomOf(4);
    const clock = new CommonClock();
    const truth = (t: number) => 1.7e12 + t * (1 + 30e-6);
    for (let t = 0; t < 300_000; t += 1000) {
      const there = 2 + 40 * random() ** 3;
      const back = 2 + 40 * random() ** 3;
      clock.add(t, truth(t + there), t + there + back);
    }
    expect(Math.abs(clock.server(300_000) - truth(300_000))).toBeLessThan(2);
    expect(Math.abs(clock.here(truth(301_000)) - 301_000)).toBeLessThan(2);
    expect(clock.uncertainty(300_000)).toBeLessThan(5);
  });
});
