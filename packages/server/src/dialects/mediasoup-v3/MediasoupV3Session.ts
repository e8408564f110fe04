import {
  canonicalMethod,
  clientToServer,
  isClientMethod,
  readClientMessage,
  refusals,
  wireKind,
  writeResponse,
} from '@tureen/protocol/mediasoup-v3';
import type { ClientData, ClientMethod, JoinResponse, MethodEntry, ResponseData } from '@tureen/protocol/mediasoup-v3';
import type { Written } from '@tureen/protocol/common';
import type { Logger } from 'pino';
import { SerialQueue } from '../../shared/SerialQueue.ts';
import type { SessionOptions } from '../adapting.ts';
import { ConnectionLifecycle } from '../ConnectionLifecycle.ts';
import { refused, SilentRefusal } from '../Connection.ts';
import type { Connection } from '../Connection.ts';
import type { ReconnectStore } from '../ReconnectStore.ts';
import { PeerNotifier } from './PeerNotifier.ts';
import type { MediasoupV3Settings } from './options.ts';
import { Notifier } from './Notifier.ts';
import { asStockServer, toRefusal } from './refusal.ts';
import { beforeJoin, requestHandlers, waitsForOthers } from './requests.ts';
import type { RequestContext } from './requests.ts';
import { resume } from './resuming.ts';
import { SpokenVariant } from './SpokenVariant.ts';
import { toAppDataObject } from './toWire.ts';

/** As the folders are named; also the path that clients connect to. */
export const DIALECT = 'mediasoup-v3';

/** What a {@link MediasoupV3Session} is made of. */
export interface MediasoupV3SessionOptions extends SessionOptions<MediasoupV3Settings> {
  readonly keeper: ReconnectStore<RequestContext>;
}

/** One connection, from the moment it is there: its place in a room, what it asks, what it is told, and its end. */
export class MediasoupV3Session {
  readonly #connection: Connection;
  readonly #settings: MediasoupV3Settings;
  readonly #logger: Logger;
  readonly #engineVersion: string;
  /** The peer's: another one once an earlier peer was taken up. */
  #outbox: Notifier;
  /** The same. */
  #spoken: SpokenVariant;
  #isVersionSaid = false;
  readonly #admission: ConnectionLifecycle<RequestContext>;
  readonly #queue = new SerialQueue();

  constructor(options: MediasoupV3SessionOptions) {
    const { connection, registry, settings, logger } = options;
    this.#connection = connection;
    this.#settings = settings;
    this.#logger = logger;
    const spoken = new SpokenVariant(settings.variant);
    this.#engineVersion = registry.engineVersion;
    this.#spoken = spoken;
    this.#outbox = new Notifier(connection, settings, spoken);
    if (spoken.wording !== 'both') this.#sayVersion();
    connection.handlers = {
      onRequest: (method, data) => this.#handleRequest(method, data),
      onNotification: (method, data) => this.#handleNotification(method, data),
      onClosed: (code) => {
        this.#admission.handleConnectionClosed(code);
      },
    };
    this.#admission = new ConnectionLifecycle<RequestContext>({
      ...options,
      queue: this.#queue,
      dialect: DIALECT,
      peerParam: 'peerId',
      // The stock server does not wait for the newcomer's join.
      isReplacingAtOnce: settings.demoFaithful,
      sayWhy: ({ reason, detail, appData }) => {
        this.#outbox.release();
        this.#outbox.tell('roomClosed', { reason, detail, appData: toAppDataObject(appData) });
      },
      onEntered: (peer) => {
        new PeerNotifier({ peer, outbox: this.#outbox, settings, spoken, logger });
        return { peer, outbox: this.#outbox, settings, spoken, receiving: undefined };
      },
    });
  }

  async #handleRequest(method: string, data: unknown): Promise<unknown> {
    try {
      const name = canonicalMethod(method);
      if (!isClientMethod(name) || !this.#isSpoken(name, 'request')) throw refused(refusals.unknownMethod(method));
      const read = readOrRefuse(name, data);
      if (name === 'createWebRtcTransport') {
        this.#spoken.learn(data);
        this.#sayVersion();
      }
      return await this.#act(name, read);
    } catch (error) {
      throw this.#settings.demoFaithful ? asStockServer(error) : error;
    }
  }

  #handleNotification(method: string, data: unknown): Promise<unknown> {
    const name = canonicalMethod(method);
    if (!isClientMethod(name) || !this.#isSpoken(name, 'notification')) {
      if (this.#settings.demoFaithful) throw new SilentRefusal(`unknown notification ${method}`);
      throw refused(refusals.unknownMethod(method));
    }
    return this.#act(name, readOrRefuse(name, data)).catch((error: unknown) => {
      this.#logger.debug({ method, err: error }, 'notification without effect');
      throw error;
    });
  }

  /** Some messages are requests in one variant and notifications in the other: ours takes both, the stock server its own. */
  #isSpoken(method: ClientMethod, kind: 'request' | 'notification'): boolean {
    const { demoFaithful, seedNames } = this.#settings;
    const { variant } = this.#spoken;
    const entry: MethodEntry = clientToServer[method];
    if (!demoFaithful) return kind === 'request' || entry.kind === 'either';
    if (method === 'leaveRoom' && !seedNames) return false;
    return entry.additive !== true && entry.variants.includes(variant) && wireKind(method, variant) === kind;
  }

  /** In the order in which they came, each after the one before has its answer; the stock server keeps no order. */
  #act<Method extends ClientMethod>(method: Method, data: ClientData<Method>): Promise<unknown> {
    const perform = () => this.#perform(method, data);
    return this.#admission.answer(() => {
      if (this.#settings.demoFaithful) return perform();
      return waitsForOthers.has(method) ? this.#queue.run(() => undefined).then(perform) : this.#queue.run(perform);
    });
  }

  async #perform<Method extends ClientMethod>(method: Method, data: ClientData<Method>): Promise<unknown> {
    const isJoin = method === 'join';
    try {
      const context = await this.#admission.entered;
      if (context.peer.state === 'entering' && !beforeJoin.has(method)) throw refused(refusals.notJoined());
      const response: Written<ResponseData<Method>> = isJoin
        ? ((await this.#join(context, data as ClientData<'join'>)) as Written<ResponseData<Method>>)
        : await requestHandlers[method](context, data);
      return writeResponse(method, response, this.#spoken.wording);
    } catch (error) {
      throw toRefusal(error, method);
    } finally {
      // The entry writes the answer in the turn that begins with our return.
      if (isJoin) setImmediate(() => this.#outbox.release());
    }
  }

  /** Once, under the name that the client knows it by. */
  #sayVersion(): void {
    if (this.#isVersionSaid) return;
    this.#isVersionSaid = true;
    const data = { version: this.#engineVersion };
    this.#outbox.tell('mediasoupVersion', data);
    // A client that has no transports may be of either generation, and each passes over the other's name.
    if (this.#spoken.wording === 'both') this.#outbox.tellRaw('mediasoupVersion', data);
  }

  async #join(entered: RequestContext, data: ClientData<'join'>): Promise<Written<JoinResponse>> {
    const { extensions, resumeToken } = data;
    let context = entered;
    let response: Written<JoinResponse>;
    if (resumeToken !== undefined && !this.#settings.demoFaithful && entered.peer.state === 'entering') {
      const kept = await this.#admission.resume(resumeToken);
      if (kept === undefined) throw refused(refusals.nothingToResume());
      context = kept;
      this.#outbox = kept.outbox;
      this.#spoken = kept.spoken;
      response = resume(kept, this.#connection, data);
    } else {
      this.#outbox.hold();
      response = await requestHandlers.join(entered, data);
    }
    this.#admission.handleJoined();
    this.#sayVersion();
    const isComingBack = extensions?.includes('resumeToken') === true;
    return { ...response, resumeToken: isComingBack ? this.#admission.issueToken(context) : undefined };
  }
}

function readOrRefuse<Method extends ClientMethod>(method: Method, data: unknown): ClientData<Method> {
  const read = readClientMessage(method, data);
  if (!read.ok) throw refused(refusals.badRequest(read.issue));
  return read.value;
}
