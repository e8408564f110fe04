import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, extname, join, relative } from 'node:path';
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';
import { removeAtExit } from '../bootstrap/cleanup.mjs';
import { EXIT, Stop } from '../bootstrap/exit.mjs';
import { sortTypes } from './sortTypes.mjs';

/** Folder of a package with its reports, one for each entry point. */
export const REPORT_FOLDER = 'api';

/** Command that writes the reports. */
export const COMMAND = 'npm run api';

/**
 * @typedef {object} Entry an entry point of a package that has types
 * @property {string} name what an app imports, e.g. `@tureen/client/ports`
 * @property {string} types path of the types in the package, e.g. `./dist/ports.d.ts`
 * @property {string} file name of the report, e.g. `ports.api.md`
 */

/** Entry point that has the exports of others. */
const UMD = './umd';

/**
 * Lists the entry points of a package that have types of their own, by their types of ES modules.
 * @returns {Entry[]}
 */
export function entriesOf({ name, exports = {} }) {
  return Object.entries(exports)
    .map(([path, { types }]) => [path, typeof types === 'object' ? types.default : types])
    .filter(([path, types]) => typeof types === 'string' && path !== UMD)
    .map(([path, types]) => ({
      name: `${name}${path.slice(1)}`,
      types,
      file: `${path === '.' ? 'index' : path.slice(2).replaceAll('/', '-')}.api.md`,
    }));
}

/** Modules whose built types contain those of a library. A report shows the name of the library's type, as the source does. */
const BUNDLED_TYPES = ['media/device/handlerFactory'];

/**
 * Copies the types of a package, without their source maps: api-extractor reads those too, and fails at lines without a source.
 * The copy stands beside `dist`, so that imports resolve as they do there.
 */
async function copyTypes(folder) {
  const copy = removeAtExit(await mkdtemp(join(folder, '.api-types-')));
  const filter = (path) => basename(path) !== 'cjs' && (extname(path) === '' || path.endsWith('.d.ts'));
  await cp(join(folder, 'dist'), copy, { recursive: true, filter });
  for (const module of BUNDLED_TYPES) {
    const source = join(folder, 'src', `${module}.ts`);
    if (existsSync(source)) await cp(source, join(copy, `${module}.d.ts`));
  }
  return copy;
}

const off = { logLevel: 'none' };

/** Settings of api-extractor for one entry point. */
function configOf({ folder, manifest, entryFile, file, out }) {
  const compilerOptions = {
    target: 'es2024',
    module: 'esnext',
    moduleResolution: 'bundler',
    lib: ['ES2024', 'DOM', 'DOM.Iterable', 'ESNext.Disposable'],
    strict: true,
    skipLibCheck: true,
    types: manifest.bin === undefined ? [] : ['node'],
  };
  return ExtractorConfig.prepare({
    packageJsonFullPath: join(folder, 'package.json'),
    packageJson: manifest,
    configObjectFullPath: join(folder, 'api-extractor.json'),
    configObject: {
      projectFolder: folder,
      newlineKind: 'lf',
      mainEntryPointFilePath: entryFile,
      compiler: { overrideTsconfig: { compilerOptions, files: [entryFile] } },
      apiReport: {
        enabled: true,
        reportFileName: file,
        reportFolder: out,
        reportTempFolder: out,
        // A class that an exported class extends is public too.
        includeForgottenExports: true,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: 'error' } },
        extractorMessageReporting: { default: off, 'ae-forgotten-export': { logLevel: 'warning' } },
        tsdocMessageReporting: { default: off },
      },
    },
  });
}

/**
 * Extracts the report of one entry point.
 * @returns {Promise<{ entry: Entry, text: string, unexported: string[] }>} `unexported`: names in the signatures that the entry
 *   does not export
 */
async function extract({ folder, manifest, types }, entry) {
  const unexported = [];
  const errors = [];
  const entryFile = join(types, relative('dist', entry.types));
  const messageCallback = (message) => {
    message.handled = true;
    const name = /^The symbol "([^"]+)" needs to be exported/.exec(message.text)?.[1];
    if (message.messageId === 'ae-forgotten-export' && name !== undefined) unexported.push(name);
    else if (message.logLevel === 'error') errors.push(message.formatMessageWithLocation(folder));
  };
  try {
    const config = configOf({ folder, manifest, entryFile, file: entry.file, out: types });
    Extractor.invoke(config, { localBuild: true, messageCallback });
  } catch (error) {
    errors.push(error.message);
  }
  if (errors.length > 0) throw new Stop(EXIT.failed, `The types of ${entry.name} have errors:\n${errors.join('\n')}`);
  return { entry, text: await readFile(join(types, entry.file), 'utf8'), unexported };
}

const declaration = /^(export )?(?:abstract )?(?:class|const|enum|function|interface|type|let|var) ([\w$]+)/m;
const reExports = /^export \{ ([\w$]+)(?: as ([\w$]+))? \}/gm;

/** Names that a report exports, with those that api-extractor gave them where a global has the same name. */
function exportedNames(text) {
  const declared = text.split('\n\n').map((block) => declaration.exec(block));
  return new Set([
    ...declared.flatMap((match) => (match?.[1] === undefined ? [] : [match[2]])),
    ...[...text.matchAll(reExports)].flatMap(([, name, alias = name]) => [name, alias]),
  ]);
}

const FENCE = '```ts';

/** Remark of api-extractor on nearly every line. */
const remarks = [
  /^ *\/\/ (?:Warning: \(ae-forgotten-export\)|\(undocumented\)|\(No @packageDocumentation).*\n/gm,
  /^ *\/\/\n/gm,
  /^\/\/ @public.*\n/gm,
];

/** Leaves out remarks, declarations that another entry point of the package exports, and imports for those. */
function formatReport({ name }, text, elsewhere) {
  const code = remarks.reduce(
    (rest, remark) => rest.replace(remark, ''),
    text.slice(text.indexOf(FENCE) + FENCE.length, text.lastIndexOf('```')),
  );
  const [imports, declarations] = [/^import /, /^(?!import )/].map((start) =>
    code.split(/\n{2,}/).filter((block) => block.trim() !== '' && block.trim().search(start) === 0),
  );
  const shown = declarations
    .map((block) => sortTypes(block.trim()))
    .filter((block) => {
      const match = declaration.exec(block);
      return match === null || match[1] !== undefined || !elsewhere.has(match[2]);
    });
  const isUsed = (line) => {
    const imported = /^import (?:type )?(?:\{ |\* as )?(?:[\w$]+ as )?([\w$]+)/.exec(line)?.[1];
    return imported !== undefined && shown.some((block) => new RegExp(`\\b${imported}\\b`).test(block));
  };
  const used = imports.flatMap((block) => block.trim().split('\n').filter(isUsed));
  const body = [...(used.length > 0 ? [used.join('\n')] : []), ...shown].join('\n\n');
  return `# ${name}\n\nThe public API, written by \`${COMMAND}\` from the built types. Do not edit.\n\n${FENCE}\n${body}\n\`\`\`\n`;
}

/**
 * Reads the public API of a package from the built types.
 * @returns {Promise<{ entry: Entry, text: string, unexported: string[] }[]>} `unexported`: names in the signatures of the entry
 *   that no entry point of the package exports
 */
export async function readApi({ folder, manifest }) {
  const types = await copyTypes(folder);
  try {
    const reports = [];
    for (const entry of entriesOf(manifest)) reports.push(await extract({ folder, manifest, types }, entry));
    const exported = reports.map(({ text }) => exportedNames(text));
    return reports.map(({ entry, text, unexported }, index) => {
      const elsewhere = new Set(exported.filter((_, other) => other !== index).flatMap((names) => [...names]));
      return {
        entry,
        text: formatReport(entry, text, elsewhere),
        unexported: unexported.filter((name) => !elsewhere.has(name)),
      };
    });
  } finally {
    await rm(types, { recursive: true });
  }
}

/** Writes the reports into the package, and removes those of removed entry points. */
export async function writeReports(folder, reports) {
  const target = join(folder, REPORT_FOLDER);
  await rm(target, { recursive: true, force: true });
  await mkdir(target);
  for (const { entry, text } of reports) await writeFile(join(target, entry.file), text);
}

/**
 * Compares the reports with those in the repository.
 * @returns {Promise<string[]>} paths of reports that differ, are missing, or belong to no entry point
 */
export async function differingReports(folder, reports) {
  const target = join(folder, REPORT_FOLDER);
  const committed = new Map();
  for (const file of await readdir(target).catch(() => []))
    committed.set(file, await readFile(join(target, file), 'utf8'));
  const current = new Map(reports.map(({ entry, text }) => [entry.file, text]));
  return [...new Set([...committed.keys(), ...current.keys()])]
    .filter((file) => committed.get(file) !== current.get(file))
    .map((file) => `packages/${basename(folder)}/${REPORT_FOLDER}/${file}`)
    .toSorted();
}
