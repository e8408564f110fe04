import * as v from 'valibot';
import { DEFAULT_JWKS_STALE_MS, isTrustworthyUrl, MIN_SECRET_BYTES } from '../../auth/jwtAuthorizer.ts';
import { text, optionalText, flag, milliseconds } from '../schemas.ts';
import type { SettingsOf } from '../Setting.ts';

/** Who may come in. */
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
    help: 'Let in only who bears a JSON Web Token signed with this secret (HS256 and up). Better set by the variable: others can read a command line',
    default: undefined,
    schema: v.optional(
      v.pipe(text, v.minBytes(MIN_SECRET_BYTES, `must have ${String(MIN_SECRET_BYTES)} bytes or more`)),
    ),
  },
  jwtPublicKey: {
    group: 'Authorization',
    kind: 'text',
    placeholder: 'path',
    help: 'The same, with the PEM public key or certificate of whoever signs',
    default: undefined,
    schema: optionalText,
  },
  jwtJwksUrl: {
    group: 'Authorization',
    kind: 'text',
    placeholder: 'url',
    help: 'The same, with the keys that whoever signs publishes there',
    default: undefined,
    schema: v.optional(v.pipe(text, v.check(isTrustworthyUrl, 'must be https:, or http: on this machine'))),
  },
  jwtJwksStaleMs: {
    group: 'Authorization',
    kind: 'integer',
    placeholder: 'n',
    unit: 'ms',
    help: 'Age up to which the last good keys of --jwt-jwks-url stay in use while the URL fails; 0: no longer than ten minutes',
    default: DEFAULT_JWKS_STALE_MS,
    schema: milliseconds(0),
  },
  jwtAudience: {
    group: 'Authorization',
    kind: 'text',
    placeholder: 'text',
    help: 'What the claim aud of a token must be',
    default: undefined,
    schema: optionalText,
  },
  jwtIssuer: {
    group: 'Authorization',
    kind: 'text',
    placeholder: 'text',
    help: 'What the claim iss of a token must be',
    default: undefined,
    schema: optionalText,
  },
  jwtRoomClaim: {
    group: 'Authorization',
    kind: 'text',
    placeholder: 'name',
    help: 'Claim that names the room a token is good for; none: for every room',
    default: 'roomId',
    schema: text,
  },
  jwtPeerClaim: {
    group: 'Authorization',
    kind: 'text',
    placeholder: 'name',
    help: 'Claim that names the peer its bearer is, e.g. sub; none: anybody',
    default: 'peerId',
    schema: text,
  },
  jwtMayClaim: {
    group: 'Authorization',
    kind: 'text',
    placeholder: 'name',
    help: 'Claim that says what its bearer may do, with hide, publish, publishData, text: true or false; none: ignored',
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
    help: 'Time to find out whether a client is authorized, where somebody is asked',
    default: 5000,
    schema: milliseconds(1),
  },
};
