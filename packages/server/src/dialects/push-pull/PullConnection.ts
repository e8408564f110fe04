import type { RtpParameters } from '@tureen/protocol/common';
import type { Consumer } from '../../rooms/Consumer.ts';
import type { Producer } from '../../rooms/Producer.ts';
import type { Transport } from '../../rooms/Transport.ts';

/** What one media section of a pull connection carries. */
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
 * A connection that carries what one user pulls of another. RTCPilot's own client keeps one for each remote user, and offers
 * again on that connection when the remote user pushes more.
 */
export class PullConnection {
  readonly transport: Transport;
  readonly targetUserId: string;
  readonly isRenumbered: boolean;
  /** By mid. A section stays when its pusher ends, as the client keeps its own section too. */
  readonly sections = new Map<string, PulledSection>();

  constructor({ transport, targetUserId, isRenumbered }: PullConnectionOptions) {
    this.transport = transport;
    this.targetUserId = targetUserId;
    this.isRenumbered = isRenumbered;
  }

  /** The mid under which a producer's media is sent already. */
  midOf(producer: Producer): string | undefined {
    for (const [mid, section] of this.sections)
      if (section.producer === producer && !section.consumer.closed) return mid;
    return undefined;
  }
}
