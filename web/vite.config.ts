import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { engineVersion } from './scripts/engine_version.mjs';
import { preloadEngine } from './scripts/preload.mjs';
import { precompress } from './scripts/precompress.mjs';
import { serviceWorker } from './scripts/service_worker.mjs';
import { stretchModule } from './scripts/stretch_module.mjs';

// `npm run dev` serves the page with its own reloads and passes /api and /ws on to a running
// `tutti serve` (TUTTI_SERVER, default http://127.0.0.1:8420). `npm run build` leaves dist/.
const server = process.env.TUTTI_SERVER ?? 'http://127.0.0.1:8420';

export default defineConfig({
  plugins: [stretchModule(), react(), preloadEngine(), serviceWorker(), precompress()],
  define: { __ENGINE_VERSION__: JSON.stringify(engineVersion()) },
  worker: { format: 'es' },
  build: { target: 'es2022', assetsInlineLimit: 0, sourcemap: false, modulePreload: { polyfill: false } },
  server: {
    headers: {
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Embedder-Policy': 'require-corp',
    },
    proxy: {
      '/api': { target: server, changeOrigin: true },
      '/hum2melody': { target: server, changeOrigin: true },
      '/run': { target: server, changeOrigin: true },
      '/ws': { target: server.replace(/^http/, 'ws'), ws: true, changeOrigin: true },
    },
  },
  test: {
    include: ['{core,worklet,ui,contract}/**/*.test.{ts,tsx}'],
    environment: 'node',
    testTimeout: 120_000, // a guard against hanging, not a limit on speed
    hookTimeout: 120_000,
    reporters: ['./scripts/reporter.mjs'],
  },
});
