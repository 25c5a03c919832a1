// The band's common time: how this page's clock runs against the server's, from pings.
//
// A ping gives two one-way delays, each of the true offset and a delay that is never negative: the lines
// under both (stream_clock.ts) meet the quickest packets there were. Half their difference is the offset,
// wrong by half the difference of the best delays there and back; their sum is the best round trip.
// Milliseconds outside.
import { LowerEnvelope } from '../worklet/stream_clock';

export class CommonClock {
  private readonly there = new LowerEnvelope();
  private readonly back = new LowerEnvelope();
  private count = 0;
  rtt = 0; // of the last ping

  // Sent at `sent`, answered by the server at `server`, here again at `received`.
  add(sent: number, server: number, received: number) {
    const t = received / 1000;
    // One base for both, or thousandths drown in the size of a date.
    if (this.count === 0) this.base = server - received;
    this.there.add(t, (server - this.base - sent) / 1000);
    this.back.add(t, (received - (server - this.base)) / 1000);
    this.rtt = received - sent;
    this.count++;
  }
  private base = 0;

  get known(): boolean {
    return this.count >= 3;
  }
  // A new connection: the offset is found anew, the clocks' speeds stay.
  restart() {
    this.there.restart();
    this.back.restart();
    this.count = 0;
  }

  // How much the server's clock is ahead of this one.
  offset(now: number): number {
    const t = now / 1000;
    return this.base + ((this.there.at(t) - this.back.at(t)) / 2) * 1000;
  }
  server(now: number): number {
    return now + this.offset(now);
  }
  here(server: number): number {
    let here = server - this.offset(server - this.base);
    here = server - this.offset(here);
    return here;
  }
  // How far the offset can be wrong.
  uncertainty(now: number): number {
    const t = now / 1000;
    return Math.max(0, ((this.there.at(t) + this.back.at(t)) / 2) * 1000);
  }
}
