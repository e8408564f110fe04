import { flushMicrotasks } from '@tureen/testkit/flushMicrotasks';
import type { ManualClock } from '@tureen/kernel';
import { toV2Capabilities } from '@tureen/protocol/mediasoup-v2-shared';
import type { DialectAdapter } from '../../../packages/server/src/dialects/Connection.ts';
import type { MediaBackend } from '../../../packages/server/src/engine/MediaBackend.ts';
import type { RoomRegistry } from '../../../packages/server/src/rooms/RoomRegistry.ts';
import { capturedLogs } from '../../../packages/server/src/testing/capturedLogs.ts';
import { openV2Rooms } from '../../../packages/server/src/testing/openV2Rooms.ts';
import { openPushPullRooms } from '../../../packages/server/src/testing/openPushPullRooms.ts';
import { RoomMember } from '../../../packages/server/src/testing/RoomMember.ts';
import { audioParameters } from '../../../packages/server/src/testing/rtp.ts';
import { isV2, type DialectName, type Message } from '../dialects.ts';
import { samplesOf } from '../samples.ts';
import { openings, withOffers } from '../server.ts';
import { cpuMs } from './cpuMs.ts';
import { WeighedClient } from './WeighedClient.ts';

/** Cost of one message. */
export interface Weight {
  readonly bytes: number;
  /** CPU time of the main thread in ms, including all work that the message caused. */
  readonly cpuMs: number;
  /** Number of producers, consumers and transports that the message created. */
  readonly entities: number;
  readonly isRefused: boolean;
}

/** Default log level, so that the cost of log lines is realistic. */
const logLevel = 'info';

/** Measures single messages to a server with a real worker, each over a separate connection. */
export class Scale implements Disposable {
  readonly samples: readonly Message[];
  readonly #dialect: DialectName;
  readonly #adapter: DialectAdapter;
  readonly #registry: RoomRegistry;
  readonly #clock: ManualClock;
  readonly #logs = capturedLogs();
  readonly #close: () => void;
  #lastId = 0;

  constructor(backend: MediaBackend, dialect: DialectName) {
    this.#dialect = dialect;
    this.#logs.logger.level = logLevel;
    const rooms = dialect === 'push-pull' ? openPushPullRooms(backend) : openV2Rooms(backend);
    rooms.logs.logger.level = logLevel;
    if ('adapter' in rooms) this.#adapter = rooms.adapter;
    else this.#adapter = isV2(dialect) ? rooms.adapters[dialect] : rooms.v3;
    this.#registry = rooms.registry;
    this.#clock = rooms.clock;
    this.#close = () => {
      rooms[Symbol.dispose]();
    };
    this.samples = withOffers(dialect, samplesOf(dialect, 'server')).messages.flatMap(withoutResuming);
  }

  /** Fills a room with producers, whose peers receive nothing. */
  async fill(roomId: string, producers: number): Promise<void> {
    const perPeer = 30;
    for (let made = 0; made < producers; made += perPeer) {
      const member = await RoomMember.enter(this.#registry, `sender${String(made)}`, { roomId, receives: null });
      for (let n = 0; n < Math.min(perPeer, producers - made); n += 1)
        await member.peer.sending.produce(member.send, { kind: 'audio', rtpParameters: audioParameters() });
    }
  }

  /** Returns the data of a join that consumes every producer in the room. */
  withRouterCapabilities(right: unknown): unknown {
    const fields = Object(right) as Record<string, unknown>;
    const [room] = this.#registry.list();
    const capabilities = room === undefined ? undefined : this.#registry.get(room.id)?.rtpCapabilities;
    if (capabilities === undefined || !('rtpCapabilities' in fields)) return right;
    return { ...fields, rtpCapabilities: isV2(this.#dialect) ? toV2Capabilities(capabilities) : capabilities };
  }

  /** Sends the message and returns its cost. `json` creates the data from data that is valid on the connection. */
  async weigh({ method, kind, data }: Message, json: (right: unknown) => string, roomId = 'room'): Promise<Weight> {
    const id = `mallory${String((this.#lastId += 1))}`;
    const options = { id, roomId, adapter: this.#adapter, clock: this.#clock, logger: this.#logs.logger };
    const client = new WeighedClient(options);
    const ids: Record<string, unknown> = {
      roomId,
      userId: id,
      ...(this.#dialect === 'mediasoup-v2' ? { peerName: id } : {}),
    };
    await this.#open(client, nameOf({ method, data }), ids);
    const { text, id: requestId } = client.frame(kind, method, json(withIds(data, ids)));
    const before = this.#entitiesOf(roomId, id);
    globalThis.gc?.();

    const start = cpuMs();
    const answer = kind === 'request' ? client.answerTo(requestId) : undefined;
    client.say(text);
    const outcome = await answer;
    await flushMicrotasks();
    await this.#registry.get(roomId)?.peers.get(id)?.receiving.whenOffersMade();
    await flushMicrotasks();
    const end = cpuMs();

    const entities = Math.max(0, this.#entitiesOf(roomId, id) - before);
    client.close();
    await flushMicrotasks();
    this.#registry.get(roomId)?.peers.get(id)?.close({ reason: 'left' });
    this.#logs.lines.length = 0;
    const isRefused = answer !== undefined && outcome === undefined;
    return { bytes: Buffer.byteLength(text), cpuMs: end - start, entities, isRefused };
  }

  [Symbol.dispose](): void {
    this.#close();
  }

  /** Sends the first messages of a client, up to the measured message. */
  async #open(client: WeighedClient, name: string, ids: Record<string, unknown>): Promise<void> {
    for (const opening of openings[this.#dialect]) {
      if (opening === name && !(opening === 'createWebRtcTransport' && ids.transportId === undefined)) return;
      const sample = this.samples.find((candidate) => nameOf(candidate) === opening && !isResuming(candidate));
      if (sample === undefined) continue;
      const answer = await client.ask(sample.method, withIds(this.#directed(sample.data, ids), ids));
      const { id, producerId } = Object(answer?.data) as { readonly id?: unknown; readonly producerId?: unknown };
      if (opening === 'createWebRtcTransport') ids.transportId ??= id;
      if (opening === 'produce') ids.producerId = id ?? producerId;
    }
  }

  /** Makes the first of two transports send and the second receive. */
  #directed(data: unknown, { transportId }: Record<string, unknown>): unknown {
    const fields = Object(data) as Record<string, unknown>;
    if (!('producing' in fields)) return data;
    return { ...fields, producing: transportId === undefined, consuming: transportId !== undefined };
  }

  #entitiesOf(roomId: string, peerId: string): number {
    const peer = this.#registry.get(roomId)?.peers.get(peerId);
    if (peer === undefined) return 0;
    const { producers, dataProducers } = peer.sending;
    const { consumers, dataConsumers } = peer.receiving;
    return producers.size + dataProducers.size + consumers.size + dataConsumers.size;
  }
}

/** Returns the method of a message. In mediasoup 2, the envelope contains it. */
export function nameOf({ method, data }: Pick<Message, 'method' | 'data'>): string {
  const inner = (Object(data) as { readonly method?: unknown }).method;
  return method.startsWith('mediasoup-') && typeof inner === 'string' ? inner : method;
}

/** Separates a join with a resume token, which requires an earlier session, from the same join without a token. */
function withoutResuming(message: Message): Message[] {
  const { resumeToken, holds, ...rest } = Object(message.data) as Record<string, unknown>;
  const inner = Object(rest.data) as Record<string, unknown>;
  if (resumeToken !== undefined || holds !== undefined) return [{ ...message, data: rest }, message];
  if (inner.resumeToken === undefined && inner.holds === undefined) return [message];
  const { resumeToken: _token, holds: _holds, ...innerRest } = inner;
  return [{ ...message, data: { ...rest, data: innerRest } }, message];
}

/** Whether a message resumes a session. */
export function isResuming({ data }: Message): boolean {
  return JSON.stringify(data).includes('"holds":');
}

/** Returns a copy with the connection's IDs instead of the example's. */
function withIds(data: unknown, ids: Readonly<Record<string, unknown>>): unknown {
  if (Array.isArray(data)) return data.map((item) => withIds(item, ids));
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => {
      const own = ids[key];
      return [key, own !== undefined && typeof own === typeof value ? own : withIds(value, ids)];
    }),
  );
}
