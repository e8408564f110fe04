import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { EndReason } from '@tureen/protocol/common';
import type { WebSocket } from 'ws';
import type { Logger } from 'pino';
import type { Clock } from '@tureen/kernel';
import { ClientSocket } from './ClientSocket.ts';
import type { SocketLimits } from './ClientSocket.ts';
import { ConnectedClients } from './ConnectedClients.ts';
import type { ConnectionEndReason } from './connectionEnds.ts';
import { DescriptorGuard } from './DescriptorGuard.ts';
import type { Health } from './health.ts';
import { RequestGuard } from './RequestGuard.ts';
import type { RequestGuardOptions } from './RequestGuard.ts';
import { respondToHttp } from './respondToHttp.ts';
import type { MetricsResponse } from './respondToHttp.ts';
import type { SendBudget } from './SendBudget.ts';
import { Gathering } from '../shared/Gathering.ts';
import { TurnEnd } from '../shared/TurnEnd.ts';
import { writeTogether } from './writeTogether.ts';
import { UpgradeHandler } from './UpgradeHandler.ts';
import type { AcceptedUpgrade, UpgradeRules } from './UpgradeHandler.ts';

/** Minimum time between two writes of notifications, in ms. */
const GATHER_MS = 2;

/** Client whose connection the server accepted. */
export interface ConnectedClient extends AcceptedUpgrade {
  readonly id: string;
  readonly socket: ClientSocket;
  /** Logger with the IDs of the connection. */
  readonly logger: Logger;
}

/** Counters of connections, refusals and closes, by reason. */
export interface EntryCounters {
  countConnection(dialect: string): void;
  countRefusal(status: number, reason: EndReason): void;
  countEnd(reason: ConnectionEndReason): void;
  /** Counts a TCP connection that was closed because file descriptors ran out. */
  countDescriptorRefusal(): void;
  countDropped(dialect: string): void;
}

/** Options of an {@link HttpEntry}. */
export interface HttpEntryOptions extends SocketLimits, UpgradeRules, RequestGuardOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly maxMessageBytes: number;
  /** PEM texts. Default: plain HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  /** Time in which a client must send its request, in ms. Node measures the time, not `clock`. */
  readonly requestTimeoutMs: number;
  /** Memory for the unsent messages of all clients together. */
  readonly sendBudget: SendBudget;
  /** Maximum number of file descriptors. Default: no connection is refused for this reason. */
  readonly descriptorLimit?: number | undefined;
  readonly health: () => Health;
  readonly metrics?: MetricsResponse | undefined;
  readonly counters?: EntryCounters | undefined;
  /** Handles a client. Must set the handlers of the socket before it returns. */
  readonly onClient: (client: ConnectedClient) => void;
}

interface SocketParts {
  readonly dialect: string;
  /** TCP connection, whose bytes show whether the client is alive. */
  readonly stream: Socket;
  readonly logger: Logger;
}

/** Time for the closing handshakes when the server stops, in ms. */
const CLOSE_GRACE_MS = 1000;

/**
 * Serves HTTP and WebSocket on one port. Requests go to {@link respondToHttp}, upgrades through {@link UpgradeHandler} to
 * `onClient`.
 */
export class HttpEntry {
  readonly #options: HttpEntryOptions;
  readonly #server: Server;
  readonly #upgrades: UpgradeHandler;
  readonly #connections = new Set<Socket>();
  readonly #clients: ConnectedClients;
  readonly #descriptors: DescriptorGuard;
  readonly #turnEnd = new TurnEnd();
  readonly #gathering = new Gathering({
    ms: GATHER_MS,
    atTurnEnd: (work) => {
      this.#turnEnd.run(work);
    },
  });
  /** Set when the port is free; resolves when the last connection closed. */
  #stopped: Promise<void> | undefined;
  #closed: Promise<void> | undefined;
  #lastId = 0;

  constructor(options: HttpEntryOptions) {
    this.#options = options;
    const { dialects, health, metrics, allowedOrigins, descriptorLimit: limit, clock, logger, counters } = options;
    const guard = new RequestGuard(options);
    this.#clients = new ConnectedClients(clock);
    const onRefused = () => counters?.countDescriptorRefusal();
    this.#descriptors = new DescriptorGuard({ limit, clock, logger, onRefused });
    this.#upgrades = new UpgradeHandler({
      ...options,
      guard,
      onRefused: (status, reason) => counters?.countRefusal(status, reason),
      onAccepted: (ws, upgrade, stream) => {
        this.#connect(ws, upgrade, stream);
      },
    });
    this.#server = createHttpServer(options);
    this.#server.on('request', (request, response) => {
      const refusal = guard.objectionToHost(request);
      respondToHttp(request, response, { refusal, health, metrics, allowedOrigins, webSocketPaths: dialects.paths });
    });
    this.#server.on('upgrade', (request, socket, head) => {
      this.#upgrades.handle({ request, socket, head });
    });
    this.#server.on('connection', (socket: Socket) => {
      if (!this.#descriptors.admits(socket)) {
        socket.destroy();
        return;
      }
      this.#connections.add(socket);
      socket.once('close', () => this.#connections.delete(socket));
    });
  }

  /** Starts to listen. Resolves with the port. Rejects with the system's error, e.g. `EADDRINUSE`. */
  async listen(host: string, port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
    // Connected clients stay connected.
    this.#server.on('error', (error) => {
      this.#options.logger.error({ err: error }, 'HTTP server failed');
    });
    return (this.#server.address() as AddressInfo).port;
  }

  /** Refuses new clients, but still responds to health checks. Resolves when the last client disconnected, or after `timeoutMs`. */
  drain(timeoutMs: number): Promise<void> {
    this.#upgrades.stop();
    return this.#clients.whenEmpty(timeoutMs);
  }

  /** Refuses new clients, and frees the port for another process. Connected clients stay connected. */
  stopAccepting(): void {
    this.#upgrades.stop();
    this.#stopped ??= new Promise((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
  }

  /** Closes all connections, with a short time for the closing handshakes, and frees the port. Idempotent. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.stopAccepting();
    this.#clients.dismissAll();
    await this.#clients.whenEmpty(CLOSE_GRACE_MS);
    // Includes connections that never sent a request.
    for (const connection of this.#connections) connection.destroy();
    await this.#stopped;
    this.#descriptors.close();
  }

  #connect(ws: WebSocket, upgrade: AcceptedUpgrade, stream: Socket): void {
    const { onClient, counters } = this.#options;
    const { route, params, remoteAddress, grant } = upgrade;
    const dialect = route.adapter.name;
    this.#lastId += 1;
    const id = `c${String(this.#lastId)}`;
    const { peerParam } = route;
    const names = peerParam === undefined ? {} : { roomId: params.get('roomId'), peerId: params.get(peerParam) };
    const logger = this.#options.logger.child({ connectionId: id, dialect, ...names });
    const socket = this.#createSocket(ws, { dialect, stream, logger });
    counters?.countConnection(dialect);
    this.#clients.add(ws, socket);
    logger.info({ remoteAddress, subject: grant?.subject }, 'opened connection');
    try {
      onClient({ ...upgrade, id, socket, logger });
    } catch (error) {
      logger.error({ err: error }, 'cannot set up the connection');
      socket.close('internalError');
    }
  }

  #createSocket(ws: WebSocket, { dialect, stream, logger }: SocketParts): ClientSocket {
    const { counters, sendBudget } = this.#options;
    return new ClientSocket(ws, {
      ...this.#options,
      logger,
      budget: sendBudget,
      counters: counters && {
        countEnd: (reason) => {
          counters.countEnd(reason);
        },
        countDropped: () => {
          counters.countDropped(dialect);
        },
      },
      bytesRead: () => stream.bytesRead,
      // `ws` writes the header of a frame and its payload separately, and each frame for itself.
      write: (frames, onWritten) => writeTogether(stream, frames, onWritten),
      atTurnEnd: (work) => {
        this.#turnEnd.run(work);
      },
      soon: (work) => {
        this.#gathering.run(work);
      },
    });
  }
}

/** Creates the server, with deadlines for clients that send their request slowly. */
function createHttpServer({ tls, requestTimeoutMs }: HttpEntryOptions): Server {
  const deadlines = {
    headersTimeout: requestTimeoutMs,
    requestTimeout: requestTimeoutMs,
    connectionsCheckingInterval: Math.ceil(requestTimeoutMs / 4),
  };
  const server =
    tls === undefined
      ? createServer(deadlines)
      : createTlsServer({ ...deadlines, handshakeTimeout: requestTimeoutMs, ...tls });
  // Timeout for a client that reads no responses. `ws` excludes its sockets.
  server.timeout = requestTimeoutMs;
  return server;
}
