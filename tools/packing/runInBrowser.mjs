import { join } from 'node:path';
import { chromium } from '@playwright/test';

/** Refuses every request of a client that speaks protoo. */
function refuseRequests(socket) {
  socket.onMessage((text) => {
    const { request, id } = JSON.parse(text);
    if (request !== true) return;
    socket.send(JSON.stringify({ response: true, id, ok: false, errorCode: 403, errorReason: 'The room is closed' }));
  });
}

const ORIGIN = 'http://app.test';

/**
 * Loads a built app in Chromium, with a signaling server that refuses every request.
 * @param {string} folder with the built `index.html`
 * @returns {Promise<{ output: string, errors: string[] }>} text of the element `output`, and errors of the page
 */
export async function runInBrowser(folder, { env }) {
  const executablePath = env.TUREEN_CHROMIUM || undefined;
  const browser = await chromium.launch({ executablePath });
  try {
    const page = await browser.newPage();
    const errors = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.routeWebSocket(/server\.test/, refuseRequests);
    await page.route(`${ORIGIN}/**`, (route) => {
      const { pathname } = new URL(route.request().url());
      return route.fulfill({ path: join(folder, pathname === '/' ? 'index.html' : pathname) });
    });
    await page.goto(`${ORIGIN}/`);
    const shown = page.locator('output:not(:empty)');
    await shown.waitFor({ state: 'attached' });
    return { output: await shown.innerText(), errors };
  } finally {
    await browser.close();
  }
}
