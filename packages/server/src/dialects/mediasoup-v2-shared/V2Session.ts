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
import type { Room } from '../../rooms/Room.ts';
import { RoomError } from '../../rooms/RoomError.ts';
import { SerialQueue } from '../../shared/SerialQueue.ts';
import type { SessionOptions } from '../adapting.ts';
import { ConnectionLifecycle } from '../ConnectionLifecycle.ts';
import { ConnectionClosedError, refused } from '../Connection.ts';
import type { Connection } from '../Connection.ts';
import type { ReconnectStore } from '../ReconnectStore.ts';
import { Announcer } from './Announcer.ts';
import { handlersBeside } from './beside.ts';
import type { ClientWord, ClientWords, V2Dialect, Said } from './V2Dialect.ts';
import type { V2Settings } from './options.ts';
import { Notifier } from '../mediasoup-v2-shared/Notifier.ts';
import { V2PeerConsumers } from './V2PeerConsumers.ts';
import { toRefusal } from './refusal.ts';
import { beforeJoin, checkPeerName, handlers } from './requests.ts';
import type { RequestContext } from './requests.ts';
import { resume } from './resuming.ts';
import { RoomIds } from './RoomIds.ts';
import { StatsTimers } from './StatsTimers.ts';

/** Answered with nothing: may as well be told as asked. */
const answeredWithNothing: ReadonlySet<ClientWord> = new Set<ClientWord>([
  'pauseProducer',
  'resumeProducer',
  'pauseConsumer',
  'resumeConsumer',
  'closeConsumer',
  'textMessage',
]);

/** What a {@link V2Session} is made of. */
export interface V2SessionOptions extends SessionOptions<V2Settings> {
  readonly dialect: V2Dialect;
  readonly keeper: ReconnectStore<RequestContext>;
}

/** One connection in a dialect of the family, from the moment it is there: its place in a room, and its end. */
export class V2Session {
  readonly #dialect: V2Dialect;
  readonly #connection: Connection;
  readonly #isKeeping: boolean;
  readonly #logger: Logger;
  /** The peer's: another one once an earlier peer was taken up. */
  #outbox: Notifier;
  readonly #admission: ConnectionLifecycle<RequestContext>;
  readonly #stats: StatsTimers;
  readonly #queue = new SerialQueue();

  constructor(options: V2SessionOptions) {
    const { dialect, connection, registry, clock, logger } = options;
    this.#dialect = dialect;
    this.#connection = connection;
    this.#isKeeping = options.keeper.isKeeping;
    this.#logger = logger;
    this.#outbox = new Notifier(connection, dialect);
    this.#stats = new StatsTimers(clock, (error) => {
      logger.debug({ err: error }, 'no statistics');
    });
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
      dialect: dialect.name,
      peerParam: 'peerName',
      sayWhy: ({ reason, detail, appData }) => {
        this.#outbox.release();
        this.#outbox.tell('closed', { appData, ...this.#outbox.additive({ reason, detail }) });
      },
      onEntered: (peer, roomId) => this.#settleIn(peer, registry.get(roomId)),
    });
  }

  #settleIn(peer: Peer, room: Room | undefined): RequestContext {
    if (room === undefined) {
      peer.close({ reason: 'disconnected' });
      throw new ConnectionClosedError('the room closed at once');
    }
    peer.on('closed', () => {
      this.#stats.stopAll();
    });
    const extensions = EXTENSIONS.filter((name) => this.#isKeeping || name !== 'resumeToken');
    const shared = {
      peer,
      extensions,
      ids: RoomIds.of(room),
      dialect: this.#dialect,
      outbox: this.#outbox,
      logger: this.#logger,
    };
    const reception = new V2PeerConsumers(shared);
    new Announcer({ ...shared, reception });
    return { ...shared, reception, stats: this.#stats };
  }

  async #handleRequest(method: string, data: unknown): Promise<unknown> {
    if (isOutOfBandClientMethod(method))
      return this.#actBeside(method, readOrRefuse(readOutOfBandClientMessage(method, data)));
    const opened = readOrRefuse(readEnvelope(method, data));
    const isToldByAsking = method === 'mediasoup-notification';
    const said = this.#hear(opened, isToldByAsking ? 'notification' : 'request');
    this.#noteEnvelope(opened, isToldByAsking);
    const value = readOrRefuse(said.data);
    if (!isToldByAsking) return this.#act(said, value);
    // Whoever asks so expects no answer but that it arrived.
    await this.#act(said, value).catch((error: unknown) => {
      this.#handleUselessNotification(opened.method, error);
    });
    return undefined;
  }

  #handleNotification(method: string, data: unknown): Promise<unknown> {
    const handleError = (error: unknown) => {
      this.#handleUselessNotification(method, error);
      throw error;
    };
    if (isOutOfBandClientMethod(method))
      return this.#actBeside(method, readOrRefuse(readOutOfBandClientMessage(method, data))).catch(handleError);
    const opened = readOrRefuse(readEnvelope(method, data));
    const said = this.#hear(opened, 'notification');
    this.#noteEnvelope(opened, false);
    return this.#act(said, readOrRefuse(said.data)).catch(handleError);
  }

  /** We speak as we are spoken to; words that are none of ours, an app's own, do not count. */
  #noteEnvelope({ isEnveloped }: OpenedEnvelope, isToldByAsking: boolean): void {
    if (!isEnveloped) this.#outbox.envelope = 'bare';
    else if (isToldByAsking) this.#outbox.envelope = 'request';
    else if (this.#outbox.envelope === 'bare') this.#outbox.envelope = 'notification';
  }

  #hear({ method, payload }: OpenedEnvelope, kind: Said['kind']): Said {
    const said = this.#dialect.hear(method, payload);
    if (said === undefined) throw refused(refusals.unknownMethod(method));
    // A notification may come as a request, which is then answered with nothing; a request must be one.
    const isAsItShouldBe = kind === 'request' || said.kind === 'notification' || answeredWithNothing.has(said.word);
    if (!isAsItShouldBe) throw refused(refusals.unknownMethod(method));
    return said;
  }

  /** In the order in which they came, each after the one before has its answer. */
  #run<T>(work: () => Promise<T>): Promise<T> {
    return this.#admission.answer(() => this.#queue.run(work));
  }

  #act(said: Said, data: unknown): Promise<unknown> {
    return this.#run(async () => {
      const { word } = said;
      const isJoin = word === 'join';
      try {
        const context = await this.#admission.entered;
        if (context.peer.state === 'closed') throw new RoomError('closed');
        if (context.peer.state === 'entering' && !beforeJoin.has(word)) throw refused(refusals.notJoined());
        // The dialect has read the data by the schema of that very word.
        const handle = handlers[word] as (context: RequestContext, data: unknown) => unknown;
        const result = isJoin ? await this.#join(context, data as ClientWords['join']) : await handle(context, data);
        return said.answer(result);
      } catch (error) {
        throw toRefusal(error, word, this.#admission.peer?.id ?? '');
      } finally {
        // The entry writes the answer in the turn that begins with our return.
        if (isJoin) setImmediate(() => this.#outbox.release());
      }
    });
  }

  async #join(entered: RequestContext, data: ClientWords['join']): Promise<object> {
    const { extensions, resumeToken } = data;
    let context = entered;
    let welcome: object;
    checkPeerName(entered, data);
    if (resumeToken !== undefined && entered.peer.state === 'entering') {
      const kept = await this.#admission.resume(resumeToken);
      if (kept === undefined) throw refused(refusals.nothingToResume());
      context = kept;
      kept.outbox.envelope = this.#outbox.envelope;
      this.#outbox = kept.outbox;
      welcome = resume(kept, this.#connection, data);
    } else welcome = (await handlers.join(entered, data)) as object;
    this.#admission.handleJoined();
    const isComingBack = extensions?.includes('resumeToken') === true;
    return { ...welcome, resumeToken: isComingBack ? this.#admission.issueToken(context) : undefined };
  }

  #actBeside(method: OutOfBandClientMethod, data: unknown): Promise<unknown> {
    return this.#run(async () => {
      const context = await this.#admission.entered;
      if (context.peer.state !== 'joined') throw refused(refusals.notJoined());
      const handle = handlersBeside[method] as (context: RequestContext, data: unknown) => unknown;
      try {
        await handle(context, data);
      } catch (error) {
        throw toRefusal(error, method, context.peer.id);
      }
    });
  }

  #handleUselessNotification(method: string, error: unknown): void {
    this.#logger.debug({ method, err: error }, 'notification without effect');
  }
}

function readOrRefuse<Value>(read: ParseResult<Value>): Value {
  if (!read.ok) throw refused(refusals.badRequest(read.issue));
  return read.value;
}
