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
import type { SessionOptions } from '../adapting.ts';
import { ConnectionLifecycle } from '../ConnectionLifecycle.ts';
import { refused, SilentRefusal } from '../Connection.ts';
import type { Connection, RequestResult } from '../Connection.ts';
import { wantsTcp, wantsWelcome } from '../wantsWelcome.ts';
import type { ReconnectStore } from '../ReconnectStore.ts';
import { ClientVariant } from './ClientVariant.ts';
import { Notifier } from './Notifier.ts';
import type { MediasoupV3Settings } from './options.ts';
import { PeerNotifier } from './PeerNotifier.ts';
import { asStockServer, toRefusal } from './refusal.ts';
import { beforeJoin, concurrentMethods, requestHandlers } from './requests.ts';
import type { RequestContext } from './requests.ts';
import { resume } from './resuming.ts';
import { toAppDataObject } from './toWire.ts';
import { TransportsAhead } from './TransportsAhead.ts';

/** Name of the dialect; also the path to which clients connect. */
export const DIALECT = 'mediasoup-v3';

/** Parts of a {@link MediasoupV3Session}. */
export interface MediasoupV3SessionOptions extends SessionOptions<MediasoupV3Settings> {
  readonly reconnectStore: ReconnectStore<RequestContext>;
}

/** Connection of the dialect: its requests, its join, and its end. */
export class MediasoupV3Session {
  readonly #connection: Connection;
  readonly #settings: MediasoupV3Settings;
  readonly #registry: SessionOptions<MediasoupV3Settings>['registry'];
  /** Notifier of the peer; after a resume, that of the resumed peer. */
  #notifier: Notifier;
  /** Variant of the same client. */
  #clientVariant: ClientVariant;
  #isVersionSent = false;
  readonly #lifecycle: ConnectionLifecycle<RequestContext>;

  constructor(options: MediasoupV3SessionOptions) {
    const { connection, registry, settings, logger } = options;
    this.#connection = connection;
    this.#settings = settings;
    this.#registry = registry;
    const clientVariant = new ClientVariant(settings.variant);
    this.#clientVariant = clientVariant;
    this.#notifier = new Notifier(connection, settings, clientVariant);
    if (clientVariant.wording !== 'both') this.#notifyVersion();
    this.#lifecycle = new ConnectionLifecycle<RequestContext>({
      ...options,
      dialect: DIALECT,
      peerParam: 'peerId',
      // The stock server does not wait for the join of the new peer.
      isReplacingAtOnce: settings.demoFaithful,
      handlers: {
        onRequest: (method, data) => this.#handleRequest(method, data),
        onNotification: (method, data) => this.#handleNotification(method, data),
      },
      notifyEnding: ({ reason, detail, appData }) => {
        this.#notifier.releaseAll();
        this.#notifier.notify('roomClosed', { reason, detail, appData: toAppDataObject(appData) });
      },
      onEntered: (peer) => {
        const notifier = this.#notifier;
        new PeerNotifier({ peer, notifier, settings, clientVariant, logger });
        const ahead =
          wantsWelcome(connection) && !settings.demoFaithful
            ? new TransportsAhead({ peer, notifier, settings, logger, forceTcp: wantsTcp(connection) })
            : undefined;
        const hold = () => {
          if (registry.prepared.add(peer)) this.#lifecycle.extendJoinDeadline(settings.prepareTimeoutMs);
        };
        return { peer, notifier, settings, clientVariant, receiving: undefined, ahead, hold };
      },
    });
  }

  async #handleRequest(method: string, data: unknown): Promise<RequestResult> {
    const result = await this.#readAndHandle(method, data).catch((error: unknown): RequestResult => ({ error }));
    const { error } = result;
    return error !== undefined && this.#settings.demoFaithful ? { ...result, error: asStockServer(error) } : result;
  }

  async #readAndHandle(method: string, data: unknown): Promise<RequestResult> {
    const name = canonicalMethod(method);
    if (!isClientMethod(name) || !this.#isSupported(name, 'request')) throw refused(refusals.unknownMethod(method));
    const value = readOrRefuse(name, data);
    if (name === 'createWebRtcTransport') {
      this.#clientVariant.learn(data);
      this.#notifyVersion();
    }
    return this.#handle(name, value);
  }

  #handleNotification(method: string, data: unknown): Promise<RequestResult> {
    const name = canonicalMethod(method);
    if (!isClientMethod(name) || !this.#isSupported(name, 'notification')) {
      if (this.#settings.demoFaithful) throw new SilentRefusal(`unknown notification ${method}`);
      throw refused(refusals.unknownMethod(method));
    }
    return this.#handle(name, readOrRefuse(name, data));
  }

  /** Some messages are requests in one variant and notifications in the other. The stock server supports only its own. */
  #isSupported(method: ClientMethod, kind: 'request' | 'notification'): boolean {
    const { demoFaithful, seedNames } = this.#settings;
    const { variant } = this.#clientVariant;
    const entry: MethodEntry = clientToServer[method];
    if (!demoFaithful) return kind === 'request' || entry.kind === 'either';
    if (method === 'leaveRoom' && !seedNames) return false;
    return entry.additive !== true && entry.variants.includes(variant) && wireKind(method, variant) === kind;
  }

  /** Handles messages one after the other, in the order of arrival. The stock server keeps no order. */
  #handle<Method extends ClientMethod>(method: Method, data: ClientData<Method>): Promise<RequestResult> {
    const perform = () => this.#perform(method, data);
    const { queue } = this.#lifecycle;
    return this.#lifecycle.serve(() => {
      if (this.#settings.demoFaithful) return perform();
      return concurrentMethods.has(method) ? queue.run(() => undefined).then(perform) : queue.run(perform);
    });
  }

  async #perform<Method extends ClientMethod>(method: Method, data: ClientData<Method>): Promise<RequestResult> {
    try {
      const context = await this.#lifecycle.entered;
      if (context.peer.state === 'entering' && !beforeJoin.has(method)) throw refused(refusals.notJoined());
      if (method === 'join') return await this.#join(context, data as ClientData<'join'>);
      const response: Written<ResponseData<Method>> = await requestHandlers[method](context, data);
      return { data: writeResponse(method, response, this.#clientVariant.wording) };
    } catch (error) {
      return { error: toRefusal(error, method) };
    }
  }

  /** Sends the version once, under the name that the client knows. */
  #notifyVersion(): void {
    if (this.#isVersionSent) return;
    this.#isVersionSent = true;
    const data = { version: this.#registry.engineVersion };
    this.#notifier.notify('mediasoupVersion', data);
    // A client without transports may belong to either generation, and each ignores the other's name.
    if (this.#clientVariant.wording === 'both') this.#notifier.notifyRaw('mediasoupVersion', data);
  }

  /** Joins, or resumes an earlier peer. Notifications follow the response. */
  async #join(entered: RequestContext, data: ClientData<'join'>): Promise<RequestResult> {
    const { extensions, resumeToken } = data;
    let afterSent = this.#notifier.hold();
    try {
      let context = entered;
      let response: Written<JoinResponse>;
      if (resumeToken !== undefined && !this.#settings.demoFaithful && entered.peer.state === 'entering') {
        context = await this.#resume(resumeToken);
        const resumed = resume(context, this.#connection, data);
        afterSent = resumed.afterSent;
        response = resumed.response;
      } else response = await requestHandlers.join(entered, data);
      this.#registry.prepared.remove(entered.peer);
      this.#lifecycle.handleJoined();
      this.#notifyVersion();
      const token = extensions?.includes('resumeToken') === true ? this.#lifecycle.issueToken(context) : undefined;
      const written = writeResponse('join', { ...response, resumeToken: token }, this.#clientVariant.wording);
      return { data: written, afterSent };
    } catch (error) {
      return { error: toRefusal(error, 'join'), afterSent };
    }
  }

  async #resume(token: string): Promise<RequestContext> {
    const context = await this.#lifecycle.resume(token);
    if (context === undefined) throw refused(refusals.nothingToResume());
    this.#notifier = context.notifier;
    this.#clientVariant = context.clientVariant;
    return context;
  }
}

function readOrRefuse<Method extends ClientMethod>(method: Method, data: unknown): ClientData<Method> {
  const read = readClientMessage(method, data);
  if (!read.ok) throw refused(refusals.badRequest(read.issue));
  return read.value;
}
