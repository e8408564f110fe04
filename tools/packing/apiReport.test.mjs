import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { differingReports, entriesOf, readApi, writeReports } from './apiReport.mjs';

const manifest = {
  name: '@tureen/sample',
  version: '0.1.0',
  exports: {
    '.': { types: './dist/index.d.ts', default: './dist/index.js' },
    './ports': { types: './dist/ports.d.ts', default: './dist/ports.js' },
    './internals': { 'tureen-source': './src/internals.ts' },
    './umd': './dist/sample.umd.js',
  },
};

const base = `/** The base class. */
declare class Base {
  on(event: string): this;
}
/** Session that a port returns. */
export interface Session {
  close(): void;
}
/** A port. */
export interface Engine {
  open(): Session;
}
export { Base };
`;
const index = `import { Base, type Engine } from './base.js';
/** A room. */
export declare class Room extends Base {
  constructor(engine: Engine);
  /** Joins. */
  join(displayName: string): Promise<void>;
  get state(): string;
}
export type { Engine };
`;
const ports = `export type { Engine, Session } from './base.js';\n`;

let folder;
/** Reports of the sample as it stands. */
let reports;

async function writeTypes(files) {
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, 'dist', name), text);
}

const writeSample = () => writeTypes({ 'base.d.ts': base, 'index.d.ts': index, 'ports.d.ts': ports });
const read = () => readApi({ folder, manifest });
const pathOf = (file) => expect.stringMatching(new RegExp(`^packages/tureen-sample-\\w+/api/${file}$`));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tureen-sample-'));
  await mkdir(join(folder, 'dist'));
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  await writeSample();
  reports = await read();
});

beforeEach(async () => {
  await writeSample();
  await writeReports(folder, reports);
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe('entriesOf', () => {
  it('lists the entry points that have types', () => {
    expect(entriesOf(manifest)).toEqual([
      { name: '@tureen/sample', types: './dist/index.d.ts', file: 'index.api.md' },
      { name: '@tureen/sample/ports', types: './dist/ports.d.ts', file: 'ports.api.md' },
    ]);
  });
});

describe('the report of the public API', () => {
  it('lists signatures in alphabetical order, base classes included', () => {
    expect(reports[0].text).toBe(`# @tureen/sample

The public API, written by \`npm run api\` from the built types. Do not edit.

\`\`\`ts
class Base {
    on(event: string): this;
}

export interface Engine {
    open(): Session;
}

export class Room extends Base {
    constructor(engine: Engine);
    join(displayName: string): Promise<void>;
    get state(): string;
}
\`\`\`
`);
  });

  it('names types of signatures that no entry point exports', () => {
    expect(reports.map(({ unexported }) => unexported)).toEqual([['Base'], []]);
  });

  it('leaves no other file in the package', async () => {
    expect((await readdir(folder)).toSorted()).toEqual(['api', 'dist', 'package.json']);
  });

  it('rejects types that do not compile', async () => {
    await writeTypes({ 'ports.d.ts': 'export declare const engine: Missing;\n' });

    await expect(read()).rejects.toThrow(/@tureen\/sample\/ports[^]*Missing/);
  });
});

describe('differingReports', () => {
  it('is empty once the reports are written', async () => {
    expect(await differingReports(folder, reports)).toEqual([]);
  });

  it('names the report of a changed signature', async () => {
    await writeTypes({ 'index.d.ts': index.replace('displayName: string', 'displayName?: string') });

    expect(await differingReports(folder, await read())).toEqual([pathOf('index.api.md')]);
  });

  it('names the report of a changed base class', async () => {
    await writeTypes({ 'base.d.ts': base.replace('(event: string)', '(event: string, listener: () => void)') });

    expect(await differingReports(folder, await read())).toEqual([pathOf('index.api.md')]);
  });

  it('names missing reports, and those of removed entry points', async () => {
    await rm(join(folder, 'api/index.api.md'));
    await writeFile(join(folder, 'api/gone.api.md'), '# gone\n');

    expect(await differingReports(folder, reports)).toEqual([pathOf('gone.api.md'), pathOf('index.api.md')]);
  });

  it('ignores a change of comments and of the order of declarations', async () => {
    const [first, second] = [base.slice(0, base.indexOf('/** What')), base.slice(base.indexOf('/** What'))];
    await writeTypes({ 'base.d.ts': second + first.replace('The base class.', 'Another comment.') });

    expect(await differingReports(folder, await read())).toEqual([]);
  });
});
