import { run } from '../../children.mjs';
import { findProgram } from '../../paths.mjs';

/** What a build of the worker needs of the system: how it is recognised, and the Debian package that brings it. */
const REQUIREMENTS = [
  { package: 'g++', programs: ['g++', 'clang++'] },
  { package: 'meson', programs: ['meson'] },
  { package: 'ninja-build', programs: ['ninja'] },
  { package: 'pkg-config', programs: ['pkg-config', 'pkgconf'] },
  { package: 'flatbuffers-compiler', programs: ['flatc'] },
  { package: 'libflatbuffers-dev', library: 'flatbuffers' },
  { package: 'libssl-dev', library: 'openssl' },
  { package: 'libuv1-dev', library: 'libuv' },
  { package: 'libsrtp2-dev', library: 'libsrtp2' },
  { package: 'libabsl-dev', library: 'absl_flat_hash_map' },
];

async function isMissing({ programs, library }) {
  if (programs) return findProgram(programs) === undefined;
  const { code } = await run('pkg-config', ['--exists', library], { timeoutMs: 10_000 });
  return code !== 0;
}

/** The Debian packages that a build would need and this machine has not. */
export async function missingBuildPackages() {
  const missing = await Promise.all(REQUIREMENTS.map(isMissing));
  return REQUIREMENTS.filter((_, index) => missing[index]).map((requirement) => requirement.package);
}
