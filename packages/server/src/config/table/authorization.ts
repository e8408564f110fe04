import * as v from 'valibot';
import { DEFAULT_JWKS_STALE_MS, isTrustworthyUrl, MIN_SECRET_BYTES } from '../../auth/jwtAuthorizer.ts';
import { text, optionalText, flag, milliseconds } from '../schemas.ts';
import type { SettingsOf } from '../Setting.ts';

/** Settings that control which clients may connect. */
export const authorization: SettingsOf<
  | 'jwtSecret'
  | 'jwtPublicKey'
  | 'jwtJwksUrl'
  | 'jwtJwksStaleMs'
  | 'jwtAudience'
  | 'jwtIssuer'
  | 'jwtRoomClaim'
  | 'jwtPeerClaim'
  | 'jwtMayClaim'
  | 'endWithToken'
  | 'authorizeTimeoutMs'
> = {
  jwtSecret: {
    group: 'Authorization',
    kind: 'text',
    placeholder: 'text',
    help: 'Accept only clients with a JSON Web Token signed with this secret (HS256, HS384 or HS512). Set the variable rather than the flag: other users can read a command line',
    default: undefined,
    schema: v.optional(
      v.pipe(text, v.minBytes(MIN_SECRET_BYTES, `must have ${String(MIN_SECRET_BYTES)} bytes or more`)),
    ),
  },
  jwtPublicKey: {
    group: 'Authorization',
    kind: 'text',
    placeholder: 'path',
    help: 'Accept only clients with a JSON Web Token that this PEM public key or certificate verifies',
    default: undefined,
    schema: optionalText,
  },
  jwtJwksUrl: {
    group: 'Authorization',
    kind: 'text',
    placeholder: 'url',
    help: 'Accept only clients with a JSON Web Token that a key of this JWKS URL verifies',
    default: undefined,
    schema: v.optional(v.pipe(text, v.check(isTrustworthyUrl, 'must be https:, or http: on this machine'))),
  },
  jwtJwksStaleMs: {
    group: 'Authorization',
    kind: 'integer',
    placeholder: 'n',
    unit: 'ms',
    help: 'Age up to which the last valid keys of --jwt-jwks-url stay in use while the URL fails; 0: ten minutes',
    default: DEFAULT_JWKS_STALE_MS,
    schema: milliseconds(0),
  },
  jwtAudience: {
    group: 'Authorization',
    kind: 'text',
    placeholder: 'text',
    help: 'Required value of the aud claim',
    default: undefined,
    schema: optionalText,
  },
  jwtIssuer: {
    group: 'Authorization',
    kind: 'text',
    placeholder: 'text',
    help: 'Required value of the iss claim',
    default: undefined,
    schema: optionalText,
  },
  jwtRoomClaim: {
    group: 'Authorization',
    kind: 'text',
    placeholder: 'name',
    help: 'Claim with the room ID that a token is valid for; none: every room',
    default: 'roomId',
    schema: text,
  },
  jwtPeerClaim: {
    group: 'Authorization',
    kind: 'text',
    placeholder: 'name',
    help: 'Claim with the peer ID that a token is valid for, e.g. sub; none: every peer',
    default: 'peerId',
    schema: text,
  },
  jwtMayClaim: {
    group: 'Authorization',
    kind: 'text',
    placeholder: 'name',
    help: 'Claim with the permissions hide, publish, publishData and text (true or false); none: ignored',
    default: 'may',
    schema: text,
  },
  endWithToken: {
    group: 'Authorization',
    kind: 'switch',
    help: 'End the session of a client when its token expires (4000, tokenExpired)',
    default: false,
    schema: flag,
  },
  authorizeTimeoutMs: {
    group: 'Authorization',
    kind: 'integer',
    placeholder: 'n',
    unit: 'ms',
    help: 'Time limit for the authorization of a client',
    default: 5000,
    schema: milliseconds(1),
  },
};
