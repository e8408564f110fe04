import { createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { errors, jwtVerify } from 'jose';
import type { JWTPayload, JWTVerifyOptions } from 'jose';
import type { Logger } from 'pino';
import { type Clock, systemClock } from '@tureen/kernel';
import { readMay } from '../dialects/grant.ts';
import type { Authorize, ConnectingClient, DenialCode, Denied } from './authorize.ts';
import { RemoteKeys } from './RemoteKeys.ts';
import { tokenOf } from './tokenOf.ts';

/** Options of {@link jwtAuthorizer}. Set exactly one of `secret`, `publicKey` and `jwksUrl`. */
export interface JwtOptions {
  /** Secret shared with the issuer (HS256, HS384, HS512); 32 bytes or more. */
  readonly secret?: string | undefined;
  /** PEM text of the issuer's public key or certificate (RS, PS, ES, EdDSA). */
  readonly publicKey?: string | undefined;
  /** URL of the issuer's published keys: `https:`, or `http:` on this machine. Credentials in the URL go into a header. */
  readonly jwksUrl?: string | undefined;
  /**
   * Age up to which the last valid keys of `jwksUrl` stay in use while the URL fails, in ms. 0: only the ten minutes after
   * which they are fetched again. Default 43 200 000 (12 h).
   */
  readonly jwksStaleMs?: number | undefined;
  /** Time limit for one request to `jwksUrl`, in ms. Keep it below `authorizeTimeoutMs`. Default 3000. */
  readonly jwksTimeoutMs?: number | undefined;
  /** Required value of `aud`, or of one entry. Default: any. */
  readonly audience?: string | undefined;
  /** Required value of `iss`. Default: any. */
  readonly issuer?: string | undefined;
  /** Names of the claims with room ID, peer ID and permissions. A token without the room or peer claim is refused. */
  readonly claims?: {
    /** Claim with the room ID. Default `roomId`; null: the token is valid for every room. */
    readonly roomId?: string | null | undefined;
    /** Claim with the peer ID. Default `peerId`, `sub` is a common alternative; null: the token is valid for every peer. */
    readonly peerId?: string | null | undefined;
    /**
     * Claim with the permissions: an object with any of `hide`, `publish`, `publishData` and `text`, each true or false; see
     * {@link Grant.may}. A token without the claim has the default permissions, and an unreadable claim is refused. Default
     * `may`; null: the claim is ignored.
     */
    readonly may?: string | null | undefined;
  };
  /** Whether to end the session of a client when its token expires, with close code 4000 `tokenExpired`. Default false. */
  readonly endWithToken?: boolean | undefined;
  /** Logger for failed and recovered fetches of keys. Default: none. */
  readonly logger?: Logger | undefined;
  /** Time source for the age of fetched keys. Default: the system clock. */
  readonly clock?: Clock | undefined;
}

/** Age up to which fetched keys stay in use during an outage, in ms. */
export const DEFAULT_JWKS_STALE_MS = 12 * 3_600_000;

const DEFAULT_JWKS_TIMEOUT_MS = 3000;

/** A shorter secret can be guessed from a single token, and RFC 7518 (3.2) forbids it. */
export const MIN_SECRET_BYTES = 32;

/** Listed by name: the algorithm in a token must not turn a public key into a shared secret. */
const SYMMETRIC = ['HS256', 'HS384', 'HS512'];
const ASYMMETRIC = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' ');

/** Tolerates clocks that differ a little. */
const CLOCK_TOLERANCE_SEC = 5;

/**
 * Creates an `authorize` hook that accepts signed JSON Web Tokens. A token must have an `exp` that has not passed, and be
 * valid for the requested room and peer ID.
 *
 * The token is read from the header `Authorization: Bearer …`, from a subprotocol `bearer.…` next to the dialect's own, or
 * from the query parameter `token`, in this order.
 *
 * The hook rejects where the keys of `jwksUrl` cannot be fetched: the server then refuses the client with 503.
 *
 * @throws TypeError for options that contradict each other or cannot be parsed. The message names the option, never its
 * value.
 */
export function jwtAuthorizer(options: JwtOptions): Authorize {
  return createJwtAuthorizer(options).authorize;
}

/** Creates the hook of {@link jwtAuthorizer}, and exposes the keys of `jwksUrl`. */
export function createJwtAuthorizer(options: JwtOptions): { authorize: Authorize; keys: RemoteKeys | undefined } {
  const keys = remoteKeysOf(options);
  const verify = verifierOf(options, keys);
  const { roomId: roomClaim = 'roomId', peerId: peerClaim = 'peerId', may: mayClaim = 'may' } = options.claims ?? {};

  const authorize: Authorize = async (client: ConnectingClient) => {
    const token = tokenOf(client);
    if (token === undefined) return denied('token missing');
    let claims: JWTPayload;
    try {
      claims = await verify(token);
    } catch (error) {
      return whyNotValid(error);
    }
    const roomId = claimOf(claims, roomClaim);
    const peerId = claimOf(claims, peerClaim);
    if (roomId === null) return denied(`token has no claim ${String(roomClaim)}`);
    if (peerId === null) return denied(`token has no claim ${String(peerClaim)}`);
    const may = readMay(mayClaim !== null && Object.hasOwn(claims, mayClaim) ? claims[mayClaim] : undefined);
    if (may === undefined) return denied(`token not valid: claim ${String(mayClaim)}`);
    const expiresAt = options.endWithToken === true ? ((claims.exp ?? 0) + CLOCK_TOLERANCE_SEC) * 1000 : undefined;
    return { allowed: true, subject: claims.sub, roomId, peerId, may, expiresAt };
  };
  return { authorize, keys };
}

type Verify = (token: string) => Promise<JWTPayload>;

function remoteKeysOf({
  secret,
  publicKey,
  jwksUrl,
  jwksStaleMs = DEFAULT_JWKS_STALE_MS,
  jwksTimeoutMs = DEFAULT_JWKS_TIMEOUT_MS,
  clock = systemClock,
  logger,
}: JwtOptions): RemoteKeys | undefined {
  if ([secret, publicKey, jwksUrl].filter((source) => source !== undefined).length !== 1) {
    throw new TypeError('set exactly one of secret, publicKey and jwksUrl');
  }
  if (jwksUrl === undefined) return undefined;
  return new RemoteKeys({ url: checkedUrl(jwksUrl), staleMs: jwksStaleMs, timeoutMs: jwksTimeoutMs, clock, logger });
}

function verifierOf({ secret, publicKey, audience, issuer }: JwtOptions, keys: RemoteKeys | undefined): Verify {
  const rules: JWTVerifyOptions = {
    algorithms: secret === undefined ? ASYMMETRIC : SYMMETRIC,
    requiredClaims: ['exp'],
    clockTolerance: CLOCK_TOLERANCE_SEC,
    ...(audience === undefined ? {} : { audience }),
    ...(issuer === undefined ? {} : { issuer }),
  };
  if (keys !== undefined) {
    return async (token) => (await jwtVerify(token, (header, jws) => keys.find(header, jws), rules)).payload;
  }
  const key = secret === undefined ? readPublicKey(publicKey ?? '') : readSecret(secret);
  return async (token) => (await jwtVerify(token, key, rules)).payload;
}

function readSecret(secret: string): Uint8Array {
  const bytes = new TextEncoder().encode(secret);
  if (bytes.length < MIN_SECRET_BYTES)
    throw new TypeError(`secret must have ${String(MIN_SECRET_BYTES)} bytes or more`);
  return bytes;
}

function readPublicKey(pem: string): KeyObject {
  try {
    return createPublicKey(pem);
  } catch {
    // Without the cause, which might quote a secret that was passed by mistake.
    throw new TypeError('publicKey must be a public key or a certificate as PEM');
  }
}

/** Returns whether the URL is safe against impersonation of its host. */
export function isTrustworthyUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || (protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname));
}

function checkedUrl(url: string): URL {
  if (!isTrustworthyUrl(url)) throw new TypeError('jwksUrl must be https:, or http: on this machine');
  return new URL(url);
}

/** Undefined: the claim is not required. Null: the claim is required but missing. */
function claimOf(claims: JWTPayload, name: string | null): string | null | undefined {
  if (name === null) return undefined;
  const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && text.trim() !== '' ? text.trim() : null;
}

/** Returns why a token is invalid, without quoting the token. Rethrows an error that the token did not cause. */
function whyNotValid(error: unknown): Denied {
  if (error instanceof errors.JWTExpired) return denied('token expired', 'tokenExpired');
  if (error instanceof errors.JWTClaimValidationFailed) return denied(`token not valid: claim ${error.claim}`);
  if (TOKEN_FAULTS.some((fault) => error instanceof fault))
    return denied(`token not valid: ${(error as errors.JOSEError).code}`);
  throw error;
}

const TOKEN_FAULTS = [
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
  errors.JWSInvalid,
  errors.JWTInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
];

function denied(reason: string, code: DenialCode = 'unauthorized'): Denied {
  return { allowed: false, status: 401, code, reason };
}
