// What a listener's browser keeps of the Stream room: who it is, the secrets of its own channels, volume.
//
// In the page's database; where storage is refused it lasts as long as the page.
import { Database } from './database';

interface Kept {
  listener: string;
  secrets: Record<string, string>; // by channel
  volume: number;
  lowLatency: boolean;
}
const KEY = 'stream';

export class StreamKeep {
  private kept: Kept = { listener: '', secrets: {}, volume: 0.8, lowLatency: false };
  private readonly db = new Database();
  readonly ready: Promise<void>;

  constructor() {
    this.ready = this.load();
  }

  get listener(): string {
    return this.kept.listener;
  }
  get volume(): number {
    return this.kept.volume;
  }
  get lowLatency(): boolean {
    return this.kept.lowLatency;
  }
  secret(channel: string): string | undefined {
    return Object.hasOwn(this.kept.secrets, channel) ? this.kept.secrets[channel] : undefined;
  }
  mine(): string[] {
    return Object.keys(this.kept.secrets);
  }

  async keep(change: Partial<Pick<Kept, 'volume' | 'lowLatency'>>): Promise<void> {
    await this.ready;
    this.kept = { ...this.kept, ...change };
    await this.write();
  }
  async keepSecret(channel: string, secret: string | null): Promise<void> {
    await this.ready;
    const secrets = { ...this.kept.secrets };
    if (secret === null) delete secrets[channel];
    else secrets[channel] = secret;
    this.kept = { ...this.kept, secrets };
    await this.write();
  }
  async close() {
    await this.db.close();
  }

  private async load() {
    const found = await this.db.get<Partial<Kept>>('settings', KEY).catch(() => undefined);
    this.kept = { ...this.kept, ...found };
    if (this.kept.listener) return;
    this.kept.listener = crypto.randomUUID();
    await this.write();
  }
  private async write() {
    await this.db.set(KEY, this.kept).catch(() => {}); // no storage: it lasts as long as the page
  }
}
