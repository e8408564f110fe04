import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { flushMicrotasks } from '@tureen/testkit/flushMicrotasks';
import { type RawData, type WebSocket as ServerSocket, WebSocketServer } from 'ws';

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
/** What vitest does with an exception that nothing catches. */
let handlers: NodeJS.UncaughtExceptionListener[];

beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'protoo' });
  await once(server, 'listening');
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  handlers = process.listeners('uncaughtException');
  // The timeout of protoo-client's requests is a timer of its own.
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

/** A list of which a test awaits the next items. */
class Log<Item> {
  readonly items: Item[] = [];
  readonly #waiters = new Set<() => void>();

  add(item: Item): void {
    this.items.push(item);
    for (const look of [...this.#waiters]) look();
  }

  until(isThere: (items: readonly Item[]) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!isThere(this.items)) return;
        this.#waiters.delete(look);
        resolve();
      };
      this.#waiters.add(look);
      look();
    });
  }
}

async function run(name: ClientName, { steps }: ProtooExchange) {
  const connected = once(server, 'connection') as Promise<[ServerSocket]>;
  const sent = new Log<Frame>();
  const delivered = new Log<Delivered>();
  const thrown = new Log<Error>();
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', (error) => {
    thrown.add(error);
  });
  const opening = protooClients[name](url, (item) => {
    delivered.add(item);
  });
  const [socket] = await connected;
  socket.on('message', (data: RawData) => {
    sent.add(JSON.parse((data as Buffer).toString()) as Frame);
  });
  const client = await opening;
  const requestIds = () => sent.items.filter(({ request }) => request).map(({ id }) => id);
  const withIds = (frame: unknown) =>
    JSON.stringify(frame).replace(/"\$(\d)"/g, (_all, nth: string) => String(requestIds()[Number(nth) - 1]));

  for (const step of steps) {
    const count = sent.items.length;
    if ('request' in step) client.request(step.request[0], step.request[1]);
    if ('notify' in step) client.notify(step.notify[0], step.notify[1]);
    if ('request' in step || 'notify' in step) await sent.until((items) => items.length > count);
    if ('server' in step) socket.send(withIds(step.server));
    if ('raw' in step) socket.send(step.raw);
    if ('timeout' in step) client.passTimeout();
    if ('close' in step) socket.close(...step.close);
  }
  if (steps.some((step) => 'close' in step)) {
    await delivered.until((items) => items.some(([kind]) => kind === 'closed'));
    // protoo-client rejects pending requests a microtask later.
    await flushMicrotasks();
  } else {
    // What was sent before has arrived when this has.
    socket.send(JSON.stringify({ notification: true, method: end, data: {} }));
    await delivered.until((items) => items.some(([, method]) => method === end));
    client.notify(end, {});
    await sent.until((items) => items.some(({ method }) => method === end));
  }
  const ids = requestIds();
  const outcome = {
    sends: sent.items
      .filter(({ method }) => method !== end)
      .map((frame) => (frame.request ? { ...frame, id: ids.indexOf(frame.id) + 1 } : frame)),
    delivers: delivered.items.filter(([, method]) => method !== end),
    throws: thrown.items.map(({ message }) => message).join(),
  };
  client.close();
  return outcome;
}

describe.each(Object.keys(protooClients) as ClientName[])('%s', (name) => {
  it.each(protooExchanges.map((exchange) => [exchange.title, exchange] as const))(
    'exchanges as the script says: %s',
    async (_title, exchange) => {
      const { sends = [], delivers = [], throws = '' } = exchange.differs?.[name] ?? exchange;
      expect(await run(name, exchange)).toEqual({ sends, delivers, throws });
    },
  );
});
