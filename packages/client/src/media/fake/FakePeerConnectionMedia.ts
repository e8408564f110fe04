import type { PeerConnectionMedia } from '../PeerConnectionMedia.ts';
import { FakeMedia, type FakeSessionOptions } from './FakeMedia.ts';
import { FakePeerConnectionSession } from './FakePeerConnectionSession.ts';

/** How many of each are open: all 0 when nothing has leaked. */
export interface FakePeerConnectionCounts {
  readonly sessions: number;
  readonly pushes: number;
  readonly pulls: number;
  readonly producers: number;
  readonly consumers: number;
  /** Calls that have not come to their end. */
  readonly waiting: number;
}

/**
 * Connections by offer and answer without media, for tests in Node: every push and pull makes its offer, takes any answer,
 * does what the test tells it (`failNext('produce')` is a push, `'consume'` a pull; `hold`;
 * `FakePeerConnection.setConnectionState`), and is counted.
 */
export class FakePeerConnectionMedia extends FakeMedia<FakePeerConnectionSession> implements PeerConnectionMedia {
  /** What is open now, in all sessions. */
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
