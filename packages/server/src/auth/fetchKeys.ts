import { unescape } from 'node:querystring';
import { createLocalJWKSet } from 'jose';
import type { JSONWebKeySet, JWK } from 'jose';

/** Finds the key that a token names. */
export type FindKey = ReturnType<typeof createLocalJWKSet>;

/** Reason why the fetch failed: the status of the response, or a code. */
export interface FetchFailure {
  readonly status?: number;
  /** `timeout`, `tooLarge`, `notAKeySet`, `noKeys`, or a system code such as `ECONNREFUSED`. */
  readonly code?: string;
}

/** Maximum size of a key set, in bytes. Sets of large issuers have about 10 kB. */
const MAX_BYTES = 1024 * 1024;

/**
 * Fetches a JSON Web Key Set. Never rejects. Credentials in the URL become a header, since `fetch` rejects a URL with
 * credentials.
 */
export async function fetchKeys(
  url: URL,
  signal: AbortSignal,
): Promise<{ readonly find: FindKey } | { readonly failure: FetchFailure }> {
  const { username, password } = url;
  const target = new URL(url);
  target.username = target.password = '';
  const headers: Record<string, string> = { accept: 'application/json, application/jwk-set+json' };
  if (username !== '' || password !== '') headers.authorization = `Basic ${basic(username, password)}`;
  try {
    // A redirect could lead to an untrusted source.
    const response = await fetch(target, { headers, signal, redirect: 'manual' });
    if (response.status !== 200) {
      await response.body?.cancel();
      return { failure: { status: response.status } };
    }
    const text = await readText(response);
    return text === undefined ? { failure: { code: 'tooLarge' } } : readKeys(text);
  } catch (error) {
    return { failure: { code: signal.aborted ? 'timeout' : codeOf(error) } };
  }
}

function basic(username: string, password: string): string {
  // A URL may contain a percent sign without an escape. `decodeURIComponent` throws for that.
  return Buffer.from(`${unescape(username)}:${unescape(password)}`).toString('base64');
}

/** Reads the body. Undefined above {@link MAX_BYTES}. */
async function readText({ body }: Response): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop cancels the rest of the body.
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > MAX_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function readKeys(text: string): { find: FindKey } | { failure: FetchFailure } {
  try {
    const set = JSON.parse(text) as JSONWebKeySet;
    const find = createLocalJWKSet(set);
    return set.keys.some(canVerify) ? { find } : { failure: { code: 'noKeys' } };
  } catch {
    // Without the cause, which quotes the response.
    return { failure: { code: 'notAKeySet' } };
  }
}

/** An issuer without a key for signatures signs no tokens. The server treats such a set as an outage of the issuer. */
function canVerify({ kty, use }: JWK): boolean {
  return ['RSA', 'EC', 'OKP'].includes(kty ?? '') && use !== 'enc';
}

/** `fetch` puts the system's code one or two causes deep. */
function codeOf(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as { code?: unknown };
    if (typeof code === 'string') return code;
  }
  return 'failed';
}
