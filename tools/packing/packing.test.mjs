import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../bootstrap/children.mjs';
import { ROOT } from '../bootstrap/paths.mjs';
import { installLines, tarballName } from './installLines.mjs';
import { publishedPackages } from './tarballs.mjs';

const published = await publishedPackages();

const manifest = (name, ...dependencies) => ({
  name,
  version: '0.1.0',
  dependencies: Object.fromEntries(dependencies.map((one) => [one, 'workspace:^'])),
});

describe('installLines', () => {
  it('lists the dependencies of a package first, and each tarball once', () => {
    const manifests = [
      manifest('@tureen/client', '@tureen/protocol', 'valibot'),
      manifest('@tureen/kernel'),
      manifest('@tureen/protocol', '@tureen/kernel'),
      manifest('@tureen/server', 'ws', '@tureen/kernel', '@tureen/protocol'),
    ];
    expect(installLines(manifests, '/packed')).toEqual([
      {
        name: '@tureen/client',
        command:
          'npm install /packed/tureen-kernel-0.1.0.tgz /packed/tureen-protocol-0.1.0.tgz /packed/tureen-client-0.1.0.tgz',
      },
      {
        name: '@tureen/server',
        command:
          'npm install /packed/tureen-kernel-0.1.0.tgz /packed/tureen-protocol-0.1.0.tgz /packed/tureen-server-0.1.0.tgz',
      },
    ]);
  });

  it('quotes the folder for the shell', () => {
    const [line] = installLines([manifest('solo')], "/ann's files");
    expect(line.command).toBe(`npm install '/ann'\\''s files/solo-0.1.0.tgz'`);
  });
});

describe('tarballName', () => {
  it.each([
    ['@tureen/client', 'tureen-client-0.1.0.tgz'],
    ['solo', 'solo-0.1.0.tgz'],
  ])('names the tarball of %s %s', (name, file) => {
    expect(tarballName({ name, version: '0.1.0' })).toBe(file);
  });
});

describe('the commands', () => {
  it.each(['start', 'test', 'build', 'pack', 'publish', 'api', 'setup'])('run the set-up first: %s', (name) => {
    expect(readFileSync(join(ROOT, 'tools', `${name}.mjs`), 'utf8')).toContain('await bootstrap(');
  });
});

describe('a published package', () => {
  // `npm publish` starts with the same script.
  it.each(published.map(({ manifest, folder }) => [manifest.name, folder]))(
    '%s refuses `npm pack` in its folder',
    async (_, cwd) => {
      const { code, output } = await run('npm', ['pack', '--dry-run'], { cwd });
      expect(code, output).toBe(1);
      expect(output).toContain('Run `npm run pack` or `npm run publish` in the root of the repository.');
    },
  );
});
