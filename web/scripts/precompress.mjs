// Vite plug-in: leaves file.br and file.gz beside every compressible file of the build, since the
// server sends those as they are. Runs once, after all other files are written.
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const kinds = /\.(js|css|html|svg|json|webmanifest|wasm)$/;

async function* files(folder) {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* files(path);
    else if (kinds.test(entry.name)) yield path;
  }
}

export async function compressFolder(folder) {
  for await (const path of files(folder)) {
    const bytes = await readFile(path);
    if (bytes.length < 512) continue;
    const quality = {
      params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    };
    await writeFile(`${path}.br`, await promisify(brotliCompress)(bytes, quality));
    await writeFile(`${path}.gz`, await promisify(gzip)(bytes, { level: 9 }));
  }
}

export function precompress() {
  let out = 'dist';
  return {
    name: 'tutti-precompress',
    apply: 'build',
    configResolved: (config) => void (out = join(config.root, config.build.outDir)),
    async closeBundle() {
      if (await stat(out).catch(() => null)) await compressFolder(out);
    },
  };
}
