// The built program with a fault put into it on purpose, in a folder of its own: what shows that a test can fail.
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MAIN, temporaryHome } from './program.ts';

export interface Patch {
  /** Below dist/. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** Gives the patched program's main file. Throws where a patch finds nothing to replace. */
export function patchedBuild(patches: readonly Patch[]): { readonly main: string; remove(): void } {
  const { home, remove } = temporaryHome();
  const dist = dirname(MAIN);
  const root = dirname(dist);
  cpSync(dist, join(home, 'dist'), { recursive: true });
  cpSync(join(root, 'package.json'), join(home, 'package.json'));
  for (const folder of ['node_modules', 'themes']) symlinkSync(join(root, folder), join(home, folder));
  for (const { file, from, to } of patches) {
    const path = join(home, 'dist', file);
    const source = readFileSync(path, 'utf8');
    if (!source.includes(from)) throw new Error(`nothing to replace in ${file}: ${from}`);
    writeFileSync(path, source.replace(from, to));
  }
  return { main: join(home, 'dist', 'main.js'), remove };
}
