import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { expectUnchanged } from '@tureen/testkit/expectUnchanged';
import { type RawData, type WebSocket as ServerSocket, WebSocketServer } from 'ws';

import { Recorder } from '../shared/Recorder.ts';
import { protooClients } from './protooClients.ts';
import { type ClientName, type Delivered, protooExchanges, type ProtooExchange } from './protooScript.ts';

interface Frame {
  readonly request?: true;
  readonly notification?: true;
  readonly id?: number;
  readonly method?: string;
}

const end = 'end of the exchange';

let server: WebSocketServer;
let url: string;
/** Handlers of vitest for uncaught exceptions. */
let handlers: NodeJS.UncaughtExceptionListener[];

beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'protoo' });
  await once(server, 'listening');
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  handlers = process.listeners('uncaughtException');
  // protoo-client has its own timers for requests.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});

afterEach(async () => {
  vi.useRealTimers();
  process.removeAllListeners('uncaughtException');
  for (const handler of handlers) process.on('uncaughtException', handler);
  for (const client of server.clients) client.terminate();
  server.close();
  await once(server, 'close');
});

async function run(name: ClientName, { steps }: ProtooExchange, deliveries: number) {
  const connected = once(server, 'connection') as Promise<[ServerSocket]>;
  const sent = new Recorder<Frame>();
  const delivered = new Recorder<Delivered>();
  const thrown = new Recorder<Error>();
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', (error) => {
    thrown.push(error);
  });
  const opening = protooClients[name](url, (item) => {
    delivered.push(item);
  });
  const [socket] = await connected;
  socket.on('message', (data: RawData) => {
    sent.push(JSON.parse((data as Buffer).toString()) as Frame);
  });
  const client = await opening;
  const requestIds = () => sent.filter(({ request }) => request).map(({ id }) => id);
  const withIds = (frame: unknown) =>
    JSON.stringify(frame).replace(/"\$(\d)"/g, (_all, nth: string) => String(requestIds()[Number(nth) - 1]));

  for (const step of steps) {
    const count = sent.length;
    if ('request' in step) client.request(step.request[0], step.request[1]);
    if ('notify' in step) client.notify(step.notify[0], step.notify[1]);
    if ('request' in step || 'notify' in step) await sent.until((items) => items.length > count);
    if ('server' in step) socket.send(withIds(step.server));
    if ('raw' in step) socket.send(step.raw);
    if ('timeout' in step) client.passTimeout();
    if ('close' in step) socket.close(...step.close);
  }
  if (steps.some((step) => 'close' in step)) {
    // protoo-client rejects pending requests after it reports the end.
    await delivered.until((items) => items.some(([kind]) => kind === 'closed') && items.length >= deliveries);
    await expectUnchanged(() => delivered.length, deliveries);
  } else {
    // All earlier messages have arrived when this one arrives.
    socket.send(JSON.stringify({ notification: true, method: end, data: {} }));
    await delivered.until((items) => items.some(([, method]) => method === end));
    client.notify(end, {});
    await sent.until((items) => items.some(({ method }) => method === end));
  }
  const ids = requestIds();
  const outcome = {
    sends: sent
      .filter(({ method }) => method !== end)
      .map((frame) => (frame.request ? { ...frame, id: ids.indexOf(frame.id) + 1 } : frame)),
    delivers: delivered.filter(([, method]) => method !== end),
    throws: thrown.map(({ message }) => message).join(),
  };
  client.close();
  return outcome;
}

describe.each(Object.keys(protooClients) as ClientName[])('%s', (name) => {
  it.each(protooExchanges.map((exchange) => [exchange.title, exchange] as const))(
    'exchanges messages as the script says: %s',
    async (_title, exchange) => {
      const { sends = [], delivers = [], throws = '' } = exchange.differs?.[name] ?? exchange;
      expect(await run(name, exchange, delivers.length)).toEqual({ sends, delivers, throws });
    },
  );
});
