import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findingsIn } from './audit.mjs';

const read = (name) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');

describe('findingsIn', () => {
  it.each([
    [{ code: 0, output: 'No known vulnerabilities found\n' }, 'clean', 'No known vulnerabilities found'],
    [{ code: 0, output: '1 vulnerabilities found\nSeverity: 1 moderate\n' }, 'clean', '1 moderate'],
    [{ code: 1, output: '│ high │ made up │\nSeverity: 1 high\n' }, 'found', 'made up'],
    [
      { code: 1, output: 'ERR_PNPM_AUDIT_BAD_RESPONSE\n× The endpoint responded with 405:' },
      'unavailable',
      'responded with 405',
    ],
    [{ code: 1, output: 'ERR_PNPM_AUDIT_BAD_RESPONSE\n× (at http://mirror/-/)' }, 'unavailable', 'cannot be reached'],
    [{ code: null, output: 'spawn pnpm ENOENT' }, 'unavailable', 'NOT AUDITED'],
    [{ code: 143, output: '', isTimedOut: true }, 'unavailable', 'NOT AUDITED'],
  ])('reads %j as %s', (result, kind, text) => {
    expect(findingsIn(result)).toEqual({ kind, text: expect.stringContaining(text) });
    expect(findingsIn(result).text).not.toContain('http');
  });
});

describe('dependencies', () => {
  it('come from the registry, each with its hash', () => {
    const resolutions = read('pnpm-lock.yaml').match(/^ +resolution: .*$/gm);
    expect(resolutions.length).toBeGreaterThan(100);
    expect(resolutions.filter((line) => !/^ +resolution: \{integrity: sha512-[\w+/=]+\}$/.test(line))).toEqual([]);
  });

  // pnpm does not install a package that wants to run something and is not in the list.
  it('run no install script', () => {
    const [, list] = /^allowBuilds:\n((?: .*\n)+)/m.exec(read('pnpm-workspace.yaml'));
    const decisions = list.match(/^ +[\w-]+: .*$/gm);
    expect(decisions).toContain('  mediasoup: false');
    expect(decisions.filter((line) => !line.endsWith(': false'))).toEqual([]);
  });
});
