import {
  canonicalMethod,
  clientToServer,
  isClientMethod,
  readClientMessage,
  refusals,
  wireKind,
  writeResponse,
} from '@tureen/protocol/mediasoup-v3';
import type { ClientData, ClientMethod, MethodEntry, ResponseData } from '@tureen/protocol/mediasoup-v3';
import type { Written } from '@tureen/protocol/common';
import type { Logger } from 'pino';
import { SerialQueue } from '../../shared/SerialQueue.ts';
import type { SessionOptions } from '../adapting.ts';
import { Admission } from '../Admission.ts';
import { refused } from '../Connection.ts';
import { PeerAnnouncer } from './PeerAnnouncer.ts';
import type { MediasoupV3Settings } from './options.ts';
import { Outbox } from './Outbox.ts';
import { asStockServer, toRefusal } from './refusal.ts';
import { beforeJoin, requestHandlers } from './requests.ts';
import type { RequestContext } from './requests.ts';
import { toAppDataObject } from './toWire.ts';

/** As the folders are named; also the path that clients connect to. */
export const DIALECT = 'mediasoup-v3';

/** What a {@link MediasoupV3Session} is made of. */
export type MediasoupV3SessionOptions = SessionOptions<MediasoupV3Settings>;

/** One connection, from the moment it is there: its place in a room, what it asks, what it is told, and its end. */
export class MediasoupV3Session {
  readonly #settings: MediasoupV3Settings;
  readonly #logger: Logger;
  readonly #outbox: Outbox;
  readonly #admission: Admission<RequestContext>;
  readonly #queue = new SerialQueue();

  constructor(options: MediasoupV3SessionOptions) {
    const { connection, registry, settings, logger } = options;
    this.#settings = settings;
    this.#logger = logger;
    this.#outbox = new Outbox(connection, settings);
    this.#outbox.tell('mediasoupVersion', { version: registry.engineVersion });
    connection.handlers = {
      onRequest: (method, data) => this.#handleRequest(method, data),
      onNotification: (method, data) => {
        this.#handleNotification(method, data);
      },
      onClosed: () => {
        this.#admission.handleConnectionClosed();
      },
    };
    this.#admission = new Admission<RequestContext>({
      ...options,
      dialect: DIALECT,
      peerParam: 'peerId',
      // The stock server does not wait for the newcomer's join.
      isReplacingAtOnce: settings.demoFaithful,
      sayWhy: ({ reason, appData }) => {
        this.#outbox.release();
        this.#outbox.tell('roomClosed', { reason, appData: toAppDataObject(appData) });
      },
      onEntered: (peer) => {
        new PeerAnnouncer({ peer, outbox: this.#outbox, settings, logger });
        return { peer, settings, receiving: undefined };
      },
    });
  }

  async #handleRequest(method: string, data: unknown): Promise<unknown> {
    try {
      const name = canonicalMethod(method);
      if (!isClientMethod(name) || !this.#isSpoken(name, 'request')) throw refused(refusals.unknownMethod(method));
      return await this.#act(name, readOrRefuse(name, data));
    } catch (error) {
      throw this.#settings.demoFaithful ? asStockServer(error) : error;
    }
  }

  #handleNotification(method: string, data: unknown): void {
    const name = canonicalMethod(method);
    if (!isClientMethod(name) || !this.#isSpoken(name, 'notification')) {
      if (this.#settings.demoFaithful) return;
      throw refused(refusals.unknownMethod(method));
    }
    this.#act(name, readOrRefuse(name, data)).catch((error: unknown) => {
      this.#logger.debug({ method, err: error }, 'notification without effect');
    });
  }

  /** Some messages are requests in one variant and notifications in the other: ours takes both, the stock server its own. */
  #isSpoken(method: ClientMethod, kind: 'request' | 'notification'): boolean {
    const { variant, demoFaithful, seedNames } = this.#settings;
    const entry: MethodEntry = clientToServer[method];
    if (!demoFaithful) return kind === 'request' || entry.kind === 'either';
    if (method === 'leaveRoom' && !seedNames) return false;
    return entry.additive !== true && entry.variants.includes(variant) && wireKind(method, variant) === kind;
  }

  /** In the order in which they came, each after the one before has its answer; the stock server keeps no order. */
  #act<Method extends ClientMethod>(method: Method, data: ClientData<Method>): Promise<unknown> {
    const perform = () => this.#perform(method, data);
    return this.#settings.demoFaithful ? perform() : this.#queue.run(perform);
  }

  async #perform<Method extends ClientMethod>(method: Method, data: ClientData<Method>): Promise<unknown> {
    const isJoin = method === 'join';
    try {
      const context = await this.#admission.entered;
      if (context.peer.state === 'entering' && !beforeJoin.has(method)) throw refused(refusals.notJoined());
      if (isJoin) this.#outbox.hold();
      const response: Written<ResponseData<Method>> = await requestHandlers[method](context, data);
      if (isJoin) this.#admission.handleJoined();
      return writeResponse(method, response, this.#settings.variant);
    } catch (error) {
      throw toRefusal(error, method);
    } finally {
      // The entry writes the answer in the turn that begins with our return.
      if (isJoin) setImmediate(() => this.#outbox.release());
    }
  }
}

function readOrRefuse<Method extends ClientMethod>(method: Method, data: unknown): ClientData<Method> {
  const read = readClientMessage(method, data);
  if (!read.ok) throw refused(refusals.badRequest(read.issue));
  return read.value;
}
