import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { closeCodeOf, closeCodes, writeCloseReason } from '@tureen/protocol/common';
import type { Logger } from 'pino';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import type { Clock } from '@tureen/kernel';
import { RECONNECT_PACE_MS } from '../shared/pacing.ts';
import { subprotocolsIn } from './upgradePolicy.ts';
import type { PolicyRefusalCause } from './upgradePolicy.ts';
import { refuseUpgrade } from './refuseUpgrade.ts';
import type { HttpRefusal } from './refuseUpgrade.ts';

/** Rule that refuses a connection. */
export type RefusalCause = PolicyRefusalCause | 'host' | 'authorization' | 'tooMany' | 'tooManyJoins' | 'stopping';

/** Refusal of a request to upgrade. */
export interface Refusal extends HttpRefusal {
  readonly cause: RefusalCause;
}

/** Request to upgrade, as Node emits it. */
export interface UpgradeRequest {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

export interface UpgradeRefuserOptions {
  /** Subprotocols of the dialects. */
  readonly subprotocols: readonly string[];
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Maximum number of refused sockets at a time. Above that, every refusal is an HTTP status. */
const MAX_REFUSED_SOCKETS = 256;

/** Maximum message size of a refused client, in bytes. The server reads no messages of refused clients. */
const MAX_PAYLOAD_BYTES = 16 * 1024;

/** Time in which a refused client must respond to the close frame, in ms. */
const CLOSE_TIMEOUT_MS = 1000;

/**
 * Refuses requests to upgrade. A client that can read an HTTP status gets one. A page cannot: the browser reports close code
 * 1006 for every status. So the refuser accepts its WebSocket and closes it with a code and a reason.
 */
export class UpgradeRefuser {
  readonly #options: UpgradeRefuserOptions;
  readonly #webSockets: WebSocketServer;
  #refusedSockets = 0;

  constructor(options: UpgradeRefuserOptions) {
    this.#options = options;
    this.#webSockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: MAX_PAYLOAD_BYTES,
      perMessageDeflate: false,
      handleProtocols: (offered) => this.#subprotocolFor([...offered]) ?? false,
    });
  }

  refuse({ request, socket, head }: UpgradeRequest, refusal: Refusal): void {
    const offered = subprotocolsIn(request.headers['sec-websocket-protocol']);
    const canAccept = offered.length === 0 || this.#subprotocolFor(offered) !== undefined;
    if (!isWebSocketApi(request) || !canAccept || this.#refusedSockets >= MAX_REFUSED_SOCKETS) {
      refuseUpgrade(socket, refusal);
      return;
    }
    // The request may not be a WebSocket handshake either. `ws` calls back before it returns.
    const refuseHandshake = () => {
      refuseUpgrade(socket, refusal);
    };
    this.#webSockets.once('wsClientError', refuseHandshake);
    this.#webSockets.handleUpgrade(request, socket, head, (ws) => {
      this.#closeSocket(ws, refusal);
    });
    this.#webSockets.off('wsClientError', refuseHandshake);
  }

  #closeSocket(ws: WebSocket, { reason, text, cause }: Refusal): void {
    const { clock, logger } = this.#options;
    const code = closeCodeOf(reason);
    this.#refusedSockets += 1;
    const close = () => {
      // A page of a foreign origin gets no other details.
      ws.close(code, writeCloseReason(reason, cause === 'origin' ? undefined : text));
      ws.resume();
      cancel = clock.after(CLOSE_TIMEOUT_MS, () => {
        ws.terminate();
      });
    };
    let cancel = () => {};
    ws.on('error', (error) => {
      logger.debug({ error: error.message }, 'refused socket failed');
    });
    ws.once('close', () => {
      cancel();
      this.#refusedSockets -= 1;
    });
    if (code === closeCodes.closedByServer) {
      close();
      return;
    }
    // Messages of the client stay unread.
    ws.pause();
    cancel = clock.after(RECONNECT_PACE_MS, close);
  }

  /**
   * Chooses a subprotocol, as browsers drop a connection whose response selects none of their offered ones. Never echoes a
   * token.
   */
  #subprotocolFor(offered: readonly string[]): string | undefined {
    const { subprotocols } = this.#options;
    return subprotocols.find((name) => offered.includes(name)) ?? offered.find((name) => !name.startsWith('bearer.'));
  }
}

/** Returns whether the client is a WebSocket of a browser, a web worker or Node, which hide the HTTP status from programs. */
function isWebSocketApi({ headers }: IncomingMessage): boolean {
  return headers.origin !== undefined || headers['sec-fetch-mode'] === 'websocket';
}
