import type { MediaEngine } from '../MediaEngine.ts';
import { FakeMedia, type FakeMediaOptions, type FakeSessionOptions } from './FakeMedia.ts';
import { FakeSession } from './FakeSession.ts';

export type FakeEngineOptions = FakeMediaOptions;

/** Numbers of open objects. All are 0 when nothing has leaked. */
export interface FakeOpenCounts {
  readonly sessions: number;
  readonly sendTransports: number;
  readonly recvTransports: number;
  readonly producers: number;
  readonly consumers: number;
  readonly dataProducers: number;
  readonly dataConsumers: number;
  /** Number of pending calls. */
  readonly waiting: number;
}

/**
 * Media engine without media, for tests in Node. Behaves as a browser would, unless the test scripts it (`failNext`, `hold`,
 * `FakeTransport.setConnectionState`), and counts open objects.
 */
export class FakeEngine extends FakeMedia<FakeSession> implements MediaEngine {
  /** Numbers of open objects, in all sessions. */
  get counts(): FakeOpenCounts {
    const sessions = [...this.sessions];
    const send = sessions.flatMap((session) => [...session.sendTransports]);
    const recv = sessions.flatMap((session) => [...session.recvTransports]);
    const sum = (numbers: number[]) => numbers.reduce((total, one) => total + one, 0);
    return {
      sessions: sessions.length,
      sendTransports: send.length,
      recvTransports: recv.length,
      producers: sum(send.map((transport) => transport.producers.size)),
      consumers: sum(recv.map((transport) => transport.consumers.size)),
      dataProducers: sum(send.map((transport) => transport.dataProducers.size)),
      dataConsumers: sum(recv.map((transport) => transport.dataConsumers.size)),
      waiting: sum(sessions.map((session) => session.waiting)),
    };
  }

  protected override create(options: FakeSessionOptions<FakeSession>): FakeSession {
    return new FakeSession(options);
  }
}
