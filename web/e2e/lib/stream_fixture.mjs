// A small server that speaks the stream's protocol, for what the real one cannot be asked to do: play a
// known sound, leave messages out, restart at another frame, delete its channel, say wrong things.
import { createReadStream, existsSync } from 'node:fs';
import http from 'node:http';
import { extname, join } from 'node:path';
import { WebSocketServer } from 'ws';

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };
const RATE = 48000;
const TABLE = [
  {
    id: 'bpm',
    name: 'Tempo',
    unit: '',
    min: 40,
    max: 180,
    default: 70,
    scale: 'linear',
    choices: [],
    when: 'at_bar',
  },
  {
    id: 'intensity',
    name: 'Intensity',
    unit: '',
    min: 0,
    max: 1,
    default: 0.4,
    scale: 'linear',
    choices: [],
    when: 'at_once',
  },
];

export class StreamFixture {
  // `sound` answers left and right (-1 … 1) of a frame.
  constructor(page, { sound = (frame) => tone(440, frame), first = RATE * 1000 } = {}) {
    Object.assign(this, { page, sound, first, settings: { bpm: 70, intensity: 0.4 }, seed: '7' });
    this.began = performance.now();
    this.exists = true;
    this.heard = []; // what listeners said
    this.lose = () => false; // messages, by frame, that are not sent
    this.listeners = new Set();
  }

  async start(port = 0) {
    this.http = http.createServer((request, response) => this.answer(request, response));
    this.sockets = new WebSocketServer({ noServer: true });
    this.http.on('upgrade', (request, socket, head) => {
      if (!this.exists) return socket.end('HTTP/1.1 404 Not Found\r\n\r\n');
      this.sockets.handleUpgrade(request, socket, head, (ws) => this.join(ws, request));
    });
    await new Promise((resolve) => this.http.listen(port, '127.0.0.1', resolve));
    this.port = this.http.address().port;
    return this;
  }
  get url() {
    return `http://127.0.0.1:${this.port}`;
  }
  // As a killed process would: every connection breaks.
  async stop() {
    for (const listener of this.listeners) listener.end();
    this.http.closeAllConnections();
    await new Promise((resolve) => this.http.close(resolve));
  }

  // The frame that is being made now.
  frame() {
    return this.first + Math.floor(((performance.now() - this.began) / 1000) * RATE);
  }
  say(message) {
    for (const listener of this.listeners) listener.say(message);
  }
  remove() {
    this.exists = false;
    this.say({ type: 'gone' });
  }

  answer(request, response) {
    const { pathname } = new URL(request.url, this.url);
    const json = (status, value) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(value));
    };
    const channel = {
      id: 'ambient',
      name: 'Ambient',
      visibility: 'public',
      controllable: true,
      listeners: 1,
      favourite: false,
      rating: 0,
      seed: this.seed,
    };
    if (pathname === '/api/stream/settings') return json(200, { settings: TABLE });
    if (pathname === '/api/channels') return json(200, { channels: this.exists ? [channel] : [] });
    if (pathname === '/api/stream/presets') return json(200, { presets: [] });
    if (pathname === '/api/status') return json(200, { settings: this.settings, seed: this.seed });
    if (/^\/api\/channels\/[^/]+$/.test(pathname)) {
      if (this.exists) return json(200, channel);
      return json(404, { code: 'not_found', detail: 'There is no such channel.', next: 'Choose another.' });
    }
    const file = join(this.page, pathname === '/' ? 'index.html' : pathname);
    if (!existsSync(file)) return json(404, { code: 'not_found', detail: 'Nothing here.', next: '' });
    response.writeHead(200, {
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
    });
    createReadStream(file).pipe(response);
  }

  join(ws, request) {
    const query = new URL(request.url, this.url).searchParams;
    const low = query.get('latency') === 'low';
    const length = low ? 960 : 4800;
    const say = (message) => ws.readyState === ws.OPEN && ws.send(JSON.stringify(message));
    let next = Math.floor(this.frame() / length) * length - length;
    say({
      type: 'hello',
      channel: query.get('channel'),
      name: 'Ambient',
      format: 'pcm16',
      latency: low ? 'low' : 'normal',
      rate: RATE,
      frame: next,
      server_time: performance.timeOrigin + performance.now(),
      message_ms: length / 48,
      settings: this.settings,
      seed: this.seed,
    });
    const timer = setInterval(() => {
      for (; next + length <= this.frame(); next += length) {
        if (!this.lose(next)) ws.send(this.message(next, length));
      }
    }, 4);
    const state = setInterval(
      () =>
        say({
          type: 'state',
          frame: next,
          listeners: 1,
          buffer_ms: 100,
          render_load: 0,
          encode_load: 0,
          underruns: 0,
          skipped: 0,
          server_time: 0,
        }),
      1000,
    );
    const listener = {
      say,
      end: () => {
        clearInterval(timer);
        clearInterval(state);
        this.listeners.delete(listener);
        ws.terminate();
      },
    };
    this.listeners.add(listener);
    ws.on('close', listener.end);
    ws.on('message', (text) => {
      const message = JSON.parse(text);
      if (message.type === 'ping') {
        return say({ type: 'pong', t: message.t, server_time: performance.timeOrigin + performance.now() });
      }
      this.heard.push(message);
      const { type: _, seed = this.seed, ...changes } = message;
      if (changes.bpm > 180)
        return say({
          type: 'error',
          code: 'bad_input',
          message: 'Tempo is 40 to 180.',
          next: 'Ask for less.',
        });
      this.settings = { ...this.settings, ...changes };
      this.seed = seed;
      const frame = this.frame();
      this.say({
        type: 'control',
        settings: this.settings,
        changed: Object.keys(changes),
        frame,
        bar_frame: frame + RATE,
        beats: 1,
        seed,
      });
    });
  }

  message(frame, frames) {
    const bytes = Buffer.alloc(24 + frames * 4);
    bytes.writeUInt8(1, 0);
    bytes.writeUInt16LE(frames / 960, 2);
    bytes.writeUInt32LE(frames, 4);
    bytes.writeBigUInt64LE(BigInt(frame), 8);
    bytes.writeDoubleLE(performance.timeOrigin + performance.now(), 16);
    for (let i = 0; i < frames; i++) {
      const [left, right] = this.sound(frame + i);
      bytes.writeInt16LE(Math.round(left * 32767), 24 + 4 * i);
      bytes.writeInt16LE(Math.round(right * 32767), 26 + 4 * i);
    }
    return bytes;
  }
}

export function tone(hz, frame, level = 0.25) {
  const sample = level * Math.sin((2 * Math.PI * hz * frame) / RATE);
  return [sample, sample];
}
