import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { run } from '../bootstrap/children.mjs';
import { publishTarball } from './publishing.mjs';
import { temporaryFolder } from './tarballs.mjs';

const manifest = { name: 'soup', version: '1.0.0' };

/** A registry that keeps what npm publishes, and refuses to replace it, as npm's own registry does. */
class Registry {
  published = new Map();
  #server = createServer((request, response) => void this.#respond(request, response));

  async listen() {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    const url = `127.0.0.1:${this.#server.address().port}/`;
    const npmrc = join(await temporaryFolder('npmrc'), '.npmrc');
    await writeFile(npmrc, `registry=http://${url}\n//${url}:_authToken=token\n`);
    return { ...process.env, npm_config_userconfig: npmrc };
  }

  close() {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #respond(request, response) {
    const name = decodeURIComponent(new URL(request.url, 'http://registry').pathname.slice(1));
    const chunks = await request.toArray();
    const known = this.published.get(name);
    const send = (status, body) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (request.method === 'GET') return known === undefined ? send(404, { error: 'not found' }) : send(200, known);
    if (request.method !== 'PUT') return send(404, {});
    const sent = JSON.parse(Buffer.concat(chunks).toString());
    const isReplaced = Object.keys(sent.versions).some((version) => known?.versions[version] !== undefined);
    if (isReplaced) return send(403, { error: 'cannot publish over the previously published versions' });
    this.published.set(name, { ...sent, _attachments: undefined });
    return send(201, { ok: true });
  }
}

/** A package of one file, packed. */
async function packSoup() {
  const folder = await temporaryFolder('soup');
  await mkdir(join(folder, 'package'));
  await writeFile(join(folder, 'package/package.json'), JSON.stringify(manifest));
  const { code } = await run('tar', ['-czf', 'soup-1.0.0.tgz', 'package'], { cwd: folder });
  expect(code).toBe(0);
  return { manifest, path: join(folder, 'soup-1.0.0.tgz') };
}

describe('publishTarball', () => {
  const registry = new Registry();
  afterAll(() => {
    registry.close();
  });

  it('publishes a tarball, and leaves a published version as it is', { timeout: 60_000 }, async () => {
    const env = await registry.listen();
    const packed = await packSoup();
    expect(await publishTarball(packed, { env })).toContain('+ soup@1.0.0');
    expect([...registry.published.keys()]).toEqual(['soup']);

    expect(await publishTarball(packed, { env })).toBe('The registry already has soup@1.0.0: not published again.');
  });
});
