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

/** How tokens are checked. Exactly one of `secret`, `publicKey` and `jwksUrl` says with what. */
export interface JwtOptions {
  /** Shared with whoever signs (HS256, HS384, HS512); 32 bytes or more. */
  readonly secret?: string | undefined;
  /** PEM text of the signer's public key or certificate (RS, PS, ES, EdDSA). */
  readonly publicKey?: string | undefined;
  /** Where the signer publishes its keys; `https:`, or `http:` on this machine. Credentials in it go into a header. */
  readonly jwksUrl?: string | undefined;
  /**
   * Age up to which the last good keys of `jwksUrl` stay in use while the URL fails, in ms; 0: no longer than the ten minutes
   * after which keys are renewed. Default 43 200 000 (12 h).
   */
  readonly jwksStaleMs?: number | undefined;
  /** Time for one request to `jwksUrl`, in ms. Keep it below `authorizeTimeoutMs`. Default 3000. */
  readonly jwksTimeoutMs?: number | undefined;
  /** What `aud` must be, or contain. Default: not looked at. */
  readonly audience?: string | undefined;
  /** What `iss` must be. Default: not looked at. */
  readonly issuer?: string | undefined;
  /** The claims that name the one room and the one id a token is good for (a token without them is refused), and what its bearer may do. */
  readonly claims?: {
    /** Default `roomId`; null lets a token into every room. */
    readonly roomId?: string | null | undefined;
    /** Default `peerId`; `sub` is another good choice; null lets its bearer be anybody. */
    readonly peerId?: string | null | undefined;
    /**
     * Default `may`: an object with any of `hide`, `publish`, `publishData` and `text`, each true or false; see {@link Grant.may}. A
     * token without it may do the usual, one whose claim cannot be read is refused. Null: the claim is ignored.
     */
    readonly may?: string | null | undefined;
  };
  /** Ends the session of a client, with close code 4000 `tokenExpired`, when its token expires. Default false. */
  readonly endWithToken?: boolean | undefined;
  /** Gets a line when keys cannot be fetched, and when they can again. Default: none. */
  readonly logger?: Logger | undefined;
  /** Time source for the age of fetched keys. Default: the machine's. */
  readonly clock?: Clock | undefined;
}

/** Age up to which fetched keys stay in use in an outage, in ms. */
export const DEFAULT_JWKS_STALE_MS = 12 * 3_600_000;

const DEFAULT_JWKS_TIMEOUT_MS = 3000;

/** Shorter ones can be guessed from a single token, and RFC 7518 (3.2) forbids them. */
export const MIN_SECRET_BYTES = 32;

/** Asked for by name: what a token says of its own algorithm must not turn a public key into a shared secret. */
const SYMMETRIC = ['HS256', 'HS384', 'HS512'];
const ASYMMETRIC = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' ');

/** For clocks that differ a little. */
const CLOCK_TOLERANCE_SEC = 5;

/**
 * Lets in who bears a JSON Web Token that is signed, not expired (`exp` must be there), and good for the room and id that are
 * asked for. It comes as `Authorization: Bearer …`, as the subprotocol `bearer.…` beside the dialect's own, or as the query
 * parameter `token`; the first of these that is there counts.
 *
 * Rejects where the keys of `jwksUrl` cannot be fetched: the server then refuses the client with 503.
 *
 * @throws TypeError for options that contradict each other or cannot be read; it names the option, never its value.
 */
export function jwtAuthorizer(options: JwtOptions): Authorize {
  return createJwtAuthorizer(options).authorize;
}

/** As {@link jwtAuthorizer}, with the keys of `jwksUrl` to look at. */
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
    throw new TypeError('exactly one of secret, publicKey and jwksUrl must be given');
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
    // Without the cause, which might quote what was mistaken for a public key.
    throw new TypeError('publicKey must be a public key or a certificate as PEM');
  }
}

/** Whether keys from there can be trusted to be those of whoever it names. */
export function isTrustworthyUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || (protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname));
}

function checkedUrl(url: string): URL {
  if (!isTrustworthyUrl(url)) throw new TypeError('jwksUrl must be https:, or http: on this machine');
  return new URL(url);
}

/** Undefined: nobody asks for it. Null: it is asked for, and not there. */
function claimOf(claims: JWTPayload, name: string | null): string | null | undefined {
  if (name === null) return undefined;
  const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && text.trim() !== '' ? text.trim() : null;
}

/** What is wrong with a token, in words that hold nothing of it. Throws what is no fault of the token. */
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
