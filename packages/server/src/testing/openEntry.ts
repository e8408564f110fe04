import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { ClientOptions } from 'ws';
import { ManualClock } from '@tureen/kernel';
import { DialectRegistry, mediasoupV3Route } from '../dialects/registry.ts';
import { HttpEntry } from '../http/HttpEntry.ts';
import type { HttpEntryOptions } from '../http/HttpEntry.ts';
import { JoinBudget } from '../http/JoinBudget.ts';
import { SendBudget } from '../http/SendBudget.ts';
import { ProtooConnection } from '../protoo/ProtooConnection.ts';
import type { MessageCounters } from '../protoo/ProtooConnection.ts';
import { capturedLogs } from './capturedLogs.ts';
import { EchoDialect } from './EchoDialect.ts';

export interface OpenEntryOptions extends Partial<HttpEntryOptions> {
  readonly maxBadMessages?: number;
  readonly maxRefusedRequests?: number;
  readonly maxBufferedTotalBytes?: number;
  readonly maxJoinsPerPeer?: number;
  readonly messageCounters?: MessageCounters;
  readonly clock?: ManualClock;
}

/** Opens an entry on a free port, with one echo dialect and a manual clock. */
export async function openEntry(options: OpenEntryOptions = {}) {
  const {
    maxBadMessages = 0,
    maxRefusedRequests = 0,
    maxBufferedTotalBytes = Infinity,
    maxJoinsPerPeer = 0,
    messageCounters,
    clock = new ManualClock(),
    ...rest
  } = options;
  const sendBudget = new SendBudget(maxBufferedTotalBytes);
  const dialect = new EchoDialect();
  const logs = capturedLogs();
  const entry = new HttpEntry({
    dialects: new DialectRegistry([mediasoupV3Route(dialect)]),
    allowedOrigins: [],
    authorizeTimeoutMs: 5000,
    requestTimeoutMs: 10_000,
    maxMessageBytes: 64 * 1024,
    maxBufferedBytes: 64 * 1024,
    slowReaderMs: 10_000,
    sendBudget,
    maxMessagesPerSec: 0,
    maxBytesPerSec: 0,
    pingIntervalMs: 0,
    maxConnectionsPerAddress: 0,
    joins: new JoinBudget({ perMinute: maxJoinsPerPeer, clock }),
    trustProxy: false,
    clock,
    logger: logs.logger,
    health: () => ({ status: 'ok', version: '1.2.3', uptimeSec: 1, workers: [], rooms: 0, peers: 0 }),
    onClient: (client) => {
      client.route.adapter.accept(
        new ProtooConnection(client, { clock, maxBadMessages, maxRefusedRequests, counters: messageCounters }),
      );
    },
    ...rest,
  });
  const port = await entry.listen('127.0.0.1', 0);
  const host = `127.0.0.1:${String(port)}`;
  const clients: WebSocket[] = [];

  return {
    entry,
    sendBudget,
    dialect,
    clock,
    logs,
    port,
    http: `http://${host}`,
    ws: `ws://${host}`,

    /** Connects a client. */
    async connect(path = '/mediasoup-v3?roomId=r&peerId=p', clientOptions: ClientOptions = {}): Promise<WebSocket> {
      const client = new WebSocket(`ws://${host}${path}`, 'protoo', clientOptions);
      clients.push(client);
      await once(client, 'open');
      return client;
    },

    async [Symbol.asyncDispose]() {
      for (const client of clients) client.terminate();
      await entry.close();
    },
  };
}

const ASKED_ID = 7;

/**
 * Sends a request over a bare socket, as protoo does, and resolves with the response frame. Rejects when the socket closes
 * first.
 */
export function sendRequest(client: WebSocket, method: string, data?: unknown): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    // One listener for all messages: two may arrive at once, and a listener for one message would miss the second.
    const onMessage = (text: Buffer) => {
      const frame = JSON.parse(text.toString()) as Record<string, unknown>;
      if (frame.response !== true || frame.id !== ASKED_ID) return;
      settle();
      resolve(frame);
    };
    const onClose = () => {
      settle();
      reject(new Error(`the connection closed before the response to '${method}'`));
    };
    const settle = () => client.off('message', onMessage).off('close', onClose);
    client.on('message', onMessage).on('close', onClose);
    client.send(JSON.stringify({ request: true, id: ASKED_ID, method, data }));
  });
}

/** Resolves with the code and reason of a closed client. */
export async function closeOf(client: WebSocket): Promise<[code: number, reason: string]> {
  const [code, reason] = (await once(client, 'close')) as [number, Buffer];
  return [code, reason.toString()];
}
