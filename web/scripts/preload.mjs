// Vite plug-in: lets the browser fetch the document engine while it still reads the scripts.
import { engineVersion } from './engine_version.mjs';

export function preloadEngine() {
  return {
    name: 'tutti-preload',
    apply: 'build',
    transformIndexHtml: () => [
      {
        tag: 'link',
        attrs: {
          rel: 'preload',
          as: 'fetch',
          crossorigin: '',
          href: `/engine/document.wasm?v=${engineVersion()}`,
        },
        injectTo: 'head-prepend',
      },
    ],
  };
}
