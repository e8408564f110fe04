import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../bootstrap/children.mjs';
import { findProgram } from '../../bootstrap/paths.mjs';

/** System requirements of a build: how to recognize each, and the Debian package that provides it. */
const REQUIREMENTS = [
  { package: 'g++', programs: ['g++', 'clang++'] },
  { package: 'meson', programs: ['meson'] },
  { package: 'ninja-build', programs: ['ninja'] },
  { package: 'pkg-config', programs: ['pkg-config', 'pkgconf'] },
  { package: 'flatbuffers-compiler', programs: ['flatc'] },
  { package: 'libflatbuffers-dev', library: 'flatbuffers', header: 'flatbuffers/flatbuffers.h' },
  { package: 'libssl-dev', library: 'openssl', header: 'openssl/ssl.h' },
  { package: 'libuv1-dev', library: 'libuv', header: 'uv.h' },
  { package: 'libsrtp2-dev', library: 'libsrtp2', header: 'srtp2/srtp.h' },
  { package: 'libabsl-dev', library: 'absl_flat_hash_map', header: 'absl/container/flat_hash_map.h' },
];

async function isMissing({ programs, library, header }) {
  if (programs) return findProgram(programs) === undefined;
  // Also looks for the header, because Debian puts FlatBuffers' .pc file into the runtime package.
  const { code, output } = await run('pkg-config', ['--variable=includedir', library], { timeoutMs: 10_000 });
  return code !== 0 || !existsSync(join(output.trim() || '/usr/include', header));
}

/** Debian packages that a build requires and this machine lacks. */
export async function missingBuildPackages() {
  const missing = await Promise.all(REQUIREMENTS.map(isMissing));
  return REQUIREMENTS.filter((_, index) => missing[index]).map((requirement) => requirement.package);
}
