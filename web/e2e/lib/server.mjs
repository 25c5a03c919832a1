// The real server on a folder of its own: start, stop, and kill as a power cut would.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
export const program = process.env.TUTTI_BIN ?? join(root, 'build/release/tutti');
export const pageFolder = process.env.TUTTI_PAGE ?? join(root, 'web/dist');

export class Server {
  constructor(data, page = pageFolder) {
    this.data = data;
    this.page = page;
    this.port = 0;
    this.log = '';
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  // Resolves when the server has said its address; a restart keeps the port.
  async start() {
    for (const path of [program, join(this.page, 'index.html')]) {
      if (!existsSync(path)) throw new Error(`${path} is not there: run ./dev build first`);
    }
    const child = spawn(
      program,
      ['serve', '--port', `${this.port}`, '--data', this.data, '--page', this.page],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    this.child = child;
    this.ended = new Promise((resolve) => child.once('exit', resolve));
    await new Promise((resolve, reject) => {
      const hear = (chunk) => {
        this.log += chunk;
        const said = /http:\/\/127\.0\.0\.1:(\d+)/.exec(this.log.slice(this.logFrom));
        if (said) {
          this.port = Number(said[1]);
          resolve();
        }
      };
      this.logFrom = this.log.length;
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      child.once('exit', (code) =>
        reject(new Error(`tutti serve ended with ${code}:\n${this.log.slice(-2000)}`)),
      );
      child.once('error', reject);
    });
    return this;
  }

  async kill(signal = 'SIGKILL') {
    if (!this.child || this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill(signal);
    await this.ended;
  }

  stop() {
    return this.kill('SIGTERM');
  }

  async json(path, init) {
    const response = await fetch(this.url + path, init);
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return response.json();
  }
}
