import { access, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../packing/tarballs.mjs';
import { run } from './children.mjs';
import { ensureCommit, extractCommit, prepareFolder, removeLeftovers } from './preparedFolder.mjs';

const env = process.env;
const commit = 'a'.repeat(40);
const need = 'The tests need release v0.2.0';

async function git(cwd, ...args) {
  const identity = ['-c', 'user.name=Ann', '-c', 'user.email=ann@ann.example', '-c', 'commit.gpgsign=false'];
  const { code, output } = await run('git', [...identity, ...args], { cwd, env });
  expect(code, output).toBe(0);
  return output.trim();
}

/** A repository with two commits. */
async function makeOrigin() {
  const origin = await temporaryFolder('origin');
  await git(origin, 'init', '--quiet');
  for (const message of ['first', 'second']) await git(origin, 'commit', '--quiet', '--allow-empty', '-m', message);
  return { origin, first: await git(origin, 'rev-parse', 'HEAD^') };
}

async function cloneShallow(origin) {
  const clone = join(await temporaryFolder('shallow'), 'clone');
  await git(origin, 'clone', '--quiet', '--depth=1', `file://${origin}`, clone);
  return clone;
}

describe('ensureCommit', () => {
  it('fetches the commit into a shallow clone', async () => {
    const { origin, first } = await makeOrigin();
    const root = await cloneShallow(origin);
    await ensureCommit({ root, env, commit: first, need });

    expect(await git(root, 'cat-file', '-t', first)).toBe('commit');
  });

  it('says what git said when the origin lacks the commit', async () => {
    const { origin } = await makeOrigin();
    const error = await ensureCommit({ root: await cloneShallow(origin), env, commit, need }).catch((one) => one);

    expect(error.message).toContain('The tests need release v0.2.0');
    expect(error.output).toContain(commit);
  });
});

describe('removeLeftovers', () => {
  it('removes what an interrupted preparation of the same release left, and nothing else', async () => {
    const parent = await temporaryFolder('releases');
    for (const name of ['abc-1', 'abc-1.aside-x/source', 'abc-1.aside-y', 'def-1.aside-z'])
      await mkdir(join(parent, name), { recursive: true });
    await removeLeftovers(join(parent, 'abc-1'));

    expect((await readdir(parent)).toSorted()).toEqual(['abc-1', 'def-1.aside-z']);
  });
});

describe('extractCommit', () => {
  it('writes the files of the commit, and nothing beside them', async () => {
    const { origin } = await makeOrigin();
    await writeFile(join(origin, 'file'), 'content');
    await git(origin, 'add', 'file');
    await git(origin, 'commit', '--quiet', '--message=third');
    const parent = await temporaryFolder('extracted');
    await extractCommit(join(parent, 'source'), { root: origin, env, commit: await git(origin, 'rev-parse', 'HEAD') });

    expect(await readFile(join(parent, 'source/file'), 'utf8')).toBe('content');
    expect(await readdir(parent)).toEqual(['source']);
  });
});

describe('prepareFolder', () => {
  async function prepareTwice(prepare) {
    const folder = join(await temporaryFolder('prepared'), 'folder');
    const isReady = () =>
      access(join(folder, 'file')).then(
        () => true,
        () => false,
      );
    const options = { isReady, prepare, onWait: () => {} };
    const outcomes = await Promise.allSettled([prepareFolder(folder, options), prepareFolder(folder, options)]);
    return { folder, outcomes: outcomes.map(({ status }) => status) };
  }

  it('prepares a folder once, and not again while it is ready', async () => {
    let count = 0;
    const { folder, outcomes } = await prepareTwice(async (aside) => {
      count += 1;
      await writeFile(join(aside, 'file'), '');
    });

    expect(outcomes).toEqual(['fulfilled', 'fulfilled']);
    expect(count).toBe(1);
    expect(await readdir(join(folder, '..'))).toEqual(['folder']);
  });

  it('leaves no folder when the preparation fails', async () => {
    const { folder, outcomes } = await prepareTwice(async () => {
      throw new Error('no network');
    });

    expect(outcomes).toEqual(['rejected', 'rejected']);
    expect(await readdir(join(folder, '..'))).not.toContain('folder');
  });
});
