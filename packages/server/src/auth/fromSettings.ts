import { readFile } from 'node:fs/promises';
import { SettingsError } from '../config/index.ts';
import type { ServerSettings } from '../config/index.ts';
import type { Authorize } from './authorize.ts';
import { createJwtAuthorizer } from './jwtAuthorizer.ts';
import type { JwtOptions } from './jwtAuthorizer.ts';
import type { RemoteKeys } from './RemoteKeys.ts';

/** Hook that authorizes clients, and its keys if they come from a URL. */
export interface Authorization {
  /** Undefined where every client may connect. */
  readonly authorize: Authorize | undefined;
  readonly keys: RemoteKeys | undefined;
}

/** Returns the `authorize` hook that the settings describe, or that the program passes. */
export async function authorizationFromSettings(
  settings: ServerSettings,
  brought: Authorize | undefined,
  { clock, logger }: Pick<JwtOptions, 'clock' | 'logger'>,
): Promise<Authorization> {
  const { jwtSecret, jwtPublicKey, jwtJwksUrl, jwtAudience, jwtIssuer, jwtRoomClaim, jwtPeerClaim, jwtMayClaim } =
    settings;
  if (jwtSecret === undefined && jwtPublicKey === undefined && jwtJwksUrl === undefined)
    return { authorize: brought, keys: undefined };
  // The server would silently ignore one of them.
  if (brought !== undefined)
    throw new SettingsError(['authorize: set either authorize or a jwt… key setting, not both']);
  const publicKey = jwtPublicKey === undefined ? undefined : await readPem(jwtPublicKey);
  try {
    return createJwtAuthorizer({
      secret: jwtSecret,
      publicKey,
      jwksUrl: jwtJwksUrl,
      jwksStaleMs: settings.jwtJwksStaleMs,
      // A client learns that the URL hangs before the hook times out.
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

/** Maximum time for one request for keys, in ms. */
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
