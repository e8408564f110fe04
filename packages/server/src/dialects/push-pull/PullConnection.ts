import type { RtpParameters } from '@tureen/protocol/common';
import type { Consumer } from '../../rooms/Consumer.ts';
import type { Producer } from '../../rooms/Producer.ts';
import type { Transport } from '../../rooms/Transport.ts';

/** Media of one section of a pull connection. */
export interface PulledSection {
  readonly producer: Producer;
  readonly consumer: Consumer;
  readonly rtpParameters: RtpParameters;
}

/** Parts of a {@link PullConnection}. */
export interface PullConnectionOptions {
  readonly transport: Transport;
  readonly targetUserId: string;
  /** Whether the transport sends under other payload types than the router's. */
  readonly isRenumbered: boolean;
}

/**
 * Connection for the media that one user pulls from another. RTCPilot's own client keeps one for each remote user, and
 * offers again on that connection when the remote user pushes more.
 */
export class PullConnection {
  readonly transport: Transport;
  readonly targetUserId: string;
  readonly isRenumbered: boolean;
  /** Sections by MID. A section remains when its pusher closes, as the client also keeps its section. */
  readonly sections = new Map<string, PulledSection>();

  constructor({ transport, targetUserId, isRenumbered }: PullConnectionOptions) {
    this.transport = transport;
    this.targetUserId = targetUserId;
    this.isRenumbered = isRenumbered;
  }

  /** Returns the MID of the section that already carries a producer. */
  midOf(producer: Producer): string | undefined {
    for (const [mid, section] of this.sections)
      if (section.producer === producer && !section.consumer.closed) return mid;
    return undefined;
  }
}
