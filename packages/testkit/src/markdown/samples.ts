import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { fileOf } from './markdown.ts';

export interface Sample {
  /** Location for messages: `README.md:12`. */
  readonly where: string;
  readonly code: string;
  readonly extension: 'ts' | 'tsx';
  /** Package of the reader. The sample can import what this package can import. */
  readonly folder: string;
}

/**
 * Compiles code samples as separate modules with the settings of this repository, and returns the compiler's messages. `given` are
 * declaration files of names that the samples assume.
 */
export function problemsIn(samples: readonly Sample[], given: readonly string[]): string[] {
  const options: ts.CompilerOptions = {
    ...compilerOptions(),
    // Samples need not use their variables.
    noUnusedLocals: false,
    noUnusedParameters: false,
    jsx: ts.JsxEmit.Preserve,
    types: [],
  };
  const files = new Map(given.map((text, index) => [pathOf('packages/client', `given${index}.d.ts`), text]));
  const places = new Map<string, string>();
  samples.forEach(({ where, code, extension, folder }, index) => {
    const path = pathOf(folder, `sample${index}.${extension}`);
    // The export makes every sample a module.
    files.set(path, `${code}\nexport {};\n`);
    places.set(path, where);
  });
  const program = ts.createProgram({ rootNames: [...files.keys()], options, host: hostWith(files, options) });
  return [...files.keys()].flatMap((path) => {
    const source = program.getSourceFile(path);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map((problem) => {
      const line = source === undefined ? 0 : source.getLineAndCharacterOfPosition(problem.start ?? 0).line;
      const text = ts.flattenDiagnosticMessageText(problem.messageText, '\n');
      return `${places.get(path) ?? path}, line ${line + 1} of the sample: ${text}`;
    });
  });
}

/** The folder does not exist: the files are in memory only. */
function pathOf(folder: string, name: string): string {
  return fileURLToPath(fileOf(`${folder}/samples/${name}`));
}

function compilerOptions(): ts.CompilerOptions {
  const path = fileURLToPath(fileOf('tsconfig.json'));
  const { config } = ts.readConfigFile(path, (name) => ts.sys.readFile(name)) as { config: object };
  const only = { ...config, files: [], include: [] };
  return ts.parseJsonConfigFileContent(only, ts.sys, fileURLToPath(fileOf(''))).options;
}

/** Compiler host for the disk and additional files in memory. */
function hostWith(files: ReadonlyMap<string, string>, options: ts.CompilerOptions): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  return {
    ...host,
    fileExists: (path) => files.has(path) || host.fileExists(path),
    readFile: (path) => files.get(path) ?? host.readFile(path),
    getSourceFile: (path, languageVersion, onError) => {
      const text = files.get(path);
      return text === undefined
        ? host.getSourceFile(path, languageVersion, onError)
        : ts.createSourceFile(path, text, languageVersion, true);
    },
  };
}
