import { readFile } from 'node:fs/promises';
import { SettingsError } from '../config/index.ts';
import type { ServerSettings } from '../config/index.ts';
import type { Authorize } from './authorize.ts';
import { jwtAuthorizer } from './jwtAuthorizer.ts';

/** What the settings have checked of a client, with what a program brings; undefined where everybody may come in. */
export async function authorizeFromSettings(
  settings: ServerSettings,
  brought: Authorize | undefined,
): Promise<Authorize | undefined> {
  const { jwtSecret, jwtPublicKey, jwtJwksUrl, jwtAudience, jwtIssuer, jwtRoomClaim, jwtPeerClaim, jwtMayClaim } =
    settings;
  if (jwtSecret === undefined && jwtPublicKey === undefined && jwtJwksUrl === undefined) return brought;
  // One of them would silently not be asked.
  if (brought !== undefined) throw new SettingsError(['authorize: a program that brings it must not set jwt… as well']);
  const publicKey = jwtPublicKey === undefined ? undefined : await readPem(jwtPublicKey);
  try {
    return jwtAuthorizer({
      secret: jwtSecret,
      publicKey,
      jwksUrl: jwtJwksUrl,
      audience: jwtAudience,
      issuer: jwtIssuer,
      claims: { roomId: toClaim(jwtRoomClaim), peerId: toClaim(jwtPeerClaim), may: toClaim(jwtMayClaim) },
    });
  } catch (error) {
    throw new SettingsError([`jwtPublicKey: ${(error as Error).message}`]);
  }
}

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
