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
  moduleIds?: readonly string[];
}

type Bundle = Readonly<Record<string, Part>>;

function partsOfFirstLoad(bundle: Bundle): string[] {
  const seen = new Set<string>();
  const visit = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    for (const next of bundle[name]?.imports ?? []) visit(next);
  };
  for (const { isEntry, fileName } of Object.values(bundle)) if (isEntry === true) visit(fileName);
  return [...seen];
}

/** Bytes of JavaScript, gzipped, that come before the first screen can be drawn: the entry and what it imports at once. */
export const firstLoad = (bundle: Bundle): number => partsOfFirstLoad(bundle).reduce((sum, name) => sum + gzipSync(bundle[name]?.code ?? '').length, 0);

/** Which of these packages the first load brings along. */
export function broughtAlong(bundle: Bundle, packages: readonly string[]): string[] {
  const modules = partsOfFirstLoad(bundle).flatMap((name) => bundle[name]?.moduleIds ?? []);
  return packages.filter((name) => modules.some((id) => id.includes(`/node_modules/${name}/`)));
}

/** Refuses a build whose first load is heavier than the limit, or brings along what the first screen does not need. */
export function weightLimit(limit: number, onDemand: readonly string[]): Plugin {
  return {
    name: 'weight-limit',
    apply: 'build',
    generateBundle(_, bundle) {
      const bytes = firstLoad(bundle);
      if (bytes > limit) this.error(`The first load is ${bytes} bytes of JavaScript (gzipped); the limit is ${limit}. Load what the first screen does not need on demand.`);
      const early = broughtAlong(bundle, onDemand);
      if (early.length > 0) this.error(`The first load brings ${early.join(', ')} along, which the first screen does not need. Import it where it is shown, by import().`);
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
