import { join } from 'node:path';
import ts from 'typescript';
import { run } from '../bootstrap/children.mjs';
import { ROOT } from '../bootstrap/paths.mjs';

/** An app that implements every port of `@tureen/client/ports`. Its folder resolves `@tureen/client` to the built package. */
const APP = join(ROOT, 'e2e/ownPorts/main.ts');

/** Ways in which apps resolve the types of a package. */
const resolutions = {
  bundler: { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler },
  nodenext: { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext },
};

/** Compiles the app with one of the resolutions. Returns what the compiler reports. */
function compile(resolution) {
  const program = ts.createProgram([APP], {
    ...resolutions[resolution],
    target: ts.ScriptTarget.ES2023,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts', 'lib.esnext.disposable.d.ts'],
    types: ['node'],
    typeRoots: [join(ROOT, 'node_modules/@types')],
    strict: true,
    exactOptionalPropertyTypes: true,
    allowImportingTsExtensions: true,
    verbatimModuleSyntax: true,
    skipLibCheck: false,
    noEmit: true,
  });
  const format = { getCanonicalFileName: (path) => path, getCurrentDirectory: () => ROOT, getNewLine: () => '\n' };
  return ts.getPreEmitDiagnostics(program).map((one) => `${resolution}: ${ts.formatDiagnostic(one, format).trim()}`);
}

/**
 * Compiles and runs the app on the built package. A member of a port that the build shortened fails here.
 * @returns {Promise<string[]>} problems
 */
export async function problemsOfOwnPorts({ env }) {
  const problems = Object.keys(resolutions).flatMap(compile);
  if (problems.length > 0) return problems;
  const { code, output } = await run(process.execPath, [APP], { cwd: ROOT, env });
  return code === 0 ? [] : [output.trim()];
}
