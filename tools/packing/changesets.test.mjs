import { cp, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../bootstrap/children.mjs';
import { ROOT } from '../bootstrap/paths.mjs';
import { readPackages } from './build.mjs';
import { temporaryFolder } from './tarballs.mjs';

const program = (name) => join(ROOT, 'node_modules/.bin', name);
const config = JSON.parse(await readFile(join(ROOT, '.changeset/config.json'), 'utf8'));
const packages = await readPackages();
const published = packages.filter(({ manifest }) => manifest.private !== true);

/** The manifests of the workspace, with one changeset. */
async function makeWorkspace(changeset) {
  const root = await temporaryFolder('changesets');
  for (const file of ['package.json', 'pnpm-workspace.yaml', '.prettierrc.json'])
    await cp(join(ROOT, file), join(root, file));
  await mkdir(join(root, '.changeset'));
  await cp(join(ROOT, '.changeset/config.json'), join(root, '.changeset/config.json'));
  await writeFile(join(root, '.changeset/change.md'), changeset);
  for (const { folder } of packages) {
    const copy = join(root, 'packages', basename(folder));
    await mkdir(copy, { recursive: true });
    await cp(join(folder, 'package.json'), join(copy, 'package.json'));
  }
  return root;
}

describe('.changeset/config.json', () => {
  it('gives all published packages one version', () => {
    expect(config.fixed).toEqual([published.map(({ manifest }) => manifest.name)]);
  });
});

describe('changeset version', () => {
  it('raises every published package, and writes change logs that prettier accepts', async () => {
    const root = await makeWorkspace("---\n'@tureen/client': minor\n---\n\nAdd `room.soup`.\n");
    const { code, output } = await run(program('changeset'), ['version'], { cwd: root });
    expect(code, output).toBe(0);

    const changed = await readPackages({ root });
    const versions = changed
      .filter(({ manifest }) => manifest.private !== true)
      .map(({ manifest }) => `${manifest.name}@${manifest.version}`);
    const [major, minor] = published[0].manifest.version.split('.').map(Number);
    expect(versions).toEqual(published.map(({ manifest }) => `${manifest.name}@${major}.${minor + 1}.0`));
    const isSame = ({ manifest }, index) => manifest.version === packages[index].manifest.version;
    expect(changed.filter(isSame).every(({ manifest }) => manifest.private)).toBe(true);
    expect(await readdir(join(root, '.changeset'))).toEqual(['config.json']);

    const logs = published.map(({ folder }) => join(root, 'packages', basename(folder), 'CHANGELOG.md'));
    expect(await readFile(logs[0], 'utf8')).toContain('- Add `room.soup`.');
    const check = await run(program('prettier'), ['--check', ...logs], { cwd: root });
    expect(check.code, check.output).toBe(0);
  });
});
