// The link through breaks, in time that the test turns: back-off, silence, refusals, the server's clock.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ServerClock, StreamLink, type LinkOptions, type StreamSocket } from './stream_link';

class FakeSocket {
  static all: FakeSocket[] = [];
  binaryType = '';
  sent: string[] = [];
  closed = false;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  onerror: (() => void) | null = null;
  constructor() {
    FakeSocket.all.push(this);
  }
  send(text: string) {
    this.sent.push(text);
  }
  close() {
    this.closed = true;
  }
  open() {
    this.onopen?.();
    this.say({
      type: 'hello',
      channel: 'ambient',
      format: 'pcm16',
      server_time: 1000,
      settings: {},
      seed: '7',
    });
  }
  say(message: unknown) {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
  break() {
    this.onclose?.();
  }
}

const sockets = () => FakeSocket.all;
const last = () => FakeSocket.all.at(-1)!;

function link(change: Partial<LinkOptions> = {}) {
  const events = { up: vi.fn(), lost: vi.fn(), failed: vi.fn(), words: vi.fn(), audio: vi.fn() };
  const made = new StreamLink({
    connect: () => new FakeSocket() as unknown as StreamSocket,
    refused: () => Promise.resolve(null),
    ...events,
    ...change,
  });
  return { link: made, ...events };
}

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.all = [];
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the link of a stream', () => {
  it('is up with the hello, not before, and hands on what comes', () => {
    const { link: it, up, words, audio } = link();
    expect(it.up).toBe(false);
    expect(it.send({ type: 'control' })).toBe(false);
    last().onopen?.();
    expect(it.up).toBe(false);
    last().open();
    expect(it.up).toBe(true);
    expect(up).toHaveBeenCalledOnce();
    last().say({ type: 'state', frame: 1 });
    expect(words).toHaveBeenLastCalledWith({ type: 'state', frame: 1 });
    last().onmessage?.({ data: new ArrayBuffer(5) }); // no message of ours
    last().onmessage?.({ data: '<html>' });
    expect(audio).not.toHaveBeenCalled();
    it.close();
  });

  it('comes back after a break, with waits of at most half of the outage so far', async () => {
    const { link: it, lost } = link();
    last().open();
    last().break();
    expect(lost).toHaveBeenCalledOnce();
    const waits: number[] = [];
    let before = Date.now();
    const began = before;
    for (let tries = 1; tries < 12; tries++) {
      const count = sockets().length;
      while (sockets().length === count) await vi.advanceTimersByTimeAsync(1);
      waits.push(Date.now() - before);
      expect(Date.now() - before).toBeLessThanOrEqual(Math.max(152, (before - began) * 0.75 + 240));
      before = Date.now();
      last().onopen?.();
      last().break();
    }
    expect(Math.max(...waits)).toBeLessThanOrEqual(10_001);
    expect(waits.at(-1)!).toBeGreaterThan(waits[0]!);
    it.close();
    const count = sockets().length;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sockets().length).toBe(count);
  });

  it('tries at once where the network is said to be back', async () => {
    const { link: it } = link();
    for (let i = 0; i < 10; i++) {
      last().onopen?.();
      last().break();
      await vi.advanceTimersByTimeAsync(i < 9 ? 10_000 : 0);
    }
    const count = sockets().length;
    it.wake();
    expect(sockets().length).toBe(count + 1);
    it.wake(); // one is being made already
    expect(sockets().length).toBe(count + 1);
    it.close();
  });

  it('gives up a connection that has gone silent', async () => {
    const { link: it, lost } = link();
    last().open();
    const first = last();
    for (let i = 0; i < 10; i++) {
      await vi.advanceTimersByTimeAsync(1000);
      first.say({ type: 'state', frame: i });
    }
    expect(lost).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(5001);
    expect(lost).toHaveBeenCalledOnce();
    expect(first.closed).toBe(true);
    await vi.advanceTimersByTimeAsync(200);
    expect(sockets().length).toBe(2);
    it.close();
  });

  it('asks why where a handshake fails, and stops if trying again cannot help', async () => {
    const problem = { code: 'not_found', message: 'No such channel.', next: 'Choose.' };
    const refused = vi.fn(() => Promise.resolve<typeof problem | null>(null));
    const { failed } = link({ refused });
    last().break();
    await vi.advanceTimersByTimeAsync(200);
    expect(refused).toHaveBeenCalledOnce();
    expect(sockets().length).toBe(2);
    refused.mockResolvedValue(problem);
    last().break();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(failed).toHaveBeenCalledExactlyOnceWith(problem);
    expect(sockets().length).toBe(2);
  });

  it('ends where the channel is gone', async () => {
    const { failed, link: it } = link();
    last().open();
    last().say({ type: 'gone' });
    expect(failed).toHaveBeenCalledOnce();
    expect(it.up).toBe(false);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sockets().length).toBe(1);
  });

  it('is made anew when asked to, without counting that as a break', () => {
    const { link: it, lost } = link();
    last().open();
    const first = last();
    it.renew();
    expect(first.closed).toBe(true);
    expect(sockets().length).toBe(2);
    expect(lost).not.toHaveBeenCalled();
    expect(it.reconnects).toBe(0);
    it.close();
  });

  it('sends pings while it is up', async () => {
    const { link: it } = link();
    last().open();
    await vi.advanceTimersByTimeAsync(4500);
    const pings = last().sent.filter((text) => JSON.parse(text).type === 'ping');
    expect(pings.length).toBe(6);
    it.close();
  });
});

describe("the server's clock", () => {
  it('is known by the reply with the shortest way, through way of any length', () => {
    let now = 0;
    const clock = new ServerClock(() => now);
    const ahead = 1.7e12;
    clock.greeted(ahead + now - 80);
    expect(clock.time() - (ahead + now)).toBe(-80);
    let worst = 0;
    for (let i = 0; i < 40; i++) {
      const sent = now;
      const there = 2 + ((i * 37) % 90);
      const back = 2 + ((i * 53) % 90);
      now = sent + there + back;
      clock.replied(sent, ahead + sent + there);
      if (i > 12) worst = Math.max(worst, Math.abs(clock.time() - (ahead + now)));
      now += 500;
    }
    expect(worst).toBeLessThan(45);
    const sent = now;
    now += 2;
    clock.replied(sent, ahead + sent + 1);
    expect(clock.time()).toBe(ahead + now);
    expect(clock.rtt).toBe(2);
  });
});
