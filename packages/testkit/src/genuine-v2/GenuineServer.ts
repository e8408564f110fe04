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

/** protoo before version 3 had no notifications. They were requests with an empty response. */
export type Carrier = 'protoo 2' | 'protoo 3';

export interface GenuineServerOptions {
  readonly carrier?: Carrier;
  /** Whether the app handles a peer's messages one after another. Most apps did not, and refused requests that overtook a join. */
  readonly inOrder?: boolean;
  /** Default: a room on the server's {@link FakeWorker}. */
  readonly room?: ServerRoom;
}

/** The server's end of a connection of any kind. */
export interface GenuineConnection {
  readonly params: Readonly<Record<string, string>>;
  onFrame: (packet: ProtooFrame) => void;
  onClosed: () => void;
  send(packet: ProtooFrame): void;
}

/** A frame as the server sent or received it. */
export interface Frame {
  readonly from: 'client' | 'server';
  readonly kind: ProtooFrame['kind'];
  /** Of a response: the method of its request. */
  readonly method: string;
  /** Payload of the protocol without its envelope. Of a refusal: `{ refused: <reason> }`. */
  readonly payload: unknown;
}

/** Default codecs of a room. */
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
 * A room of the genuine mediasoup 2.6.19 with a minimal app, as in every deployment. Requests `mediasoup-request` go to the room or the
 * peer. Notifications `mediasoup-notification` go to the peer and back.
 */
export class GenuineServer {
  readonly carrier: Carrier;
  readonly #inOrder: boolean;
  /** Worker of the room, unless a room is given. */
  readonly worker = new FakeWorker();
  readonly room: ServerRoom;
  readonly transport: MemoryTransport;
  /** Frames of all peers, in order. */
  readonly log: (Frame & { readonly peerName: string })[] = [];
  readonly #frames = new Map<string, Frame[]>();
  /** Number of client requests without a response. */
  #pending = 0;
  /** Resolves when the last pending request has its response. */
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

  /** Frames between the server and the peer of this name. */
  framesOf(peerName: string): Frame[] {
    const frames = this.#frames.get(peerName) ?? [];
    this.#frames.set(peerName, frames);
    return frames;
  }

  /**
   * Resolves when all messages that follow from the last action have passed: every request has a response, and no frame passes while pending
   * promises run. No program involved waits for time.
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
      // A copy, because the server objects change what they have sent.
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

/** A room of the genuine objects on a fake worker. No packet flows. */
export function fakeRoom(worker: FakeWorker, mediaCodecs: readonly object[] = defaultCodecs): ServerRoom {
  const rtpCapabilities = generateRoomRtpCapabilities(mediaCodecs);
  return new GenuineServerRoom({ routerId: 1 }, { rtpCapabilities }, worker);
}

/** A request, or a notification, which has no ID. */
type Incoming = Exclude<ProtooFrame, { kind: 'response' }> & { readonly id: number };

const isEnvelope = (method: string) => method === 'mediasoup-request' || method === 'mediasoup-notification';
