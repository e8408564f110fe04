import { generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConnectingClient } from './authorize.ts';
import { jwtAuthorizer } from './jwtAuthorizer.ts';

const secret = 'correct horse battery staple, twice over';
const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
const claims = { roomId: 'r1', peerId: 'alice', aud: 'tureen', iss: 'me' };

function sign(payload: object, key: string | KeyObject = secret, { alg = 'HS256', kid = 'k1' } = {}): Promise<string> {
  const soon = Math.floor(Date.now() / 1000) + 60;
  return new SignJWT({ exp: soon, sub: 'user-7', ...payload })
    .setProtectedHeader({ alg, kid })
    .sign(typeof key === 'string' ? new TextEncoder().encode(key) : key);
}

function clientWith(bearing: {
  token?: string;
  authorization?: string;
  subprotocols?: readonly string[];
}): ConnectingClient {
  const { token, authorization, subprotocols = ['protoo'] } = bearing;
  return {
    dialect: 'mediasoup-v3',
    params: new URLSearchParams(token === undefined ? {} : { token }),
    roomId: 'r1',
    peerId: 'alice',
    headers: { origin: undefined, cookie: undefined, authorization },
    subprotocols,
    remoteAddress: '192.0.2.1',
  };
}

const granted = { allowed: true, subject: 'user-7', roomId: 'r1', peerId: 'alice', may: {} };
const refused = (reason: string, code = 'unauthorized') => ({ allowed: false, status: 401, code, reason });

describe('a token', () => {
  it('is read from the header, the subprotocols or the query, in this order', async () => {
    const authorize = jwtAuthorizer({ secret });
    const token = await sign(claims);
    expect(await authorize(clientWith({ token }))).toEqual(granted);
    expect(await authorize(clientWith({ authorization: `Bearer ${token}` }))).toEqual(granted);
    expect(await authorize(clientWith({ subprotocols: ['protoo', `bearer.${token}`] }))).toEqual(granted);
    expect(await authorize(clientWith({ token, authorization: 'Bearer x' }))).toMatchObject({ allowed: false });
    expect(await authorize(clientWith({ authorization: 'Basic dTpw' }))).toEqual(refused('token missing'));
    expect(await authorize(clientWith({}))).toEqual(refused('token missing'));
  });

  it.each<[what: string, make: () => Promise<string> | string, reason: string]>([
    ['garbage', () => 'hunter2', 'token not valid: ERR_JWS_INVALID'],
    [
      'signed with another secret',
      () => sign(claims, secret.toUpperCase()),
      'token not valid: ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    ],
    [
      'not signed',
      () => new UnsecuredJWT({ ...claims, exp: 9e9 }).encode(),
      'token not valid: ERR_JOSE_ALG_NOT_ALLOWED',
    ],
    ['expired', () => sign({ ...claims, exp: 1 }), 'token expired'],
    ['not yet valid', () => sign({ ...claims, nbf: 9e9 }), 'token not valid: claim nbf'],
    ['without an expiry', () => sign({ ...claims, exp: undefined }), 'token not valid: claim exp'],
    ['for another audience', () => sign({ ...claims, aud: 'elsewhere' }), 'token not valid: claim aud'],
    ['of another issuer', () => sign({ ...claims, iss: 'you' }), 'token not valid: claim iss'],
    ['for no room', () => sign({ peerId: 'alice', aud: 'tureen', iss: 'me' }), 'token has no claim roomId'],
    ['for no peer', () => sign({ roomId: 'r1', peerId: {}, aud: 'tureen', iss: 'me' }), 'token has no claim peerId'],
  ])('is refused when it is %s', async (_what, make, reason) => {
    const authorize = jwtAuthorizer({ secret, audience: 'tureen', issuer: 'me' });
    const code = reason === 'token expired' ? 'tokenExpired' : 'unauthorized';
    expect(await authorize(clientWith({ token: await make() }))).toEqual(refused(reason, code));
  });

  it('restricts room and peer by its claims, or neither', async () => {
    const token = await sign({ room: 7 });
    const named = jwtAuthorizer({ secret, claims: { roomId: 'room', peerId: 'sub' } });
    expect(await named(clientWith({ token }))).toEqual({ ...granted, roomId: '7', peerId: 'user-7' });
    const open = jwtAuthorizer({ secret, claims: { roomId: null, peerId: null } });
    expect(await open(clientWith({ token }))).toEqual({ ...granted, roomId: undefined, peerId: undefined });
  });

  it.each([
    [undefined, {}],
    [null, {}],
    [{}, {}],
    [
      { hide: true, publish: false },
      { hide: true, publish: false },
    ],
  ])('grants permissions by its claim may: %j', async (may, expected) => {
    const token = await sign({ ...claims, may });
    expect(await jwtAuthorizer({ secret })(clientWith({ token }))).toEqual({ ...granted, may: expected });
    const elsewhere = jwtAuthorizer({ secret, claims: { may: 'https://meet.example/may' } });
    const named = await sign({ ...claims, may: 'of another application', 'https://meet.example/may': may });
    expect(await elsewhere(clientWith({ token: named }))).toEqual({ ...granted, may: expected });
    const ignoring = jwtAuthorizer({ secret, claims: { may: null } });
    expect(await ignoring(clientWith({ token: named }))).toEqual({ ...granted, may: {} });
  });

  it.each(['hide', ['hide'], true, { hide: 'yes' }, { hidden: true }, { publish: 0 }])(
    'is refused with a malformed claim may: %j',
    async (may) => {
      const token = await sign({ ...claims, may });
      expect(await jwtAuthorizer({ secret })(clientWith({ token }))).toEqual(refused('token not valid: claim may'));
    },
  );

  it('sets the end of its session when sessions end with the token, 5 s after exp as for connecting', async () => {
    const exp = Math.floor(Date.now() / 1000) + 60;
    const token = await sign({ ...claims, exp });
    expect(await jwtAuthorizer({ secret, endWithToken: true })(clientWith({ token }))).toEqual({
      ...granted,
      expiresAt: (exp + 5) * 1000,
    });
    expect(await jwtAuthorizer({ secret })(clientWith({ token }))).toHaveProperty('expiresAt', undefined);
  });

  it('is checked with a public key, which cannot serve as a shared secret', async () => {
    const authorize = jwtAuthorizer({ publicKey: pem });
    expect(await authorize(clientWith({ token: await sign(claims, privateKey, { alg: 'ES256' }) }))).toEqual(granted);
    expect(await authorize(clientWith({ token: await sign(claims, pem) }))).toEqual(
      refused('token not valid: ERR_JOSE_ALG_NOT_ALLOWED'),
    );
  });
});

describe('published keys', () => {
  let isUp = true;
  const publisher = createServer((_request, response) => {
    if (!isUp) response.writeHead(500).end();
    else void exportJWK(publicKey).then((jwk) => response.end(JSON.stringify({ keys: [{ ...jwk, kid: 'k1' }] })));
  });
  const urlOf = () => `http://127.0.0.1:${String((publisher.address() as AddressInfo).port)}/keys`;
  beforeAll(async () => {
    await once(publisher.listen(0, '127.0.0.1'), 'listening');
  });
  afterAll(() => {
    publisher.close();
    publisher.closeAllConnections();
  });

  it('are fetched, and found by their ID', async () => {
    const authorize = jwtAuthorizer({ jwksUrl: urlOf() });
    const known = await sign(claims, privateKey, { alg: 'ES256' });
    const unknown = await sign(claims, privateKey, { alg: 'ES256', kid: 'k2' });
    expect(await authorize(clientWith({ token: known }))).toEqual(granted);
    expect(await authorize(clientWith({ token: unknown }))).toEqual(
      refused('token not valid: ERR_JWKS_NO_MATCHING_KEY'),
    );
  });

  it('do not make a token invalid when they cannot be fetched', async () => {
    const authorize = jwtAuthorizer({ jwksUrl: urlOf() });
    const token = await sign(claims, privateKey, { alg: 'ES256' });
    isUp = false;
    await expect(authorize(clientWith({ token }))).rejects.toThrow();
    isUp = true;
    expect(await authorize(clientWith({ token }))).toEqual(granted);
  });
});

describe('malformed options', () => {
  it.each([
    [{}, 'set exactly one of secret, publicKey and jwksUrl'],
    [{ secret, publicKey: pem }, 'set exactly one of secret, publicKey and jwksUrl'],
    [{ secret: 'hunter2' }, 'secret must have 32 bytes or more'],
    [{ publicKey: 'hunter2' }, 'publicKey must be a public key or a certificate as PEM'],
    [{ jwksUrl: 'http://keys.example/' }, 'jwksUrl must be https:, or http: on this machine'],
    [{ jwksUrl: 'keys' }, 'jwksUrl must be https:, or http: on this machine'],
  ])('are refused by name: %o', (options, message) => {
    expect(() => jwtAuthorizer(options)).toThrow(new TypeError(message));
  });
});
