// The stream without the screen, built once a run into a folder of its own.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

let folder = null;

export async function streamPage() {
  if (folder) return folder;
  const to = mkdtempSync(join(tmpdir(), 'tutti-stream-page-'));
  process.once('exit', () => rmSync(to, { recursive: true, force: true }));
  await build({
    configFile: false,
    root: fileURLToPath(new URL('../stream_page/', import.meta.url)),
    logLevel: 'error',
    worker: { format: 'es' },
    build: { outDir: to, emptyOutDir: true, target: 'es2022', assetsInlineLimit: 0, modulePreload: false },
  });
  return (folder = to);
}
