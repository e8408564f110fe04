import { existsSync } from 'node:fs';
import { mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { componentId, bundledPackages, makeSbom, sbomName } from './sbom.mjs';
import { publishedPackages, temporaryFolder } from './tarballs.mjs';

const env = process.env;
const packages = await publishedPackages();
const byName = (name) => packages.find(({ manifest }) => manifest.name === name);

/** The folder from which Node loads a package that another one imports. */
async function folderOf(name, from) {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = join(folder, 'node_modules', name);
    if (existsSync(found)) return realpath(found);
    if (folder === dirname(folder)) return undefined;
  }
}

/** Reads the dependencies for production from the installed manifests. */
async function installedTree(folder, seen = new Map()) {
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })) {
    const found = await folderOf(name, folder);
    if (found === undefined && Object.hasOwn(manifest.optionalDependencies ?? {}, name)) continue;
    if (found === undefined) throw new Error(`${manifest.name} depends on ${name}, which is not installed`);
    if (seen.has(found)) continue;
    // A dependency under an alias has its own name in its manifest.
    const installed = JSON.parse(await readFile(join(found, 'package.json'), 'utf8'));
    seen.set(found, `${installed.name}@${installed.version}`);
    await installedTree(found, seen);
  }
  return [...new Set(seen.values())].sort();
}

const idsOf = (sbom) => sbom.components.map(componentId).sort();

describe('makeSbom', () => {
  it.each(packages.map(({ manifest }) => manifest.name))(
    'lists exactly the installed production dependencies of %s',
    async (name) => {
      const published = byName(name);
      const sbom = await makeSbom(published, { env, bundled: [] });

      expect(idsOf(sbom)).toEqual(await installedTree(published.folder));
      expect(sbom).toMatchObject({
        bomFormat: 'CycloneDX',
        metadata: { component: { 'bom-ref': expect.any(String) } },
      });
      expect(componentId(sbom.metadata.component)).toBe(`${name}@${published.manifest.version}`);
    },
  );

  it('lists mediasoup for the server, and not its optional pino-pretty', async () => {
    const ids = idsOf(await makeSbom(byName('@tureen/server'), { env, bundled: [] }));

    expect(ids).toContainEqual(expect.stringMatching(/^mediasoup@/));
    expect(ids).not.toContainEqual(expect.stringMatching(/^pino-pretty@/));
  });

  it('marks packages inside the files of the client as bundled', async () => {
    const client = byName('@tureen/client');
    const protoo = JSON.parse(await readFile(join(await folderOf('protoo-client', client.folder), 'package.json')));
    const bundled = [`protoo-client@${protoo.version}`];
    const sbom = await makeSbom(client, { env, bundled });
    const isMarked = (one) => one.properties?.some(({ name }) => name === 'cdx:npm:package:bundled');

    expect(sbom.components.filter(isMarked).map(componentId)).toEqual(bundled);
    const root = sbom.dependencies.find(({ ref }) => ref === sbom.metadata.component['bom-ref']);
    expect(root.dependsOn).toContain(`pkg:npm/${bundled[0]}`);
  });

  it('rejects a bundled package that the lockfile lacks', async () => {
    await expect(makeSbom(byName('@tureen/client'), { env, bundled: ['soup@1.0.0'] })).rejects.toThrow('soup@1.0.0');
  });

  it('writes the same file in each run', async () => {
    const make = () => makeSbom(byName('@tureen/server'), { env, bundled: [] });

    const text = JSON.stringify(await make());
    expect(JSON.stringify(await make())).toBe(text);
    expect(text).not.toMatch(/"(?:timestamp|serialNumber)"/);
  });
});

describe('bundledPackages', () => {
  it('reads names and versions from the license notices of a build', async () => {
    const folder = await temporaryFolder('notices');
    await mkdir(join(folder, 'dist/media'), { recursive: true });
    await writeFile(join(folder, 'dist/a.js.LICENSE.txt'), '@scope/a 1.0.0\n\nMIT\n\n---\n\nb 2.0.0-rc.1\n\nISC');
    await writeFile(join(folder, 'dist/media/b.js.LICENSE.txt'), 'b 2.0.0-rc.1\n\nISC');

    expect(await bundledPackages(folder)).toEqual(['@scope/a@1.0.0', 'b@2.0.0-rc.1']);
  });

  it('rejects a package without a build', async () => {
    await expect(bundledPackages(await temporaryFolder('unbuilt'))).rejects.toThrow('npm run build');
  });
});

describe('sbomName', () => {
  it('names the file like the tarball', () => {
    expect(sbomName({ name: '@tureen/client', version: '0.1.0' })).toBe('tureen-client-0.1.0.cdx.json');
  });
});
