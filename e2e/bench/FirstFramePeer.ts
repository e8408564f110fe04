import { once } from 'node:events';
import type { Page } from '@playwright/test';
import type { World } from '../fixtures/test.ts';
import type { JoinRequest } from '../pages/first-frame/App.ts';
import type { AppName } from '../pages/first-frame/apps.ts';
import { earlierClient } from './earlierClient.ts';
import type { Network } from './Network.ts';
import type { ClientTraffic } from './Wire.ts';

/** Time in ms that a user takes to click, at least. */
const clickMs = 1000;

/** Resolves when the user clicks, on a page that has been ready for a moment. */
export async function untilClick(): Promise<void> {
  await once(AbortSignal.timeout(clickMs), 'abort');
}

/** A peer in a page of its own, on one of the apps. */
export class FirstFramePeer {
  readonly #page: Page;
  readonly #network: Network;
  #connection = 0;

  private constructor(page: Page, network: Network) {
    this.#page = page;
    this.#network = network;
  }

  static async open(world: World, network: Network, app: AppName): Promise<FirstFramePeer> {
    const { page } = await world.open(app, {
      path: '/pages/first-frame/',
      beforeLoad: (opened) =>
        opened.route('**/earlier-client.js', async (route) => {
          await route.fulfill({ body: await earlierClient(), contentType: 'text/javascript' });
        }),
    });
    await page.waitForFunction(() => 'firstFrame' in window);
    await page.evaluate((name) => window.firstFrame.load(name), app);
    return new FirstFramePeer(page, network);
  }

  /** Traffic of this peer. Peers join one after the other. */
  get traffic(): ClientTraffic {
    return this.#network.trafficOf(this.#connection);
  }

  /** Opens the connection and prepares the join. Without this call, `join` opens the connection. */
  async prepare(request: JoinRequest): Promise<void> {
    this.#connection = this.#network.connections + 1;
    await this.#page.evaluate((what) => window.firstFrame.prepare(what), request);
  }

  async join(request: JoinRequest): Promise<void> {
    if (this.#connection === 0) this.#connection = this.#network.connections + 1;
    await this.#page.evaluate((what) => window.firstFrame.join(what), request);
  }

  async enableCamera(): Promise<void> {
    await this.#page.evaluate(() => window.firstFrame.enableCamera());
  }

  /** Resolves once `count` pictures have shown a frame. */
  async sees(count: number): Promise<void> {
    await this.#page.evaluate((pictures) => window.firstFrame.sees(pictures), count);
  }

  /** Time of the start, of the join or of the click, in ms since 1970, and the times of events in ms since then. */
  times(): Promise<{ readonly startedAt: number; readonly marks: Readonly<Record<string, number>> }> {
    return this.#page.evaluate(() => window.firstFrame.times);
  }

  async leave(): Promise<void> {
    await this.#page.evaluate(() => window.firstFrame.leave());
    await this.#page.context().close();
  }
}
