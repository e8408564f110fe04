import type { Socket } from 'node:net';
import type { EndReason } from '@tureen/protocol/common';
import type { Logger } from 'pino';
import { WebSocketServer } from 'ws';
import type { ServerOptions, WebSocket } from 'ws';
import type { Clock } from '@tureen/kernel';
import type { Authorize } from '../auth/authorize.ts';
import { judge } from '../auth/judge.ts';
import type { Grant } from '../dialects/grant.ts';
import type { DialectRegistry, DialectRoute } from '../dialects/registry.ts';
import { CLOSE_TIMEOUT_MS } from './ClientSocket.ts';
import type { JoinBudget, NamedPeer } from './JoinBudget.ts';
import { ReasonedWebSocket } from './ReasonedWebSocket.ts';
import { STOPPING, TOO_MANY, TOO_MANY_JOINS } from './refusals.ts';
import { refuseUpgrade } from './refuseUpgrade.ts';
import type { RequestGuard } from './RequestGuard.ts';
import { toConnectingClient } from './toConnectingClient.ts';
import { applyUpgradePolicy } from './upgradePolicy.ts';
import { UpgradeRefuser } from './UpgradeRefuser.ts';
import type { Refusal, UpgradeRequest } from './UpgradeRefuser.ts';

/** Accepted connection. */
export interface AcceptedUpgrade {
  readonly route: DialectRoute;
  readonly params: URLSearchParams;
  readonly remoteAddress: string;
  /** Permissions of the client; undefined without an `authorize` hook. */
  readonly grant: Grant | undefined;
}

/** Rules of an {@link UpgradeHandler}. */
export interface UpgradeRules {
  readonly dialects: DialectRegistry;
  readonly allowedOrigins: readonly string[];
  /** Hook that authorizes each client that the other rules accept. Default: accepts every client. */
  readonly authorize?: Authorize | undefined;
  /** Time limit for `authorize`, in ms. */
  readonly authorizeTimeoutMs: number;
  /** Counts the connections of peers that URLs name. Dialects without peers in the URL use it for joins. */
  readonly joins: JoinBudget;
  readonly maxMessageBytes: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Parts of an {@link UpgradeHandler}. */
export interface UpgradeHandlerOptions extends UpgradeRules {
  readonly guard: RequestGuard;
  readonly onRefused: (status: number, reason: EndReason) => void;
  /** `stream`: the TCP connection. */
  readonly onAccepted: (ws: WebSocket, upgrade: AcceptedUpgrade, stream: Socket) => void;
}

/** Accepts or refuses requests to upgrade, in the order of {@link UpgradeHandler.handle}, and creates the WebSockets. */
export class UpgradeHandler {
  readonly #options: UpgradeHandlerOptions;
  readonly #webSockets: WebSocketServer;
  readonly #refuser: UpgradeRefuser;
  #isStopped = false;

  constructor(options: UpgradeHandlerOptions) {
    this.#options = options;
    const { dialects, maxMessageBytes, clock, logger } = options;
    this.#refuser = new UpgradeRefuser({ subprotocols: dialects.subprotocols, clock, logger });
    const webSocketOptions: ServerOptions & { closeTimeout: number } = {
      WebSocket: ReasonedWebSocket,
      noServer: true,
      clientTracking: false,
      maxPayload: maxMessageBytes,
      // Applies to a close that the client started. The types of `ws` lack the option.
      closeTimeout: CLOSE_TIMEOUT_MS,
      // Signaling messages are small. A compressor per client costs memory and allows compression bombs.
      perMessageDeflate: false,
      handleProtocols: (offered) => dialects.subprotocols.find((name) => offered.has(name)) ?? false,
    };
    this.#webSockets = new WebSocketServer(webSocketOptions);
    // Emitted for a request that every rule accepts but that is not a WebSocket handshake.
    this.#webSockets.on('wsClientError', (error, socket) => {
      const refusal = { status: 400, reason: 'badRequest', text: error.message } as const;
      logger.info(refusal, 'refused connection');
      options.onRefused(refusal.status, refusal.reason);
      refuseUpgrade(socket, refusal);
    });
  }

  /** Refuses all further requests. */
  stop(): void {
    this.#isStopped = true;
  }

  /**
   * Checks a request in this order: host name and origin, so that a foreign page learns nothing else; whether the server is
   * stopping; the number of connections of the address; path, parameters and subprotocol; `authorize`; the joins of the
   * peer.
   */
  handle(upgrade: UpgradeRequest): void {
    const { request, socket } = upgrade;
    const { guard, logger } = this.#options;
    const onError = (error: Error) => {
      logger.debug({ error: error.message }, 'socket failed before the upgrade');
    };
    socket.on('error', onError);

    const hostRefusal = guard.objectionToHost(request);
    const decision = applyUpgradePolicy(request, this.#options);
    const isOneTooMany = !guard.takeConnection(request, (giveBack) => socket.once('close', giveBack));
    const remoteAddress = guard.addressOf(request);
    if (hostRefusal !== undefined) this.#refuse(upgrade, hostRefusal);
    else if (decision.kind === 'refused' && decision.cause === 'origin') this.#refuse(upgrade, decision);
    else if (this.#isStopped) this.#refuse(upgrade, STOPPING);
    else if (isOneTooMany) this.#refuse(upgrade, TOO_MANY);
    else if (decision.kind === 'refused') this.#refuse(upgrade, decision);
    else this.#authorize(upgrade, { ...decision, remoteAddress, onError });
  }

  #authorize(upgrade: UpgradeRequest, candidate: Candidate): void {
    const { authorize, authorizeTimeoutMs: timeoutMs, clock, logger } = this.#options;
    if (authorize === undefined) {
      this.#accept(upgrade, candidate, undefined);
      return;
    }
    const client = toConnectingClient(upgrade.request, candidate);
    void judge(client, { authorize, timeoutMs, clock, logger }).then((verdict) => {
      // The client may have disconnected, or the server stopped, while the hook ran.
      if (upgrade.socket.destroyed) return;
      if (this.#isStopped) this.#refuse(upgrade, STOPPING);
      else if (verdict.kind === 'refused') this.#refuse(upgrade, { ...verdict, cause: 'authorization' });
      else this.#accept(upgrade, candidate, verdict.grant);
    });
  }

  #accept(
    upgrade: UpgradeRequest,
    { route, params, remoteAddress, onError }: Candidate,
    grant: Grant | undefined,
  ): void {
    const { joins, onAccepted } = this.#options;
    // Comes last: a client without permission must not use up the budget of the peer that it names.
    if (!joins.take(namedPeer(route, params))) {
      this.#refuse(upgrade, { ...TOO_MANY_JOINS, retryAfterSec: joins.retryAfterSec });
      return;
    }
    const { request, socket, head } = upgrade;
    this.#webSockets.handleUpgrade(request, socket, head, (ws) => {
      socket.off('error', onError);
      onAccepted(ws, { route, params, remoteAddress, grant }, request.socket);
    });
  }

  #refuse(upgrade: UpgradeRequest, refusal: Refusal): void {
    const { guard, logger, onRefused } = this.#options;
    const { status, reason, text } = refusal;
    logger.info({ status, reason, text, remoteAddress: guard.addressOf(upgrade.request) }, 'refused connection');
    onRefused(status, reason);
    this.#refuser.refuse(upgrade, refusal);
  }
}

/** Request to upgrade that the upgrade policy accepts. */
interface Candidate extends Omit<AcceptedUpgrade, 'grant'> {
  /** Handles errors of the socket until the upgrade. */
  readonly onError: (error: Error) => void;
}

/** Returns the peer that the URL names. Undefined where messages of the dialect name the peer later. */
function namedPeer({ peerParam }: DialectRoute, params: URLSearchParams): NamedPeer | undefined {
  const [roomId, peerId] = [params.get('roomId'), peerParam === undefined ? null : params.get(peerParam)];
  return roomId === null || peerId === null ? undefined : { roomId, peerId };
}
