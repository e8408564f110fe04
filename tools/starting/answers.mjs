import http from 'node:http';
import https from 'node:https';

const ANSWER_MS = 30_000;

/**
 * Resolves when a GET of the URL is answered with success; rejects with what came instead.
 * A certificate made a moment ago is nobody's, so it is not looked at.
 */
export function answers(url) {
  const { get } = url.startsWith('https:') ? https : http;
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false, rejectUnauthorized: false, timeout: ANSWER_MS }, (response) => {
      response.resume();
      if (response.statusCode < 400) resolve();
      else reject(new Error(`${url} answers HTTP ${response.statusCode}`));
    });
    request.on('timeout', () => request.destroy(new Error(`${url} does not answer`)));
    request.on('error', reject);
  });
}
