import { MemoryTransport } from '@tureen/client/testing';
import type { ProtooFrame } from '@tureen/protocol/common';
import { deferred } from '@tureen/kernel';
import { flushMicrotasks } from '../flushMicrotasks.ts';
import { FakeWorker } from './FakeWorker.ts';
import {
  GenuineServerRoom,
  generateRoomRtpCapabilities,
  type Payload,
  type ServerPeer,
  type ServerRoom,
} from './packages.ts';

/** Until its third version protoo had no notifications: they travelled as requests, answered by nothing. */
export type Carrier = 'protoo 2' | 'protoo 3';

export interface GenuineServerOptions {
  readonly carrier?: Carrier;
  /** Whether the app takes a peer's messages one after the other. Most did not, and refused what overtook a join. */
  readonly inOrder?: boolean;
  /** Default: a room on the server's own {@link FakeWorker}. */
  readonly room?: ServerRoom;
}

/** The server's end of one connection, whatever carries it. */
export interface GenuineConnection {
  readonly params: Readonly<Record<string, string>>;
  onFrame: (packet: ProtooFrame) => void;
  onClosed: () => void;
  send(packet: ProtooFrame): void;
}

/** One frame, as it passed the server's door. */
export interface Frame {
  readonly from: 'client' | 'server';
  readonly kind: ProtooFrame['kind'];
  /** Of an answer: that of its request. */
  readonly method: string;
  /** The payload of the protocol, out of its envelope; of a refusal `{ refused: <reason> }`. */
  readonly payload: unknown;
}

/** Codecs of a room, where an app names none of its own. */
const defaultCodecs = [
  {
    kind: 'audio',
    name: 'opus',
    mimeType: 'audio/opus',
    clockRate: 48000,
    channels: 2,
    parameters: { useinbandfec: 1 },
  },
  { kind: 'video', name: 'VP8', mimeType: 'video/VP8', clockRate: 90000 },
];

/**
 * One room of the genuine mediasoup 2.6.19, and the little app around it that every deployment had: protoo requests
 * `mediasoup-request` go to the room or to the peer, notifications `mediasoup-notification` to the peer and back.
 */
export class GenuineServer {
  readonly carrier: Carrier;
  readonly #inOrder: boolean;
  /** Keeps the books of the room, unless the room is given. */
  readonly worker = new FakeWorker();
  readonly room: ServerRoom;
  readonly transport: MemoryTransport;
  /** All frames, of everybody, in their order. */
  readonly log: (Frame & { readonly peerName: string })[] = [];
  readonly #frames = new Map<string, Frame[]>();
  /** Requests of clients that the server has not answered yet. */
  #pending = 0;
  /** Resolves when the last pending request is answered. */
  #answered = deferred<void>();

  constructor({ carrier = 'protoo 3', inOrder = false, room }: GenuineServerOptions = {}) {
    this.carrier = carrier;
    this.#inOrder = inOrder;
    this.room = room ?? fakeRoom(this.worker);
    this.transport = new MemoryTransport({
      onConnection: (connection) => {
        this.serve(connection);
      },
    });
  }

  /** All that passed between the server and whoever has that name. */
  framesOf(peerName: string): Frame[] {
    const frames = this.#frames.get(peerName) ?? [];
    this.#frames.set(peerName, frames);
    return frames;
  }

  /**
   * Resolves once all messages that follow from the last action have passed: every request is answered, and no frame passes while
   * the promises run that the last one resolved. No program waits for time.
   */
  async exchangesDone(): Promise<void> {
    let passed;
    do {
      passed = this.log.length;
      if (this.#pending > 0) await this.#answered.promise;
      await flushMicrotasks();
    } while (this.#pending > 0 || this.log.length > passed);
  }

  peer(peerName: string): ServerPeer {
    const peer = this.room.getPeerByName(peerName);
    if (peer === undefined) throw new Error(`${peerName} is not in the room`);
    return peer;
  }

  /** Serves one client until its connection closes. */
  serve(connection: GenuineConnection): void {
    const { peerName = '' } = connection.params;
    const frames = this.framesOf(peerName);
    let peer: ServerPeer | undefined;
    const record = (frame: Frame) => {
      // As it is now: what the server objects give away they go on writing to.
      const copy = JSON.parse(JSON.stringify(frame)) as Frame;
      frames.push(copy);
      this.log.push({ peerName, ...copy });
    };
    const answer = (id: number, method: string, answering: Promise<unknown>) => {
      this.#pending += 1;
      return answering
        .then(
          (payload) => {
            record({ from: 'server', kind: 'response', method, payload });
            connection.send({ kind: 'response', id, ok: true, data: payload });
          },
          (error: unknown) => {
            const errorReason = String(error);
            record({ from: 'server', kind: 'response', method, payload: { refused: errorReason } });
            connection.send({ kind: 'response', id, ok: false, errorCode: 500, errorReason });
          },
        )
        .finally(() => {
          this.#pending -= 1;
          if (this.#pending > 0) return;
          this.#answered.resolve();
          this.#answered = deferred<void>();
        });
    };
    let lastId = 0;
    const notify = (payload: Payload) => {
      const kind = this.carrier === 'protoo 2' ? 'request' : 'notification';
      record({ from: 'server', kind, method: payload.method, payload });
      connection.send({ kind, id: ++lastId, method: 'mediasoup-notification', data: payload });
    };
    const handle = ({ kind, method: carrier, data, id }: Incoming, payload: Payload): Promise<void> | void => {
      const { method } = payload;
      if (carrier === 'mediasoup-notification') void peer?.receiveNotification(payload);
      if (kind === 'notification') return undefined;
      if (carrier === 'mediasoup-notification') return answer(id, method, Promise.resolve({}));
      if (method === 'request-consumer-keyframe') {
        peer?.getConsumerById((data as { consumerId: number }).consumerId)?.requestKeyFrame();
        return answer(id, method, Promise.resolve({}));
      }
      if (method === 'queryRoom') return answer(id, method, this.room.receiveRequest(payload));
      if (method !== 'join')
        return answer(id, method, peer?.receiveRequest(payload) ?? Promise.reject(new Error('no mediasoup Peer')));
      const joining = this.room.receiveRequest(payload).then((joined) => {
        peer = this.peer(peerName);
        peer.on('notify', notify);
        return joined;
      });
      return answer(id, method, joining);
    };
    let turn: Promise<unknown> = Promise.resolve();
    connection.onFrame = (packet) => {
      if (packet.kind === 'response') {
        record({ from: 'client', kind: 'response', method: 'mediasoup-notification', payload: packet.ok });
        return;
      }
      const incoming = { id: 0, ...packet };
      const payload = isEnvelope(packet.method)
        ? (packet.data as Payload)
        : { ...(packet.data as object), method: packet.method };
      record({ from: 'client', kind: packet.kind, method: payload.method, payload });
      if (this.#inOrder) turn = turn.then(() => handle(incoming, payload));
      else void handle(incoming, payload);
    };
    connection.onClosed = () => {
      peer?.close();
    };
  }
}

/** A room of the genuine objects on a worker that only keeps books: no packet ever flows. */
export function fakeRoom(worker: FakeWorker, mediaCodecs: readonly object[] = defaultCodecs): ServerRoom {
  const rtpCapabilities = generateRoomRtpCapabilities(mediaCodecs);
  return new GenuineServerRoom({ routerId: 1 }, { rtpCapabilities }, worker);
}

/** A request, or a notification, which has no id. */
type Incoming = Exclude<ProtooFrame, { kind: 'response' }> & { readonly id: number };

const isEnvelope = (method: string) => method === 'mediasoup-request' || method === 'mediasoup-notification';
