// A bad network between page and server: a TCP proxy with random delay, stalls and outages, seeded.
//
// Each piece of data, either way, is let go after its own delay, but never before the one ahead of it, as
// TCP delivers. `delay` is the largest random delay, `share` of the pieces wait `stall` longer (ms).
import net from 'node:net';

export function randomOf(seed) {
  let state = Math.imul(seed, 0x9e3779b9) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

export class JitterProxy {
  constructor(port, { delay = 0, stall = 0, share = 0, seed = 1 } = {}) {
    Object.assign(this, { target: port, delay, stall, share, random: randomOf(seed), down: false });
    this.lines = new Set();
    this.worst = 0; // ms, of what was delayed
    this.server = net.createServer({ pauseOnConnect: true }, (client) => this.join(client));
  }

  async start() {
    await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.port = this.server.address().port;
    return this;
  }
  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  // Every connection breaks; while `down` none is made.
  cut() {
    for (const line of [...this.lines]) line.destroy();
  }
  async stop() {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  join(client) {
    if (this.down) return client.destroy();
    const server = net.connect(this.target, '127.0.0.1');
    for (const [from, to] of [
      [client, server],
      [server, client],
    ]) {
      from.setNoDelay(true);
      this.lines.add(from);
      from.on('error', () => {});
      from.on('close', () => {
        this.lines.delete(from);
        to.destroy();
      });
      this.carry(from, to);
    }
    client.resume();
  }

  carry(from, to) {
    const queue = []; // in order; timers of different lengths do not keep theirs
    let free = 0; // when the piece ahead has gone
    let timer;
    const pump = () => {
      timer = undefined;
      while (queue.length && queue[0].at <= performance.now()) queue.shift().go();
      if (queue.length) timer = setTimeout(pump, queue[0].at - performance.now());
    };
    const later = (go) => {
      const now = performance.now();
      const wait = this.random() * this.delay + (this.random() < this.share ? this.stall : 0);
      free = Math.max(free, now + wait);
      this.worst = Math.max(this.worst, free - now);
      queue.push({ at: free, go });
      if (timer === undefined) pump();
    };
    from.on('data', (piece) => later(() => to.destroyed || to.write(piece)));
    from.on('end', () => later(() => to.destroyed || to.end()));
  }
}
