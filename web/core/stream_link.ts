// The WebSocket of a stream, through every kind of break; and the server's clock.
//
// A connection that says nothing for some seconds is dead, whatever TCP believes (the server speaks each
// second). It is made again with growing waits, half of them by chance, at once where the browser says
// that the network is back. Where a connection cannot be made at all, `refused` is asked why: the
// browser does not tell a page what a server answered to its handshake.
import { failure } from './problem';
import { readAudio, readText, type Audio, type Words } from './stream_wire';
import type { Problem } from './types';

export type StreamSocket = Pick<
  WebSocket,
  'send' | 'close' | 'onmessage' | 'onclose' | 'onerror' | 'onopen' | 'binaryType'
>;

export interface LinkOptions {
  connect: () => StreamSocket;
  // A problem that trying again does not help; null: try again.
  refused: () => Promise<Problem | null>;
  words: (message: Words) => void;
  audio: (message: Audio) => void;
  up: () => void; // the server has said hello
  lost: () => void; // was up, or could not be made; it is being tried again
  failed: (problem: Problem) => void; // for good
  now?: () => number; // ms, monotonic
  firstRetry?: number;
  longestRetry?: number;
  silence?: number;
}

const PINGS = 12; // remembered
const PING_EVERY = 2000;
const FIRST_PINGS = [0, 100, 300, 700]; // ms after hello

// The server's clock by the reply with the smallest round trip (RFC 5905's clock filter, in small).
export class ServerClock {
  private readonly trips: { rtt: number; offset: number }[] = [];
  private first = NaN;
  rtt = 0; // ms, of the best

  constructor(private readonly now: () => number) {}

  // Before any reply: the greeting's time, which is late by one way.
  greeted(serverTime: number) {
    this.trips.length = 0;
    this.rtt = 0;
    this.first = serverTime - this.now();
  }
  replied(sent: number, serverTime: number) {
    const rtt = this.now() - sent;
    if (!(rtt >= 0)) return;
    this.trips.push({ rtt, offset: serverTime - sent - rtt / 2 });
    if (this.trips.length > PINGS) this.trips.shift();
    this.rtt = Math.min(...this.trips.map((t) => t.rtt));
  }
  // ms since the epoch as the server counts; NaN before the greeting.
  time(): number {
    const best = this.trips.find((t) => t.rtt === this.rtt);
    return this.now() + (best ? best.offset : this.first);
  }
}

export class StreamLink {
  readonly clock: ServerClock;
  up = false;
  reconnects = 0;
  bytes = 0; // received
  private socket: StreamSocket | null = null;
  private opened = false;
  private closed = false;
  private tries = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private watchdog: ReturnType<typeof setTimeout> | undefined;
  private pings: ReturnType<typeof setTimeout>[] = [];
  private readonly now: () => number;

  constructor(private readonly options: LinkOptions) {
    this.now = options.now ?? (() => performance.now());
    this.clock = new ServerClock(this.now);
    this.open();
  }

  send(message: object): boolean {
    if (!this.up) return false;
    this.socket!.send(JSON.stringify(message));
    return true;
  }

  // The network may be back: now instead of at the next turn.
  wake() {
    if (this.closed || this.socket) return;
    clearTimeout(this.retry);
    this.tries = 0;
    this.open();
  }

  // Another latency or format: the same link, anew.
  renew() {
    if (this.closed) return;
    clearTimeout(this.retry);
    this.drop();
    this.open();
  }

  close() {
    this.closed = true;
    clearTimeout(this.retry);
    this.drop();
  }

  private open() {
    let socket: StreamSocket;
    try {
      socket = this.options.connect();
    } catch {
      this.again();
      return;
    }
    socket.binaryType = 'arraybuffer';
    this.socket = socket;
    this.opened = false;
    this.heardSomething();
    socket.onopen = () => (this.opened = true);
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (this.socket === socket) this.receive(data);
    };
    socket.onclose = socket.onerror = () => {
      if (this.socket === socket) this.broke();
    };
  }

  private broke() {
    const { opened } = this;
    this.drop();
    this.options.lost();
    if (opened) return this.again();
    // The handshake failed: is there anything to connect to?
    void this.options.refused().then(
      (problem) => {
        if (this.closed || this.socket) return;
        if (problem) this.fail(problem);
        else this.again();
      },
      () => {
        if (!this.closed && !this.socket) this.again();
      },
    );
  }

  private fail(problem: Problem) {
    this.close();
    this.options.failed(problem);
  }

  private drop() {
    const { socket } = this;
    this.socket = null;
    this.up = false;
    clearTimeout(this.watchdog);
    for (const ping of this.pings.splice(0)) clearTimeout(ping);
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null;
    socket.close();
  }

  private again() {
    if (this.closed) return;
    // Each wait is at most half of the outage so far: what is lost is little more than the outage.
    const { firstRetry = 150, longestRetry = 10000 } = this.options;
    const wait = Math.min(longestRetry, firstRetry * 1.5 ** this.tries++);
    this.reconnects++;
    this.retry = setTimeout(() => this.open(), wait / 2 + (Math.random() * wait) / 2);
  }

  private heardSomething() {
    clearTimeout(this.watchdog);
    this.watchdog = setTimeout(() => this.broke(), this.options.silence ?? 5000);
  }

  private receive(data: unknown) {
    this.heardSomething();
    if (data instanceof ArrayBuffer) {
      this.bytes += data.byteLength;
      const audio = readAudio(data);
      if (audio && this.up) this.options.audio(audio);
      return;
    }
    if (typeof data !== 'string') return;
    this.bytes += data.length;
    const message = readText(data);
    if (!message) return;
    if ('kind' in message) {
      if (this.up) this.options.audio(message);
      return;
    }
    if (message.type === 'hello') this.greeted(message.server_time);
    else if (message.type === 'pong') this.clock.replied(message.t, message.server_time);
    if (message.type === 'gone') {
      this.fail(GONE);
      return;
    }
    this.options.words(message);
    if (message.type === 'hello') this.options.up();
  }

  private greeted(serverTime: number) {
    this.up = true;
    this.tries = 0;
    this.clock.greeted(serverTime);
    const ping = () => this.send({ type: 'ping', t: this.now() });
    const often = () => {
      ping();
      this.pings.push(setTimeout(often, PING_EVERY));
      if (this.pings.length > 8) this.pings.shift();
    };
    for (const wait of FIRST_PINGS) this.pings.push(setTimeout(ping, wait));
    this.pings.push(setTimeout(often, PING_EVERY));
  }
}

const GONE: Problem = failure(
  'not_found',
  'This channel has been deleted.',
  'Choose another one from the list.',
).problem;
