import type { RtpCapabilities } from '@tureen/protocol/common';
import type { Peer } from '../rooms/Peer.ts';
import type { PeerEvents } from '../rooms/PeerEvents.ts';
import type { JoinOptions } from '../rooms/PeerOptions.ts';
import type { RoomRegistry } from '../rooms/RoomRegistry.ts';
import type { Transport } from '../rooms/Transport.ts';

const eventNames = [
  'newPeer',
  'peerClosed',
  'peerDisplayNameChanged',
  'textMessage',
  'newConsumer',
  'consumerUnsupported',
  'consumerClosed',
  'consumerPaused',
  'consumerResumed',
  'newDataConsumer',
  'dataConsumerClosed',
  'producerClosed',
  'producerPaused',
  'producerResumed',
  'transportClosed',
  'closed',
] as const satisfies readonly (keyof PeerEvents)[];

export interface MemberOptions extends JoinOptions {
  readonly dialect?: string;
  readonly roomId?: string;
  /** Capabilities; null: none. Default: all that the room supports. */
  readonly receives?: RtpCapabilities | null;
}

/** Peer without a dialect, driven as an adapter would, and its events. */
export class RoomMember {
  readonly peer: Peer;
  readonly send: Transport;
  readonly recv: Transport;
  /** Names of its events, in order. */
  readonly log: string[] = [];

  private constructor(peer: Peer, send: Transport, recv: Transport) {
    this.peer = peer;
    this.send = send;
    this.recv = recv;
    for (const event of eventNames) {
      peer.on(event, () => {
        this.log.push(event);
      });
    }
  }

  /** Enters and joins, with a transport in each direction. */
  static async enter(registry: RoomRegistry, id: string, options: MemberOptions = {}): Promise<RoomMember> {
    const { dialect = 'test', roomId = 'room', receives, ...join } = options;
    const peer = await registry.enter(roomId, { id, dialect });
    const create = (isProducing: boolean) =>
      peer.createTransport({ isProducing, isConsuming: !isProducing, enableSctp: true });
    const member = new RoomMember(peer, await create(true), await create(false));
    const rtpCapabilities = receives === undefined ? peer.room.rtpCapabilities : (receives ?? undefined);
    peer.receiving.consume({ transport: member.recv, rtpCapabilities, data: true });
    peer.join(join);
    return member;
  }

  /** Resolves with the next event of that name. */
  next<K extends keyof PeerEvents>(event: K): Promise<PeerEvents[K]> {
    return new Promise((resolve) => {
      this.peer.once(event, resolve);
    });
  }
}
