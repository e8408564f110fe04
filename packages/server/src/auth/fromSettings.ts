import { readFile } from 'node:fs/promises';
import { SettingsError } from '../config/index.ts';
import type { ServerSettings } from '../config/index.ts';
import type { Authorize } from './authorize.ts';
import { createJwtAuthorizer } from './jwtAuthorizer.ts';
import type { JwtOptions } from './jwtAuthorizer.ts';
import type { RemoteKeys } from './RemoteKeys.ts';

/** Who decides about clients, and the keys that the decision needs, where they come from a URL. */
export interface Authorization {
  /** Undefined where every client may connect. */
  readonly authorize: Authorize | undefined;
  readonly keys: RemoteKeys | undefined;
}

/** The `authorize` hook of the settings, or the one that the program passes. */
export async function authorizationFromSettings(
  settings: ServerSettings,
  brought: Authorize | undefined,
  { clock, logger }: Pick<JwtOptions, 'clock' | 'logger'>,
): Promise<Authorization> {
  const { jwtSecret, jwtPublicKey, jwtJwksUrl, jwtAudience, jwtIssuer, jwtRoomClaim, jwtPeerClaim, jwtMayClaim } =
    settings;
  if (jwtSecret === undefined && jwtPublicKey === undefined && jwtJwksUrl === undefined)
    return { authorize: brought, keys: undefined };
  // One of them would silently not be asked.
  if (brought !== undefined) throw new SettingsError(['authorize: a program that brings it must not set jwt… as well']);
  const publicKey = jwtPublicKey === undefined ? undefined : await readPem(jwtPublicKey);
  try {
    return createJwtAuthorizer({
      secret: jwtSecret,
      publicKey,
      jwksUrl: jwtJwksUrl,
      jwksStaleMs: settings.jwtJwksStaleMs,
      // The client learns of a URL that hangs before the hook is late.
      jwksTimeoutMs: Math.min(MAX_JWKS_TIMEOUT_MS, Math.ceil(settings.authorizeTimeoutMs / 2)),
      audience: jwtAudience,
      issuer: jwtIssuer,
      claims: { roomId: toClaim(jwtRoomClaim), peerId: toClaim(jwtPeerClaim), may: toClaim(jwtMayClaim) },
      endWithToken: settings.endWithToken,
      clock,
      logger,
    });
  } catch (error) {
    throw new SettingsError([`jwtPublicKey: ${(error as Error).message}`]);
  }
}

/** Time for one request for keys, in ms, where `authorize` has that much. */
const MAX_JWKS_TIMEOUT_MS = 3000;

function toClaim(name: string): string | null {
  return name === 'none' ? null : name;
}

async function readPem(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new SettingsError([`jwtPublicKey: ${(error as Error).message}`]);
  }
}
