import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import type { EndReason } from '@tureen/protocol/common';
import { WebSocketServer } from 'ws';
import type { ServerOptions, WebSocket } from 'ws';
import type { Authorize } from '../auth/authorize.ts';
import { judge } from '../auth/judge.ts';
import type { Grant } from '../dialects/grant.ts';
import type { DialectRegistry, DialectRoute } from '../dialects/registry.ts';
import type { Clock } from '../shared/clock.ts';
import { admit } from './upgradePolicy.ts';
import { answerHttp } from './answerHttp.ts';
import type { MetricsAnswer } from './answerHttp.ts';
import { CLOSE_TIMEOUT_MS, ClientSocket } from './ClientSocket.ts';
import type { SocketLimits } from './ClientSocket.ts';
import type { ConnectionEndReason } from './connectionEnds.ts';
import { DescriptorGuard } from './DescriptorGuard.ts';
import type { Health } from './health.ts';
import type { HostPolicy } from './hostPolicy.ts';
import type { JoinBudget } from './JoinBudget.ts';
import type { NamedPeer } from './JoinBudget.ts';
import { ReasonedWebSocket } from './ReasonedWebSocket.ts';
import { STOPPING, TOO_MANY, TOO_MANY_JOINS } from './refusals.ts';
import { refuseUpgrade } from './refuseUpgrade.ts';
import { RequestGuard } from './RequestGuard.ts';
import type { SendBudget } from './SendBudget.ts';
import { toConnectingClient } from './toConnectingClient.ts';
import { UpgradeRefuser } from './UpgradeRefuser.ts';
import type { Refusal } from './UpgradeRefuser.ts';

/** A client that was let in. */
export interface AdmittedClient {
  readonly id: string;
  readonly socket: ClientSocket;
  readonly route: DialectRoute;
  readonly params: URLSearchParams;
  readonly remoteAddress: string;
  /** What it may be; undefined where nobody was asked. */
  readonly grant: Grant | undefined;
  /** Bears the ids of the connection. */
  readonly logger: Logger;
}

/** Who counts what comes. */
export interface EntryCounters {
  countConnection(dialect: string): void;
  countRefusal(status: number, reason: EndReason): void;
  countEnd(reason: ConnectionEndReason): void;
  /** A TCP connection that was closed for want of file descriptors. */
  countDescriptorRefusal(): void;
  countDropped(dialect: string): void;
}

export interface HttpEntryOptions extends SocketLimits {
  /** PEM texts; without them the entry speaks plain HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  readonly dialects: DialectRegistry;
  readonly allowedOrigins: readonly string[];
  /** Asked about everybody that the other rules let in. Without it they are in. */
  readonly authorize?: Authorize | undefined;
  /** Time that it has to answer. */
  readonly authorizeTimeoutMs: number;
  /** Time that whoever connects has to say what for, in ms; not by the clock, as Node counts it. */
  readonly requestTimeoutMs: number;
  /** Memory for what waits to be sent to all clients together. */
  readonly sendBudget: SendBudget;
  /** Of one remote address; 0 allows any number. Loopback addresses and proxies have no limit. */
  readonly maxConnectionsPerAddress: number;
  /** Counts the connections of the peers that URLs name. Other dialects count joins with it. */
  readonly joins: JoinBudget;
  /** Which proxies stand before the entry, and say in `X-Forwarded-For` and `X-Forwarded-Host` what clients ask. */
  readonly trustProxy: boolean | readonly string[];
  /** Names under which the entry is reached. Default: any. */
  readonly hostPolicy?: HostPolicy;
  /** File descriptors that the process may have. Default: connections are never refused for want of them. */
  readonly descriptorLimit?: number | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly health: () => Health;
  readonly metrics?: MetricsAnswer | undefined;
  readonly counters?: EntryCounters | undefined;
  /** Must give the socket its handlers before it returns. */
  readonly onClient: (client: AdmittedClient) => void;
}

/** Time that clients have to answer our closing handshake when the server stops, in ms. */
const GRACE_MS = 1000;

/** HTTP and WebSocket on one port. Every upgrade goes through {@link admit}, then to whom `onClient` is. */
export class HttpEntry {
  readonly #options: HttpEntryOptions;
  readonly #server: Server;
  readonly #webSockets: WebSocketServer;
  readonly #refuser: UpgradeRefuser;
  readonly #connections = new Set<Socket>();
  readonly #clients = new Map<WebSocket, ClientSocket>();
  readonly #guard: RequestGuard;
  readonly #descriptors: DescriptorGuard;
  #isRefusing = false;
  /** Set when the port is no longer listened on; resolves when the last connection has ended. */
  #stopped: Promise<void> | undefined;
  #closed: Promise<void> | undefined;
  #lastId = 0;
  readonly #onLastClientGone = new Set<() => void>();

  constructor(options: HttpEntryOptions) {
    this.#options = options;
    const { tls, dialects, health, metrics, allowedOrigins, maxMessageBytes, requestTimeoutMs } = options;
    this.#guard = new RequestGuard(options);
    const { descriptorLimit: limit, clock, logger } = options;
    const onRefused = () => options.counters?.countDescriptorRefusal();
    this.#descriptors = new DescriptorGuard({ limit, clock, logger, onRefused });
    const deadlines = {
      headersTimeout: requestTimeoutMs,
      requestTimeout: requestTimeoutMs,
      connectionsCheckingInterval: Math.ceil(requestTimeoutMs / 4),
    };
    this.#server =
      tls === undefined
        ? createServer(deadlines)
        : createTlsServer({ ...deadlines, handshakeTimeout: requestTimeoutMs, ...tls });
    // For a client that reads no answers. `ws` takes its sockets out of this.
    this.#server.timeout = requestTimeoutMs;
    this.#refuser = new UpgradeRefuser({ subprotocols: dialects.subprotocols, clock, logger });
    const webSocketOptions: ServerOptions & { closeTimeout: number } = {
      WebSocket: ReasonedWebSocket,
      noServer: true,
      clientTracking: false,
      maxPayload: maxMessageBytes,
      // For a close that the client began; the types of `ws` do not know the option.
      closeTimeout: CLOSE_TIMEOUT_MS,
      // Signalling is small; a compressor per client costs memory and opens the door to inflating bombs.
      perMessageDeflate: false,
      handleProtocols: (offered) => dialects.subprotocols.find((name) => offered.has(name)) ?? false,
    };
    this.#webSockets = new WebSocketServer(webSocketOptions);

    // A request to upgrade that every rule admits, and that is no WebSocket handshake.
    this.#webSockets.on('wsClientError', (error, socket) => {
      logger.info({ status: 400, reason: 'badRequest', text: error.message }, 'connection refused');
      options.counters?.countRefusal(400, 'badRequest');
      refuseUpgrade(socket, { status: 400, reason: 'badRequest', text: error.message });
    });
    this.#server.on('request', (request, response) => {
      const refusal = this.#guard.objectionToHost(request);
      answerHttp(request, response, { refusal, health, metrics, allowedOrigins, webSocketPaths: dialects.paths });
    });
    this.#server.on('upgrade', (request, socket, head) => {
      this.#handleUpgrade(request, socket, head);
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

  /** Rejects with the system's error, e.g. `EADDRINUSE`. Resolves to the port it listens on. */
  async listen(host: string, port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
    // Those connected stay.
    this.#server.on('error', (error) => {
      this.#options.logger.error({ err: error }, 'HTTP server failed');
    });
    return (this.#server.address() as AddressInfo).port;
  }

  /** Takes nobody in any more, but goes on telling its health; resolves when the last client has gone, or the time is over. */
  drain(timeoutMs: number): Promise<void> {
    this.#isRefusing = true;
    return this.#clientsGone(timeoutMs);
  }

  /** Takes nobody in any more, and frees the port for another; who is in stays. */
  stopAccepting(): void {
    this.#isRefusing = true;
    this.#stopped ??= new Promise((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
  }

  /** Closes who is left, waits for their goodbyes, but not for long, and frees the port. Idempotent. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.stopAccepting();
    for (const socket of this.#clients.values()) socket.dismiss('shuttingDown');
    await this.#clientsGone(GRACE_MS);
    // Among them those that never sent a request.
    for (const connection of this.#connections) connection.destroy();
    await this.#stopped;
    this.#descriptors.close();
  }

  #clientsGone(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.#clients.size === 0) {
        resolve();
        return;
      }
      const done = () => {
        cancel();
        this.#onLastClientGone.delete(done);
        resolve();
      };
      const cancel = this.#options.clock.after(timeoutMs, done);
      this.#onLastClientGone.add(done);
    });
  }

  #handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { logger } = this.#options;
    const onError = (error: Error) => {
      logger.debug({ error: error.message }, 'socket failed before its upgrade');
    };
    socket.on('error', onError);

    const remoteAddress = this.#guard.addressOf(request);
    const refuse = (refusal: Refusal) => {
      const { status, reason, text } = refusal;
      logger.info({ status, reason, text, remoteAddress }, 'connection refused');
      this.#options.counters?.countRefusal(status, reason);
      this.#refuser.refuse({ request, socket, head }, refusal);
    };
    const upgrade = (admitted: Admitted) => {
      // Last of all: without a right to enter, a client must not use up the budget of the peer that it names.
      const { joins } = this.#options;
      if (!joins.take(namedPeer(admitted))) {
        refuse({ ...TOO_MANY_JOINS, retryAfterSec: joins.retryAfterSec });
        return;
      }
      this.#webSockets.handleUpgrade(request, socket, head, (ws) => {
        socket.off('error', onError);
        this.#takeIn(ws, request.socket, admitted);
      });
    };

    const objection = this.#guard.objectionToHost(request);
    const admission = admit(request, this.#options);
    const isOneTooMany = !this.#guard.takeConnection(request, (giveBack) => socket.once('close', giveBack));
    // First of all, so that a page of a foreign name or origin learns nothing else.
    if (objection !== undefined) refuse(objection);
    else if (admission.kind === 'refused' && admission.cause === 'origin') refuse(admission);
    else if (this.#isRefusing) refuse(STOPPING);
    else if (isOneTooMany) refuse(TOO_MANY);
    else if (admission.kind === 'refused') refuse(admission);
    if (objection !== undefined || admission.kind === 'refused' || this.#isRefusing || isOneTooMany) return;

    const { authorize, authorizeTimeoutMs, clock } = this.#options;
    if (authorize === undefined) {
      upgrade({ ...admission, remoteAddress, grant: undefined });
      return;
    }
    const { route, params } = admission;
    const judging = { authorize, timeoutMs: authorizeTimeoutMs, clock, logger };
    void judge(toConnectingClient(request, { route, params, remoteAddress }), judging).then((verdict) => {
      // It took its time: who asked may have gone, and so may we.
      if (socket.destroyed) return;
      if (this.#isRefusing) refuse(STOPPING);
      else if (verdict.kind === 'refused') refuse({ ...verdict, cause: 'authorization' });
      else upgrade({ route, params, remoteAddress, grant: verdict.grant });
    });
  }

  #takeIn(ws: WebSocket, stream: Socket, { route, params, remoteAddress, grant }: Admitted): void {
    const { onClient, counters } = this.#options;
    const dialect = route.adapter.name;
    this.#lastId += 1;
    const id = `c${String(this.#lastId)}`;
    const ids = Object.fromEntries(route.requiredParams.map((name) => [name, params.get(name)]));
    const logger = this.#options.logger.child({ connectionId: id, dialect, ...ids });
    const socket = new ClientSocket(ws, {
      ...this.#options,
      logger,
      budget: this.#options.sendBudget,
      counters: counters && {
        countEnd: (reason) => {
          counters.countEnd(reason);
        },
        countDropped: () => {
          counters.countDropped(dialect);
        },
      },
      bytesRead: () => stream.bytesRead,
    });

    counters?.countConnection(dialect);
    this.#clients.set(ws, socket);
    ws.once('close', () => {
      this.#clients.delete(ws);
      if (this.#clients.size === 0) for (const done of this.#onLastClientGone) done();
    });

    logger.info({ remoteAddress, subject: grant?.subject }, 'connection opened');
    try {
      onClient({ id, socket, route, params, remoteAddress, grant, logger });
    } catch (error) {
      logger.error({ err: error }, 'connection could not be set up');
      socket.close('internalError');
    }
  }
}

/** A client that all the rules let in. */
interface Admitted {
  readonly route: DialectRoute;
  readonly params: URLSearchParams;
  readonly remoteAddress: string;
  readonly grant: Grant | undefined;
}

/** The peer that the URL names. Undefined where the dialect learns who its peers are later. */
function namedPeer({ route: { peerParam }, params }: Pick<Admitted, 'route' | 'params'>): NamedPeer | undefined {
  const [roomId, peerId] = [params.get('roomId'), peerParam === undefined ? null : params.get(peerParam)];
  return roomId === null || peerId === null ? undefined : { roomId, peerId };
}
