import {
  EXTENSIONS,
  isOutOfBandClientMethod,
  readOutOfBandClientMessage,
  readEnvelope,
  refusals,
} from '@tureen/protocol/mediasoup-v2-shared';
import type { OutOfBandClientMethod, OpenedEnvelope } from '@tureen/protocol/mediasoup-v2-shared';
import type { ParseResult } from '@tureen/protocol/common';
import type { Logger } from 'pino';
import type { Peer } from '../../rooms/Peer.ts';
import { RoomError } from '../../rooms/RoomError.ts';
import type { SessionOptions } from '../adapting.ts';
import { ConnectionLifecycle } from '../ConnectionLifecycle.ts';
import { ConnectionClosedError, refused } from '../Connection.ts';
import type { Connection, RequestResult } from '../Connection.ts';
import { wantsWelcome } from '../wantsWelcome.ts';
import type { ReconnectStore } from '../ReconnectStore.ts';
import { Notifier } from './Notifier.ts';
import type { V2Settings } from './options.ts';
import { outOfBandHandlers } from './outOfBand.ts';
import { PeerNotifier } from './PeerNotifier.ts';
import { toRefusal } from './refusal.ts';
import { beforeJoin, checkPeerName, requestHandlers, toRoomInfo } from './requests.ts';
import type { RequestContext } from './requests.ts';
import { resume } from './resuming.ts';
import { RoomIds } from './RoomIds.ts';
import { StatsTimers } from './StatsTimers.ts';
import type { V2ClientData, V2ClientMessage, V2ClientMethod, V2Dialect } from './V2Dialect.ts';
import { V2PeerConsumers } from './V2PeerConsumers.ts';

/** Requests with an empty response. Clients may also send them as notifications. */
const emptyResponses: ReadonlySet<V2ClientMethod> = new Set<V2ClientMethod>([
  'pauseProducer',
  'resumeProducer',
  'pauseConsumer',
  'resumeConsumer',
  'closeConsumer',
  'textMessage',
]);

/** Parts of a {@link V2Session}. */
export interface V2SessionOptions extends SessionOptions<V2Settings> {
  readonly dialect: V2Dialect;
  readonly reconnectStore: ReconnectStore<RequestContext>;
}

/** Connection of a mediasoup 2 dialect: its requests, its join, and its end. */
export class V2Session {
  readonly #dialect: V2Dialect;
  readonly #connection: Connection;
  readonly #canResume: boolean;
  readonly #logger: Logger;
  /** Notifier of the peer; after a resume, that of the resumed peer. */
  #notifier: Notifier;
  readonly #lifecycle: ConnectionLifecycle<RequestContext>;
  readonly #stats: StatsTimers;

  constructor(options: V2SessionOptions) {
    const { dialect, connection, clock, logger } = options;
    this.#dialect = dialect;
    this.#connection = connection;
    this.#canResume = options.reconnectStore.isEnabled;
    this.#logger = logger;
    this.#notifier = new Notifier(connection, dialect);
    this.#stats = new StatsTimers(clock, (error) => {
      logger.debug({ err: error }, 'cannot send statistics');
    });
    this.#lifecycle = new ConnectionLifecycle<RequestContext>({
      ...options,
      dialect: dialect.name,
      peerParam: 'peerName',
      handlers: {
        onRequest: (method, data) => this.#handleRequest(method, data),
        onNotification: (method, data) => this.#handleNotification(method, data),
      },
      notifyEnding: ({ reason, detail, appData }) => {
        this.#notifier.releaseAll();
        this.#notifier.notify('closed', { appData, ...this.#notifier.additive({ reason, detail }) });
      },
      onEntered: (peer) => this.#createContext(peer),
    });
  }

  #createContext(peer: Peer): RequestContext {
    if (peer.state === 'closed') throw new ConnectionClosedError('the room closed during the join');
    peer.on('closed', () => {
      this.#stats.stopAll();
    });
    const extensions = EXTENSIONS.filter((name) => this.#canResume || name !== 'resumeToken');
    const shared = {
      peer,
      extensions,
      ids: RoomIds.of(peer.room),
      dialect: this.#dialect,
      notifier: this.#notifier,
      logger: this.#logger,
    };
    const consumers = new V2PeerConsumers(shared);
    new PeerNotifier({ ...shared, consumers });
    if (wantsWelcome(this.#connection)) this.#notifier.notifyWelcome(toRoomInfo(peer));
    return { ...shared, consumers, stats: this.#stats };
  }

  async #handleRequest(method: string, data: unknown): Promise<RequestResult> {
    if (isOutOfBandClientMethod(method))
      return this.#handleOutOfBand(method, readOrRefuse(readOutOfBandClientMessage(method, data)));
    const opened = readOrRefuse(readEnvelope(method, data));
    const isNotification = method === 'mediasoup-notification';
    const message = this.#readMessage(opened, isNotification ? 'notification' : 'request');
    this.#learnEnvelope(opened, isNotification);
    const result = await this.#handle(message, readOrRefuse(message.data));
    if (!isNotification) return result;
    // The client expects only the confirmation that its notification arrived.
    const { error, afterSent } = result;
    if (error !== undefined) this.#logger.debug({ method: opened.method, err: error }, 'notification had no effect');
    return { data: undefined, afterSent };
  }

  #handleNotification(method: string, data: unknown): Promise<RequestResult> {
    if (isOutOfBandClientMethod(method))
      return this.#handleOutOfBand(method, readOrRefuse(readOutOfBandClientMessage(method, data)));
    const opened = readOrRefuse(readEnvelope(method, data));
    const message = this.#readMessage(opened, 'notification');
    this.#learnEnvelope(opened, false);
    return this.#handle(message, readOrRefuse(message.data));
  }

  /** The server uses the envelope of the client. Messages out of band do not count: they come from an app. */
  #learnEnvelope({ isEnveloped }: OpenedEnvelope, isNotificationAsRequest: boolean): void {
    if (!isEnveloped) this.#notifier.envelope = 'bare';
    else if (isNotificationAsRequest) this.#notifier.envelope = 'request';
    else if (this.#notifier.envelope === 'bare') this.#notifier.envelope = 'notification';
  }

  #readMessage({ method, payload }: OpenedEnvelope, kind: V2ClientMessage['kind']): V2ClientMessage {
    const message = this.#dialect.readMessage(method, payload);
    if (message === undefined) throw refused(refusals.unknownMethod(method));
    // A notification may arrive as a request, with an empty response. A request with response data must be a request.
    const isExpected = kind === 'request' || message.kind === 'notification' || emptyResponses.has(message.method);
    if (!isExpected) throw refused(refusals.unknownMethod(method));
    return message;
  }

  /** Handles messages one after the other, in the order of arrival. */
  #run(work: () => Promise<RequestResult>): Promise<RequestResult> {
    return this.#lifecycle.serve(() => this.#lifecycle.queue.run(work));
  }

  #handle(message: V2ClientMessage, data: unknown): Promise<RequestResult> {
    return this.#run(async () => {
      const { method } = message;
      try {
        const context = await this.#lifecycle.entered;
        if (context.peer.state === 'closed') throw new RoomError('closed');
        if (context.peer.state === 'entering' && !beforeJoin.has(method)) throw refused(refusals.notJoined());
        if (method === 'join') return await this.#join(context, message, data as V2ClientData['join']);
        // The dialect has read the data with the schema of that method.
        const handle = requestHandlers[method] as (context: RequestContext, data: unknown) => unknown;
        return { data: message.writeResponse(await handle(context, data)) };
      } catch (error) {
        return { error: this.#toRefusal(error, method) };
      }
    });
  }

  /** Joins, or resumes an earlier peer. Notifications follow the response. */
  async #join(entered: RequestContext, message: V2ClientMessage, data: V2ClientData['join']): Promise<RequestResult> {
    const { extensions, resumeToken } = data;
    let afterSent = this.#notifier.hold();
    try {
      let context = entered;
      let response: object;
      checkPeerName(entered, data);
      if (resumeToken !== undefined && entered.peer.state === 'entering') {
        context = await this.#resume(resumeToken);
        const resumed = resume(context, this.#connection, data);
        afterSent = resumed.afterSent;
        response = resumed.response;
      } else response = (await requestHandlers.join(entered, data)) as object;
      this.#lifecycle.handleJoined();
      const token = extensions?.includes('resumeToken') === true ? this.#lifecycle.issueToken(context) : undefined;
      return { data: message.writeResponse({ ...response, resumeToken: token }), afterSent };
    } catch (error) {
      return { error: this.#toRefusal(error, 'join'), afterSent };
    }
  }

  async #resume(token: string): Promise<RequestContext> {
    const context = await this.#lifecycle.resume(token);
    if (context === undefined) throw refused(refusals.nothingToResume());
    context.notifier.envelope = this.#notifier.envelope;
    this.#notifier = context.notifier;
    return context;
  }

  #handleOutOfBand(method: OutOfBandClientMethod, data: unknown): Promise<RequestResult> {
    return this.#run(async () => {
      try {
        const context = await this.#lifecycle.entered;
        if (context.peer.state !== 'joined') throw refused(refusals.notJoined());
        const handle = outOfBandHandlers[method] as (context: RequestContext, data: unknown) => unknown;
        await handle(context, data);
        return { data: undefined };
      } catch (error) {
        return { error: this.#toRefusal(error, method) };
      }
    });
  }

  #toRefusal(error: unknown, method: V2ClientMethod | OutOfBandClientMethod): unknown {
    return toRefusal(error, method, this.#lifecycle.peer?.id ?? '');
  }
}

function readOrRefuse<Value>(read: ParseResult<Value>): Value {
  if (!read.ok) throw refused(refusals.badRequest(read.issue));
  return read.value;
}
