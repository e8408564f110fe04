import type { Clock } from '@tureen/kernel';
import type { DialectAdapter } from '../../packages/server/src/dialects/Connection.ts';
import { mediasoupV3Route } from '../../packages/server/src/dialects/registry.ts';
import { ClientSocket } from '../../packages/server/src/http/ClientSocket.ts';
import type { ClientSocketOptions } from '../../packages/server/src/http/ClientSocket.ts';
import { SendBudget } from '../../packages/server/src/http/SendBudget.ts';
import { ProtooConnection } from '../../packages/server/src/protoo/ProtooConnection.ts';
import type { FuzzSocket } from './FuzzSocket.ts';
import { maxMessageBytes } from './FuzzSocket.ts';

/** Parts of a connection. */
export interface OpenSocketOptions {
  readonly id: string;
  readonly roomId?: string;
  /** Whether the client reads a welcome, as a client that prepares its join does. */
  readonly wantsWelcome?: boolean;
  readonly adapter: DialectAdapter;
  readonly clock: Clock;
  readonly logger: ClientSocketOptions['logger'];
}

/** Connects the socket to the server's code, from its socket layer up, without limits on what a client sends. */
export function attach(socket: FuzzSocket, options: OpenSocketOptions): void {
  const { id, roomId = 'room', wantsWelcome = false, adapter, clock, logger } = options;
  const clientSocket = new ClientSocket(socket.asWebSocket(), {
    clock,
    logger,
    budget: new SendBudget(Infinity),
    maxMessageBytes,
    maxBufferedBytes: Infinity,
    slowReaderMs: 10_000,
    pingIntervalMs: 0,
    bytesRead: () => 0,
    write: (frames) => {
      socket.write(frames);
      return true;
    },
    atTurnEnd: (work) => {
      work();
    },
    soon: (work) => {
      work();
    },
    maxMessagesPerSec: 0,
    maxBytesPerSec: 0,
  });
  const params = new URLSearchParams({ roomId, peerId: id, peerName: id });
  if (wantsWelcome) params.set('welcome', '1');
  const route = mediasoupV3Route(adapter);
  const client = { id, socket: clientSocket, route, params, remoteAddress: '192.0.2.66', logger, grant: undefined };
  adapter.accept(new ProtooConnection(client, { clock, maxBadMessages: 0, maxRefusedRequests: 0 }));
}
