import type { Page } from '@playwright/test';
import type { DialectName } from './dialects.ts';
import { type World, expect, test } from './fixtures/test.ts';
import { playgroundUrl } from './ports.ts';

const tileOf = (page: Page, name: string, kind = 'camera') =>
  page.locator(`[data-testid=tile][data-kind=${kind}]`).filter({ has: page.getByTestId('tile-name').getByText(name) });

declare global {
  interface Window {
    /** Resources that the page's policy has blocked so far. */
    blockedByPolicy: string[];
  }
}

/** Records what the Content Security Policy of the page blocks, starting before its first script. */
const watchPolicy = (page: Page) =>
  page.addInitScript(() => {
    window.blockedByPolicy = [];
    addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) =>
      window.blockedByPolicy.push(`${effectiveDirective} ${blockedURI}`),
    );
  });

/** Joins like a person: opens the page, enters name, room and dialect, and presses the button. */
async function enter(world: World, name: string, dialect: DialectName = 'mediasoup-v3'): Promise<Page> {
  const { page } = await world.open(name, {
    path: `${playgroundUrl}/?${new URLSearchParams({ server: world.urlOf(dialect) })}`,
    beforeLoad: watchPolicy,
  });
  await page.getByTestId('name-input').fill(name);
  await page.getByTestId('room-input').fill(world.roomId);
  await page.getByTestId('dialect-select').selectOption(dialect);
  await page.getByTestId('join-button').click();
  await expect(page.getByTestId('meeting')).toHaveAttribute('data-state', 'joined');
  return page;
}

/** Resolves after more frames. */
const showsFrames = (page: Page, name: string, count: number) =>
  tileOf(page, name)
    .getByTestId('tile-video')
    .evaluate(
      (video: HTMLVideoElement, frames) =>
        new Promise<void>((resolve) => {
          let left = frames;
          const next = () => {
            left -= 1;
            if (left === 0) resolve();
            else video.requestVideoFrameCallback(next);
          };
          video.requestVideoFrameCallback(next);
        }),
      count,
    );

// At the end of a test, Playwright adds a style for its screenshot, which the page's policy blocks in Firefox.
test.use({ screenshot: 'off' });

test('the playground works by mouse and keyboard: join, mute, camera, chat, messages, leave, rejoin', async ({
  world,
}) => {
  const alice = await enter(world, 'Alice');
  await expect(alice.getByTestId('invitation')).toBeVisible();
  const bob = await enter(world, 'Bob');

  await test.step('both see the other’s picture move', async () => {
    for (const [page, other] of [
      [alice, 'Bob'],
      [bob, 'Alice'],
    ] as const) {
      await page.bringToFront();
      await expect(tileOf(page, other)).toHaveAttribute('data-camera', 'on');
      await expect(tileOf(page, other)).toHaveAttribute('data-microphone', 'on');
      await showsFrames(page, other, 5);
    }
  });

  await test.step('mute and camera reach the other peer, by click and by key', async () => {
    await alice.getByTestId('microphone-button').click();
    await expect(alice.getByTestId('microphone-button')).toHaveAttribute('aria-pressed', 'false');
    await expect(tileOf(bob, 'Alice')).toHaveAttribute('data-microphone', 'muted');
    await alice.keyboard.press('v');
    await expect(tileOf(bob, 'Alice')).toHaveAttribute('data-camera', 'off');
    await alice.keyboard.press('m');
    await expect(tileOf(bob, 'Alice')).toHaveAttribute('data-microphone', 'on');
    await alice.getByTestId('camera-button').click();
    await expect(tileOf(bob, 'Alice')).toHaveAttribute('data-camera', 'on');
  });

  await test.step('a chat message arrives, and its markup stays text', async () => {
    await bob.getByTestId('chat-button').click();
    await bob.getByTestId('chat-input').fill('<b>hello</b> Alice');
    await bob.getByTestId('chat-input').press('Enter');
    await expect(alice.getByTestId('chat-unread')).toBeVisible();
    await alice.getByTestId('chat-button').click();
    await expect(alice.getByTestId('chat-text')).toHaveText('<b>hello</b> Alice');
    await expect(alice.getByTestId('chat-author')).toHaveText(/Bob/);
  });

  await test.step('the message panel lists messages, filters them, and shows payloads on click', async () => {
    await alice.getByTestId('trace-button').click();
    await alice.getByTestId('trace-filter').fill('join');
    const row = alice.locator('[data-testid=trace-row][data-method=join][data-kind=request]');
    await expect(row).toHaveAttribute('data-direction', 'out');
    await row.getByTestId('trace-line').click();
    await expect(row.getByTestId('trace-payload')).toContainText('"displayName": "Alice"');
    await alice.getByTestId('trace-filter').fill('');
    await expect(alice.locator('[data-testid=trace-row][data-method=newConsumer]')).not.toHaveCount(0);
    await alice.keyboard.press('Escape');
    await expect(alice.getByTestId('trace-panel')).toBeHidden();
  });

  await test.step('a third peer joins in another dialect, which the tiles show', async () => {
    const carol = await enter(world, 'Carol', 'push-pull');
    await expect(tileOf(alice, 'Carol').getByTestId('tile-dialect')).toHaveText('push-pull');
    await expect(tileOf(alice, 'Bob').getByTestId('tile-dialect')).toHaveText('v3');
    await expect(tileOf(carol, 'Alice').getByTestId('tile-dialect')).toHaveText('v3');
    await expect(tileOf(carol, 'Carol (you)').getByTestId('tile-dialect')).toHaveText('push-pull');
    await carol.bringToFront();
    await showsFrames(carol, 'Alice', 5);
    await alice.bringToFront();
    await showsFrames(alice, 'Carol', 5);
    await carol.close();
    await expect(tileOf(alice, 'Carol')).toHaveCount(0);
  });

  await test.step('leaving reaches the other peer, and one click rejoins', async () => {
    await bob.getByTestId('leave-button').click();
    await expect(bob.getByTestId('ended')).toBeVisible();
    await expect(tileOf(alice, 'Bob')).toHaveCount(0);
    await bob.getByTestId('rejoin-button').click();
    await expect(tileOf(alice, 'Bob')).toHaveAttribute('data-camera', 'on');
  });

  await test.step('a kicked peer sees the reason', async () => {
    const peerId = await tileOf(alice, 'Bob').getAttribute('data-peer-id');
    world.server.registry.kick(world.roomId, peerId ?? '', { reason: 'kicked' });
    await expect(bob.getByTestId('ended')).toHaveAttribute('data-reason', 'kicked');
  });

  await test.step('the policy of the page blocks foreign code and nothing else', async () => {
    for (const page of [alice, bob]) expect(await page.evaluate(() => window.blockedByPolicy)).toEqual([]);
    world.allowErrors(/Content.Security.Policy|Trusted[- ]?(Types?|Script|HTML)/i);
    const ran = await alice.evaluate(async () => {
      const blocked = new Promise((resolve) => addEventListener('securitypolicyviolation', resolve, { once: true }));
      const script = document.createElement('script');
      script.append('window.hasRun = true');
      document.head.append(script);
      await blocked;
      return 'hasRun' in window;
    });
    expect(ran).toBe(false);
    expect(await alice.evaluate(() => window.blockedByPolicy)).toContainEqual(
      expect.stringMatching(/^(script-src|require-trusted)/),
    );
    expect(await alice.locator('meta[name=referrer]').getAttribute('content')).toBe('no-referrer');
  });
});
