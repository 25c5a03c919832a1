// The Stream room's requests: channels, what listeners think of them, settings, saving.
import { Api, type JobInfo } from './api';
import type { StreamSetting, StreamSettings } from './stream_types';
import type { Controlled } from './stream_wire';

export interface ChannelReply {
  id: string;
  name: string;
  visibility: 'public' | 'link' | 'private';
  controllable: boolean;
  listeners: number;
  favourite: boolean;
  rating: number;
  seed: string;
  secret?: string | null;
}
export interface PresetReply {
  id: string;
  name: string;
  settings: StreamSettings;
}
export interface StatusReply {
  settings: StreamSettings;
  seed: string;
}

const query = (values: Record<string, string | undefined>) => {
  const given = Object.entries(values).filter((e): e is [string, string] => !!e[1]);
  return given.length ? `?${new URLSearchParams(given).toString()}` : '';
};
const channel = (id: string, rest = '') => `/api/channels/${encodeURIComponent(id)}${rest}`;

export class StreamApi extends Api {
  async table(): Promise<StreamSetting[]> {
    return (await this.json<{ settings: StreamSetting[] }>('GET', '/api/stream/settings')).settings;
  }
  async channels(listener: string): Promise<ChannelReply[]> {
    return (await this.json<{ channels: ChannelReply[] }>('GET', `/api/channels${query({ listener })}`))
      .channels;
  }
  channel(id: string, listener: string, secret?: string): Promise<ChannelReply> {
    return this.json('GET', channel(id, query({ listener, secret })));
  }
  makeChannel(body: object): Promise<ChannelReply> {
    return this.json('POST', '/api/channels', body);
  }
  async deleteChannel(id: string, secret?: string): Promise<void> {
    await this.request('DELETE', channel(id, query({ secret })));
  }
  status(id: string, secret?: string): Promise<StatusReply> {
    return this.json('GET', `/api/status${query({ channel: id, secret })}`);
  }
  control(id: string, body: object): Promise<Omit<Controlled, 'type' | 'changed'>> {
    return this.json('POST', channel(id, '/control'), body);
  }
  async rate(id: string, listener: string, rating: number): Promise<void> {
    await this.send('PUT', channel(id, '/rating'), { listener, rating });
  }
  async favourite(id: string, listener: string, on: boolean): Promise<void> {
    if (on) await this.send('PUT', channel(id, '/favourite'), { listener });
    else await this.request('DELETE', channel(id, `/favourite${query({ listener })}`));
  }
  save(id: string, body: { seconds: number; form: string; secret?: string }): Promise<JobInfo> {
    return this.json('POST', channel(id, '/save'), body);
  }
  async presets(listener: string): Promise<PresetReply[]> {
    const path = `/api/stream/presets${query({ listener })}`;
    return (await this.json<{ presets: PresetReply[] }>('GET', path)).presets;
  }
  async savePreset(listener: string, name: string, settings: StreamSettings): Promise<void> {
    await this.send('PUT', '/api/stream/presets', { listener, name, settings });
  }
  async deletePreset(listener: string, id: string): Promise<void> {
    await this.request('DELETE', `/api/stream/presets/${encodeURIComponent(id)}${query({ listener })}`);
  }

  private send(method: string, path: string, body: object) {
    return this.request(method, path, JSON.stringify(body), 'application/json');
  }
}
