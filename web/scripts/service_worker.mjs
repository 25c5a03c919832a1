// Vite plug-in: writes sw.js with the list of files that make up this build.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { engineVersion } from './engine_version.mjs';

const root = new URL('../', import.meta.url);

export function serviceWorker() {
  return {
    name: 'tutti-service-worker',
    apply: 'build',
    generateBundle(_options, bundle) {
      const version = engineVersion();
      const files = [
        ...Object.keys(bundle)
          .filter((name) => name !== 'index.html')
          .map((name) => `/${name}`),
        ...readdirSync(new URL('public/engine/', root))
          .filter((n) => n.endsWith('.wasm'))
          .map((n) => `/engine/${n}?v=${version}`),
        ...readdirSync(new URL('public/icons/', root)).map((n) => `/icons/${n}`),
        '/manifest.webmanifest',
      ].sort();
      const worker = readFileSync(new URL('pwa/sw.js', root), 'utf8');
      const hash = createHash('sha256').update(worker).update(files.join('\n')).digest('hex').slice(0, 12);
      this.emitFile({
        type: 'asset',
        fileName: 'sw.js',
        source: worker.replace('__VERSION__', hash).replace('__FILES__', JSON.stringify(files)),
      });
    },
  };
}
