import { minify } from 'rolldown/utils';
import type { Plugin } from 'vite';

/**
 * Gives members the short names of a list, the same in every module. The option of the bundler does so in builds of one module
 * only. `members` is called at the first module.
 */
export function shortenInternalMembers(members: () => Readonly<Record<string, string>>): Plugin {
  let names: Readonly<Record<string, string>> | undefined;
  return {
    name: 'shorten-internal-members',
    async renderChunk(code, { fileName }) {
      names ??= members();
      const {
        code: shortened,
        map,
        errors,
      } = await minify(fileName, code, {
        module: true,
        compress: false,
        mangle: false,
        codegen: { removeWhitespace: false },
        mangleProps: { include: new RegExp(`^(?:${Object.keys(names).join('|')})$`), cache: { ...names } },
        sourcemap: true,
      });
      if (errors[0] !== undefined) this.error(errors[0].message);
      return { code: shortened, map: map ?? null };
    },
  };
}
