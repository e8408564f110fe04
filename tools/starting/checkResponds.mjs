import http from 'node:http';
import https from 'node:https';

const RESPONSE_MS = 30_000;

/**
 * Resolves when a GET of the URL succeeds. Rejects with the status or the error otherwise.
 * Accepts any certificate, because the set-up creates a self-signed one.
 */
export function checkResponds(url) {
  const { get } = url.startsWith('https:') ? https : http;
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false, rejectUnauthorized: false, timeout: RESPONSE_MS }, (response) => {
      response.resume();
      if (response.statusCode < 400) resolve();
      else reject(new Error(`${url} responds with HTTP ${response.statusCode}`));
    });
    request.on('timeout', () => request.destroy(new Error(`${url} does not respond`)));
    request.on('error', reject);
  });
}
