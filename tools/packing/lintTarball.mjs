import { readFile } from 'node:fs/promises';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

/**
 * Findings of are-the-types-wrong that a package of ES modules alone has in any case: `require` of it takes a Node that loads ES
 * modules, and resolution before `exports` finds no sub-path.
 */
const isOfEsModulesAlone = ({ kind, resolutionKind }) => resolutionKind === 'node10' || kind === 'CJSResolvesToESM';

/**
 * Lists what are-the-types-wrong finds in a tarball. A package with a `require` entry is checked for every way to resolve it, others
 * as ES modules.
 * @returns {Promise<string[]>}
 */
async function typeFindings({ manifest, data }) {
  const { types, problems } = await checkPackage(createPackageFromTarballData(new Uint8Array(data)));
  if (types === false) return [`${manifest.name} has no types`];
  return problems
    .filter((problem) => manifest.main !== undefined || !isOfEsModulesAlone(problem))
    .map((problem) => JSON.stringify(problem));
}

/** publint suggests `engines.node` for files of CommonJS. The client runs in browsers, and package managers would refuse it. */
const UNWANTED = 'USE_ENGINES_NODE';

/**
 * Lists what publint finds in a tarball, suggestions too.
 * @returns {Promise<string[]>}
 */
async function publintFindings({ data }) {
  const tarball = data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
  const { messages, pkg } = await publint({ pack: { tarball }, strict: true });
  return messages
    .filter(({ code }) => code !== UNWANTED)
    .map((message) => `${message.type}: ${formatMessage(message, pkg, { color: false })}`);
}

/**
 * Checks entry points, formats and types of a packed package.
 * @param {{ manifest: Record<string, any>, path: string }} packed
 * @returns {Promise<string[]>} findings, each with the name of the tool
 */
export async function lintTarball({ manifest, path }) {
  const data = await readFile(path);
  const [types, files] = await Promise.all([typeFindings({ manifest, data }), publintFindings({ data })]);
  return [...types.map((one) => `are-the-types-wrong: ${one}`), ...files.map((one) => `publint: ${one}`)];
}
