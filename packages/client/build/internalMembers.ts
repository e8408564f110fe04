import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Sources of the published modules. */
const published = ['src/**/*.ts', '../kernel/src/**/*.ts'];
const isPublished = (path: string) =>
  !/\.(?:test|test-d)\.ts$|Fixture\.ts$|\/(?:contracts|test-support|fixtures)\//.test(path);

/** Messages of the protocols, and the libraries in the bundle with their types. */
const foreign = [
  '../protocol/src/**/*.ts',
  '../mediasoup-client-lean/src/*.ts',
  'node_modules/{mediasoup-client,protoo-client}/lib/**/*.{js,d.ts}',
  'node_modules/{eventemitter3,sdp-transform/lib,@types/sdp-transform}/*.{js,d.ts}',
];
const platform = join(dirname(fileURLToPath(import.meta.resolve('typescript'))), 'lib.*.d.ts');

/** Keys of object literals are internal only with these prefixes: an object may be an option of the platform. */
const internalKey = /^(?:on|is|has|can|may|was|should)[A-Z]/;
const logMethods = /^(?:debug|info|warn|error)$/;

interface Names {
  /** Members that classes of the sources declare, and keys that types and object literals of the sources have. */
  readonly internal: Set<string>;
  /** Names that a string may hold, or that a log shows. */
  readonly shown: Set<string>;
  /** How often each property stands in the sources. */
  readonly uses: Map<string, number>;
}

/** Names of properties in the published sources. */
function readNames(files: readonly string[]): Names {
  const names = { internal: new Set<string>(), shown: new Set<string>(), uses: new Map<string, number>() };
  const [declared, literal] = [new Set<string>(), new Set<string>()];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) names.shown.add(node.text);
    if (isLogCall(node)) for (const argument of node.arguments) addKeys(argument, names.shown);
    const name = propertyName(node);
    if (name !== null) {
      names.uses.set(name, (names.uses.get(name) ?? 0) + 1);
      if (ts.isClassElement(node) && ts.isClassLike(node.parent)) names.internal.add(name);
      if (ts.isTypeElement(node)) declared.add(name);
      if (ts.isObjectLiteralElement(node)) literal.add(name);
    }
    ts.forEachChild(node, visit);
  };
  for (const file of files)
    visit(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true, ts.ScriptKind.TS));
  for (const name of declared) if (internalKey.test(name) && literal.has(name)) names.internal.add(name);
  return names;
}

/** The name of the property that a node declares, reads or writes. */
function propertyName(node: ts.Node): string | null {
  if (ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent))
    return identifier(node.propertyName ?? node.name);
  const isNamed =
    ts.isPropertyAccessExpression(node) ||
    ts.isClassElement(node) ||
    ts.isTypeElement(node) ||
    ts.isObjectLiteralElement(node);
  return isNamed && node.name !== undefined ? identifier(node.name) : null;
}

const identifier = (node: ts.Node): string | null => (ts.isIdentifier(node) ? node.text : null);

const isLogCall = (node: ts.Node): node is ts.CallExpression =>
  ts.isCallExpression(node) &&
  ts.isPropertyAccessExpression(node.expression) &&
  logMethods.test(node.expression.name.text);

function addKeys(node: ts.Node, keys: Set<string>): void {
  const name = ts.isObjectLiteralElement(node) ? propertyName(node) : null;
  if (name !== null) keys.add(name);
  ts.forEachChild(node, (child) => {
    addKeys(child, keys);
  });
}

/** Every word of the files outside comments. */
function wordsOf(files: readonly string[]): Set<string> {
  const code = files.map((file) => readFileSync(file, 'utf8').replace(/\/\*[^]*?\*\/|^\s*\/\/.*/gm, ''));
  return new Set(code.flatMap((text) => text.match(/[\w$]+/g) ?? []));
}

const alphabet = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'];

/** Files that `shortNames` reads. */
export interface NameSources {
  /** Modules of the client. */
  readonly sources: readonly string[];
  /** Files whose words stay: published types, types of the platform, libraries, protocols. */
  readonly taken: readonly string[];
}

/**
 * Short names for internal members, the most used first. A member is internal if a class of the sources declares it, and its
 * name stands in no file of `taken`, in no string, and in no call of a logger. Keys of object literals count with a prefix of a
 * callback or a question.
 */
export function shortNames({ sources, taken }: NameSources): Readonly<Record<string, string>> {
  const { internal, shown, uses } = readNames(sources);
  const words = wordsOf(taken);
  const members = [...internal]
    .filter((name) => name.length > 2 && !words.has(name) && !shown.has(name))
    .sort((a, b) => (uses.get(b) ?? 0) - (uses.get(a) ?? 0) || (a < b ? -1 : 1));
  const free = [...alphabet, ...alphabet.flatMap((first) => alphabet.map((second) => first + second))].filter(
    (name) => !uses.has(name),
  );
  return Object.fromEntries(members.map((name, index) => [name, free[index] ?? name]));
}

/** Short names for the internal members of the client. Needs the published types in `dist`. */
export function internalMembers(): Readonly<Record<string, string>> {
  const find = (...patterns: string[]) => globSync(patterns, { cwd: root }).map((path) => join(root, path));
  const types = find('dist/**/*.d.ts');
  if (types.length === 0) throw new Error('No types in dist: build them first');
  const taken = [...types, ...find(...foreign), ...globSync(platform)];
  return shortNames({ sources: find(...published).filter(isPublished), taken });
}
