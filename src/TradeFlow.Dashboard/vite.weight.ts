import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

interface Part {
  type: 'chunk' | 'asset';
  fileName: string;
  isEntry?: boolean;
  imports?: readonly string[];
  code?: string;
}

/** Bytes of JavaScript, gzipped, that come before the first screen can be drawn: the entry and what it imports at once. */
export function firstLoad(bundle: Readonly<Record<string, Part>>): number {
  const seen = new Set<string>();
  const visit = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    for (const next of bundle[name]?.imports ?? []) visit(next);
  };
  for (const { isEntry, fileName } of Object.values(bundle)) if (isEntry === true) visit(fileName);
  return [...seen].reduce((sum, name) => sum + gzipSync(bundle[name]?.code ?? '').length, 0);
}

/** Refuses a build whose first load is heavier than the limit. */
export function weightLimit(limit: number): Plugin {
  return {
    name: 'weight-limit',
    apply: 'build',
    generateBundle(_, bundle) {
      const bytes = firstLoad(bundle);
      if (bytes > limit) this.error(`The first load is ${bytes} bytes of JavaScript (gzipped); the limit is ${limit}. Load what the first screen does not need on demand.`);
    },
  };
}

/** Puts what a browser may ask for instead beside each text file: `.br` and `.gz`. The server only picks one. */
export function compressedBeside(): Plugin {
  return {
    name: 'compressed-beside',
    apply: 'build',
    writeBundle({ dir }) {
      for (const file of readdirSync(join(dir ?? 'dist', 'assets'), { encoding: 'utf8' })) {
        if (!/\.(js|css)$/.test(file)) continue;
        const path = join(dir ?? 'dist', 'assets', file);
        const bytes = readFileSync(path);
        writeFileSync(`${path}.br`, brotliCompressSync(bytes));
        writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
      }
    },
  };
}
