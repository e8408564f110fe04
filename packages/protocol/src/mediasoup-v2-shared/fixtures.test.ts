import { describe, expect, it } from 'vitest';

import alphaClient from '../mediasoup-v2-alpha/fixtures/clientToServer.json' with { type: 'json' };
import alphaServer from '../mediasoup-v2-alpha/fixtures/serverToClient.json' with { type: 'json' };
import * as alpha from '../mediasoup-v2-alpha/index.ts';
import betaClient from '../mediasoup-v2-beta/fixtures/clientToServer.json' with { type: 'json' };
import betaServer from '../mediasoup-v2-beta/fixtures/serverToClient.json' with { type: 'json' };
import * as beta from '../mediasoup-v2-beta/index.ts';
import v2Client from '../mediasoup-v2/fixtures/clientToServer.json' with { type: 'json' };
import v2Server from '../mediasoup-v2/fixtures/serverToClient.json' with { type: 'json' };
import * as v2 from '../mediasoup-v2/index.ts';
import type { AnyDialect } from './fixtures/AnyDialect.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A message as written. After reading, `data` or the payload without its envelope. */
interface Fixture {
  readonly payload: Fields & { readonly method: string };
  readonly data?: unknown;
  readonly answer?: unknown;
  /** The response after reading, if it differs from the response on the wire. */
  readonly response?: unknown;
}

type Fixtures = Readonly<Record<string, Fixture>>;

const dialects: readonly [name: string, dialect: AnyDialect, clientToServer: Fixtures, serverToClient: Fixtures][] = [
  ['mediasoup-v2', v2, v2Client, v2Server],
  ['mediasoup-v2-beta', beta, betaClient, betaServer],
  ['mediasoup-v2-alpha', alpha, alphaClient, alphaServer],
];

const onTheWire = (data: unknown): unknown => (data === undefined ? undefined : JSON.parse(JSON.stringify(data)));

function dataOf({ payload, data }: Fixture): unknown {
  const { method: _method, target: _target, notification: _notification, ...rest } = payload;
  // queryRoom has no data.
  return data ?? (Object.keys(rest).length === 0 ? undefined : rest);
}

const responseOf = ({ answer, response }: Fixture): unknown =>
  response ?? (JSON.stringify(answer) === '{}' ? undefined : answer);

describe.each(dialects)('%s', (_name, dialect, clientToServer, serverToClient) => {
  it('has a fixture for each message', () => {
    expect(Object.keys(clientToServer).sort()).toEqual(Object.keys(dialect.clientToServer).sort());
    expect(Object.keys(serverToClient).sort()).toEqual(Object.keys(dialect.serverToClient).sort());
  });

  it.each(Object.entries(clientToServer))('reads the client message %s and writes it back', (method, fixture) => {
    const data = dataOf(fixture);
    expect(dialect.readClientMessage(method as never, fixture.payload)).toStrictEqual({ ok: true, value: data });
    const { kind } = dialect.clientToServer[method]!;
    expect(onTheWire(dialect.writeClientMessage(method as never, data as never))).toStrictEqual({
      kind,
      method,
      payload: fixture.payload,
    });
    expect(fixture.payload.notification ?? false).toBe(kind === 'notification');
  });

  const requests = Object.entries(clientToServer).filter(([method]) => dialect.clientToServer[method]?.response);
  it.each(requests)('reads the response to %s and writes it back', (method, fixture) => {
    const response = responseOf(fixture);
    expect(dialect.readResponse(method as never, fixture.answer)).toStrictEqual({ ok: true, value: response });
    expect(onTheWire(dialect.writeResponse(method as never, response as never))).toStrictEqual(fixture.answer);
  });

  it.each(Object.entries(serverToClient))('reads the server message %s and writes it back', (method, fixture) => {
    const data = dataOf(fixture);
    expect(dialect.readServerMessage(method as never, fixture.payload)).toStrictEqual({ ok: true, value: data });
    expect(onTheWire(dialect.writeServerMessage(method as never, data as never))).toStrictEqual({
      kind: 'notification',
      method,
      payload: fixture.payload,
    });
  });
});
