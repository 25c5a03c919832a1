// Channels as this listener sees them: listed, made, deleted, liked, saved; and settings kept by name.
import { finishedJob } from './jobs';
import { failure } from './problem';
import type { ChannelReply, StreamApi } from './stream_api';
import type { StreamKeep } from './stream_keep';
import type { ChannelInfo, SaveResult, Stream, StreamPreset, StreamSettings } from './stream_types';

export class StreamChannels {
  constructor(
    private readonly api: StreamApi,
    private readonly keep: StreamKeep,
  ) {}

  // The public ones, favourites, and those of this browser, which no list names.
  async list(also: string): Promise<ChannelInfo[]> {
    await this.keep.ready;
    const { listener } = this.keep;
    const listed = await this.api.channels(listener);
    const missing = new Set([...this.keep.mine(), also].filter((id) => !listed.some((c) => c.id === id)));
    const own = await Promise.all(
      [...missing].map((id) => this.api.channel(id, listener, this.keep.secret(id)).catch(() => null)),
    );
    // A list tells of controlling without a secret only.
    return [...listed, ...own.filter((c) => c !== null)].map((c) => this.seen(c));
  }
  async one(id: string): Promise<ChannelInfo> {
    await this.keep.ready;
    return this.seen(await this.api.channel(id, this.keep.listener, this.keep.secret(id)));
  }

  async create(options: Parameters<Stream['createChannel']>[0]): Promise<ChannelInfo> {
    await this.keep.ready;
    const from = options.from ? { from: options.from, from_secret: this.keep.secret(options.from) } : {};
    const made = await this.api.makeChannel({ ...options, ...from });
    if (made.secret) await this.keep.keepSecret(made.id, made.secret);
    return this.seen(made);
  }
  async delete(id: string): Promise<void> {
    await this.keep.ready;
    await this.api.deleteChannel(id, this.keep.secret(id));
    await this.keep.keepSecret(id, null);
  }
  async favourite(id: string, on: boolean): Promise<void> {
    await this.keep.ready;
    await this.api.favourite(id, this.keep.listener, on);
  }
  async rate(id: string, rating: -1 | 0 | 1): Promise<void> {
    await this.keep.ready;
    await this.api.rate(id, this.keep.listener, rating);
  }

  async presets(): Promise<StreamPreset[]> {
    await this.keep.ready;
    const presets = await this.api.presets(this.keep.listener);
    return presets.map(({ id, name, settings }) => ({ id, name, settings }));
  }
  async savePreset(name: string, settings: StreamSettings): Promise<void> {
    await this.keep.ready;
    await this.api.savePreset(this.keep.listener, name, settings);
  }
  async deletePreset(id: string): Promise<void> {
    await this.keep.ready;
    await this.api.deletePreset(this.keep.listener, id);
  }

  async save(
    channel: string,
    { seconds, form, onProgress = () => {}, signal }: Parameters<Stream['save']>[0],
  ): Promise<SaveResult> {
    await this.keep.ready;
    signal?.throwIfAborted();
    const secret = this.keep.secret(channel);
    const job = await finishedJob(
      this.api,
      await this.api.save(channel, { seconds, form, ...(secret ? { secret } : {}) }),
      'The music could not be saved.',
      ({ progress, sentence }) => onProgress(progress, sentence),
      signal,
    );
    const { result, project } = job;
    if (project && form === 'project') return { url: '', name: '', project };
    if (!result) throw failure('internal', 'The job made nothing.', 'Try again.');
    return { url: result.url, name: result.name, project: '' };
  }

  private seen(c: ChannelReply): ChannelInfo {
    const mine = this.keep.secret(c.id) !== undefined;
    return {
      id: c.id,
      name: c.name,
      visibility: c.visibility,
      mine,
      controllable: c.controllable || mine,
      listeners: c.listeners,
      favourite: c.favourite,
      rating: c.rating,
      seed: c.seed,
    };
  }
}
