import type { PeerConnectionMedia } from '../PeerConnectionMedia.ts';
import { FakeMedia, type FakeSessionOptions } from './FakeMedia.ts';
import { FakePeerConnectionSession } from './FakePeerConnectionSession.ts';

/** Numbers of open objects. All are 0 when nothing has leaked. */
export interface FakePeerConnectionCounts {
  readonly sessions: number;
  readonly pushes: number;
  readonly pulls: number;
  readonly producers: number;
  readonly consumers: number;
  /** Number of pending calls. */
  readonly waiting: number;
}

/**
 * Peer connections without media, for tests in Node. Each push and pull makes an offer and accepts any answer. A test scripts
 * failures and delays with `failNext('produce')` for a push, `failNext('consume')` for a pull, `hold` and
 * `FakePeerConnection.setConnectionState`. Counts open objects.
 */
export class FakePeerConnectionMedia extends FakeMedia<FakePeerConnectionSession> implements PeerConnectionMedia {
  /** Numbers of open objects, in all sessions. */
  get counts(): FakePeerConnectionCounts {
    const sessions = [...this.sessions];
    const connections = sessions.flatMap((session) => [...session.connections]);
    const pushes = connections.filter(({ direction }) => direction === 'send').length;
    return {
      sessions: sessions.length,
      pushes,
      pulls: connections.length - pushes,
      producers: connections.reduce((sum, { producers }) => sum + producers.size, 0),
      consumers: connections.reduce((sum, { consumers }) => sum + consumers.size, 0),
      waiting: connections.reduce((sum, { waiting }) => sum + waiting, 0),
    };
  }

  protected override create(options: FakeSessionOptions<FakePeerConnectionSession>): FakePeerConnectionSession {
    return new FakePeerConnectionSession(options);
  }
}
