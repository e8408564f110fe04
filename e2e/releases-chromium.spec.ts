import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Browser, Page } from '@playwright/test';
import { type DialectName, dialects } from './dialects.ts';
import { type World, expect, test } from './fixtures/test.ts';
import { pagesUrl } from './ports.ts';
import { TcpRelay } from './relays/TcpRelay.ts';

/**
 * Two releases in one room: the client of the previous release on this server, and this client on the server of the previous
 * release. `tools/previous-release.json` names the release; the set-up packs and installs it (`TUREEN_PREVIOUS_RELEASE`).
 */
const release = process.env.TUREEN_PREVIOUS_RELEASE ?? '';
const UMD = 'dist/tureen.umd.js';
const clients = {
  previous: join(release, 'app/node_modules/@tureen/client', UMD),
  current: join(import.meta.dirname, '../packages/client', UMD),
} as const;
type Client = keyof typeof clients;

/** Content of `tools/previous-release.json`. */
interface Named {
  readonly version: string;
  readonly tag: string;
  readonly commit: string;
}

declare global {
  interface Window {
    call: Record<'join' | 'leave' | 'pause' | 'resume', () => Promise<void>>;
  }
}

interface Seat {
  readonly peer: string;
  readonly client: Client;
  readonly dialect: DialectName;
  readonly partners: readonly string[];
}

interface Place {
  readonly world: World;
  readonly browser: Browser;
  readonly port: number;
}

async function open({ peer, client, dialect, partners }: Seat, { world, browser, port }: Place): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  world.watch(page);
  const body = await readFile(clients[client], 'utf8');
  let served = 0;
  await page.route('**/tureen.umd.js', async (route) => {
    served += 1;
    await route.fulfill({ body, contentType: 'text/javascript' });
  });
  const server = `ws://127.0.0.1:${port}/${dialect}`;
  const query = { room: world.roomId, peer, dialect, server, partners: partners.join(',') };
  await page.goto(`${pagesUrl}/pages/releases/?${new URLSearchParams(query)}`);
  expect(served, `${peer} runs the ${client} client`).toBe(1);
  await page.evaluate(() => window.call.join());
  await expect(page.getByTestId('state'), `${peer} joins`).toHaveText('joined');
  return page;
}

/** One guest in each dialect on one client, and a host on the other. The host sees all guests, each guest sees the host. */
async function meet(guestClient: Client, hostClient: Client, place: Place) {
  const host = await open({ peer: 'host', client: hostClient, dialect: 'mediasoup-v3', partners: dialects }, place);
  const guests = new Map<DialectName, Page>();
  for (const dialect of dialects)
    guests.set(dialect, await open({ peer: dialect, client: guestClient, dialect, partners: ['host'] }, place));
  return { host, guests };
}

const plays = (page: Page, partner: string, who: string) =>
  expect(page.getByTestId(`tile of ${partner}`), `${who} sees ${partner}`).toHaveAttribute('data-playing', 'yes');

/** Resolves once the page has decoded another frame of the partner. */
const nextFrame = (page: Page, partner: string) =>
  page
    .getByTestId(`tile of ${partner}`)
    .evaluate(
      (tile: HTMLVideoElement) => new Promise<void>((resolve) => tile.requestVideoFrameCallback(() => resolve())),
    );

async function expectCall(
  guestClient: Client,
  hostClient: Client,
  place: Omit<Place, 'port'> & { serverPort: number },
) {
  const relay = await TcpRelay.open({ port: place.serverPort });
  try {
    const { host, guests } = await meet(guestClient, hostClient, { ...place, port: relay.port });
    const pages = [host, ...guests.values()];
    const events = (page: Page) => page.getByTestId('events');

    await test.step('every dialect has a picture both ways', async () => {
      for (const [dialect, guest] of guests) {
        await plays(host, dialect, 'the host');
        await plays(guest, 'host', dialect);
      }
    });
    await test.step('a pause and a resume arrive', async () => {
      for (const [dialect, guest] of guests) {
        await guest.evaluate(() => window.call.pause());
        await expect(events(host)).toContainText(`pause of ${dialect}`);
        await guest.evaluate(() => window.call.resume());
        await expect(events(host)).toContainText(`resume of ${dialect}`);
      }
      await host.evaluate(() => window.call.pause());
      for (const guest of guests.values()) await expect(events(guest)).toContainText('pause of host');
      await host.evaluate(() => window.call.resume());
      for (const guest of guests.values()) await expect(events(guest)).toContainText('resume of host');
    });
    await test.step('all peers resume after the connections are cut, and pictures move', async () => {
      relay.cut('rst');
      for (const page of pages) await expect(events(page)).toContainText('resumed');
      for (const [dialect, guest] of guests) await Promise.all([nextFrame(host, dialect), nextFrame(guest, 'host')]);
    });
    await test.step('a guest that leaves closes at the host', async () => {
      for (const [dialect, guest] of guests) {
        await guest.evaluate(() => window.call.leave());
        await expect(events(host)).toContainText(`${dialect} closed`);
      }
      await host.evaluate(() => window.call.leave());
    });
    for (const page of pages) await page.context().close();
  } finally {
    await relay.close();
  }
}

/** Starts the server of the previous release, and resolves with its port. `exited` resolves when the server has exited. */
async function startPreviousServer(): Promise<{ process: ChildProcess; exited: Promise<unknown>; port: number }> {
  const { worker } = JSON.parse(await readFile(join(release, 'release.json'), 'utf8')) as { worker: string | null };
  const cli = join(release, 'app/node_modules/@tureen/server/dist/cli.js');
  // Without the condition that leads to sources: this is the built package.
  const { NODE_OPTIONS: _, ...env } = process.env;
  const child = spawn(process.execPath, [cli, '--port', '0', '--workers', '1'], {
    env: { ...env, ...(worker === null ? {} : { MEDIASOUP_WORKER_BIN: worker }) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) {
    const { msg, url } = JSON.parse(line) as { msg: string; url?: string };
    if (msg === 'listening' && url !== undefined) return { process: child, exited, port: Number(new URL(url).port) };
  }
  throw new Error(`the server of the previous release ended with code ${child.exitCode}`);
}

/** Fails unless the folder has the named release, installed in full: no package of it is a link into this repository. */
async function expectNamedRelease() {
  const named = JSON.parse(
    await readFile(join(import.meta.dirname, '../tools/previous-release.json'), 'utf8'),
  ) as Named;
  expect(JSON.parse(await readFile(join(release, 'release.json'), 'utf8'))).toMatchObject({ ...named });
  const folder = await realpath(release);
  for (const name of ['client', 'protocol', 'server']) {
    const installed = join(folder, 'app/node_modules/@tureen', name);
    expect(await realpath(installed), `@tureen/${name} is installed from its tarball`).toBe(installed);
    const manifest = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as { version: string };
    expect(manifest.version, `version of @tureen/${name}`).toBe(named.version);
  }
}

test.beforeAll(async () => {
  if (release === '') throw new Error('TUREEN_PREVIOUS_RELEASE is missing: run `npm run e2e`, which sets it up');
  await expectNamedRelease();
});

// The connections are cut on purpose.
const cutConnections = /WebSocket connection to .* failed/;

test('the client of the previous release calls on this server in every dialect', async ({ world, browser }) => {
  world.allowErrors(cutConnections);
  await expectCall('previous', 'current', { world, browser, serverPort: world.server.port });
});

test('this client calls on the server of the previous release in every dialect', async ({ world, browser }) => {
  world.allowErrors(cutConnections);
  const { process: server, exited, port } = await startPreviousServer();
  try {
    await expectCall('current', 'previous', { world, browser, serverPort: port });
  } finally {
    server.kill('SIGTERM');
    await exited;
  }
});
