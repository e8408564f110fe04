import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { fileOf } from './markdown.ts';

export interface Sample {
  /** Where it stands, for messages: `README.md:12`. */
  readonly where: string;
  readonly code: string;
  readonly extension: 'ts' | 'tsx';
  /** The package whose reader it is for: what can be imported there can be imported in the sample. */
  readonly folder: string;
}

/**
 * Compiles pieces of code, each as a module of its own, with the settings of this repository, and returns what the compiler
 * says of them. `given` are declaration files of what they take as there already.
 */
export function problemsIn(samples: readonly Sample[], given: readonly string[]): string[] {
  const options: ts.CompilerOptions = {
    ...compilerOptions(),
    // A sample shows a thing and does nothing with it.
    noUnusedLocals: false,
    noUnusedParameters: false,
    jsx: ts.JsxEmit.Preserve,
    types: [],
  };
  const files = new Map(given.map((text, index) => [pathOf('packages/client', `given${index}.d.ts`), text]));
  const places = new Map<string, string>();
  samples.forEach(({ where, code, extension, folder }, index) => {
    const path = pathOf(folder, `sample${index}.${extension}`);
    // Every sample is a module of its own, also one that imports nothing.
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

/** There is no such folder: the files are in memory only. */
function pathOf(folder: string, name: string): string {
  return fileURLToPath(fileOf(`${folder}/samples/${name}`));
}

function compilerOptions(): ts.CompilerOptions {
  const path = fileURLToPath(fileOf('tsconfig.json'));
  const { config } = ts.readConfigFile(path, (name) => ts.sys.readFile(name)) as { config: object };
  const only = { ...config, files: [], include: [] };
  return ts.parseJsonConfigFileContent(only, ts.sys, fileURLToPath(fileOf(''))).options;
}

/** The disk, and some files that are in memory only. */
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
