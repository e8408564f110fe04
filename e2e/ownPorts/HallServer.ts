import { testFakeParameters } from 'mediasoup-client';
import type { ProtooFrame, ProtooRequest } from '@tureen/client/ports';

/** In-memory server with its own protocol, "hall". Another guest, bob, sends a camera. */
export class HallServer {
  /** Methods of the messages that arrived. */
  readonly received: string[] = [];
  readonly #deliver: (frame: ProtooFrame) => void;

  constructor(deliver: (frame: ProtooFrame) => void) {
    this.#deliver = deliver;
  }

  handle(frame: ProtooFrame): void {
    if (frame.kind === 'response') return;
    this.received.push(frame.method);
    if (frame.kind === 'notification') return;
    this.#deliver({ kind: 'response', id: frame.id, ok: true, data: this.#respond(frame) });
    if (frame.method === 'hall/enter')
      this.#deliver({
        kind: 'notification',
        method: 'hall/offer',
        data: {
          guest: 'bob',
          ...testFakeParameters.generateConsumerRemoteParameters({ codecMimeType: 'video/VP8' }),
          kind: 'video',
        },
      });
  }

  #respond({ method }: ProtooRequest): unknown {
    switch (method) {
      case 'hall/capabilities':
        return testFakeParameters.generateRouterRtpCapabilities();
      case 'hall/enter':
        return {
          guests: ['bob'],
          send: testFakeParameters.generateTransportRemoteParameters(),
          recv: testFakeParameters.generateTransportRemoteParameters(),
        };
      case 'hall/send':
        return { id: 'alice-camera' };
      default:
        return {};
    }
  }
}
