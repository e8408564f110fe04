import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const dist = fileURLToPath(new URL('../dist', import.meta.url));
const protocolDist = fileURLToPath(new URL('../../protocol/dist', import.meta.url));

/** Folder of the protocol's types among those of `require`. */
const PROTOCOL = 'protocol';
const protocolImport = new RegExp(`^@tureen/${PROTOCOL}/(.+)$`);

const specifiers = /(?<=\bfrom |\bimport |\bimport\()(["'])([^"']+)\1/g;

/** A module of the types of `require`, by its path in their folder without extension, for an import in the module `path`. */
function modulePathOf(specifier: string, path: string): string | null {
  const protocol = protocolImport.exec(specifier)?.[1];
  if (protocol !== undefined) return `${PROTOCOL}/${protocol}/index`;
  return specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier).replace(/\.js$/, '') : null;
}

function relativeTo(path: string, module: string): string {
  const relative = posix.relative(posix.dirname(path), module);
  return `${relative.startsWith('.') ? '' : './'}${relative}.cjs`;
}

/** Rewrites the types of an ES module for `require`, where imports lead to types of CommonJS too. Returns the modules that it imports. */
export function commonJsTypes(code: string, path: string): { code: string; imports: string[] } {
  const imports: string[] = [];
  const rewritten = code
    .replace(/\n?\/\/# sourceMappingURL=.*\s*$/, '')
    .replace(specifiers, (text, quote: string, specifier: string) => {
      const module = modulePathOf(specifier, path);
      if (module === null) return text;
      imports.push(module);
      return `${quote}${relativeTo(path, module)}${quote}`;
    });
  return { code: `${rewritten.trimEnd()}\n`, imports };
}

const sourceOf = (module: string) =>
  module.startsWith(`${PROTOCOL}/`)
    ? join(protocolDist, `${module.slice(PROTOCOL.length + 1)}.d.ts`)
    : join(dist, `${module}.d.ts`);

/** Writes `.d.cts` of the entry points, and of every module that they import, into `dist/cjs`. Needs the types in `dist`. */
export function writeCommonJsTypes(entries: readonly string[]): Plugin {
  return {
    name: 'write-commonjs-types',
    async writeBundle() {
      const pending = [...entries];
      const seen = new Set(pending);
      for (let module = pending.pop(); module !== undefined; module = pending.pop()) {
        const { code, imports } = commonJsTypes(await readFile(sourceOf(module), 'utf8'), module);
        const target = join(dist, 'cjs', `${module}.d.cts`);
        await mkdir(dirname(target), { recursive: true });
        await writeFile(target, code);
        for (const one of imports.filter((name) => !seen.has(name))) {
          seen.add(one);
          pending.push(one);
        }
      }
    },
  };
}
