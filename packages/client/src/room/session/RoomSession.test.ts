import { describe, expect, it } from 'vitest';
import { deferred, ManualClock } from '@tureen/kernel';
import { silentLogger } from '../../shared/logger.ts';
import { type MemoryServerConnection, MemoryTransport } from '../../signaling/MemoryTransport.ts';
import { Trace } from '../../signaling/Trace.ts';
import type { Dialect, DialectContext, DialectJoinRequest, DialectSession } from '../DialectPort.ts';
import type { EventRoutes } from '../eventRoutes.ts';
import { RoomSession } from './RoomSession.ts';

/** Creates a session over a transport in memory, with a dialect whose server accepts everything. */
function world() {
  const log: string[] = [];
  const connections: MemoryServerConnection[] = [];
  const contexts: DialectContext[] = [];
  const clock = new ManualClock();
  let handleJoined = deferred<void>();
  /** Resolves at the next join of the room. */
  const nextJoin = () => {
    handleJoined = deferred();
    return handleJoined.promise;
  };
  const dialect = {
    connectParams: () => ({}),
    open: (context: DialectContext): DialectSession => {
      contexts.push(context);
      const number = contexts.length;
      return {
        join: async () => ({ peers: [], capabilities: {} }),
        leave: async () => {
          log.push('leave');
        },
        close: () => {
          log.push(`close session ${number}`);
        },
        handleNotification: (method: string) => {
          context.emit({ type: 'serverVersion', version: method });
        },
      } as unknown as DialectSession;
    },
  } as unknown as Dialect;
  const session: RoomSession = new RoomSession({
    identity: { roomId: 'r1', peerId: 'alice' },
    dialect,
    transport: new MemoryTransport({ onConnection: (connection) => connections.push(connection) }),
    clock,
    logger: silentLogger,
    trace: new Trace(),
    requestTimeoutMs: 1000,
    reconnectPolicy: () => 100,
    announce: (event, payload) => {
      log.push('state' in payload ? `${event} ${payload.state}` : event);
    },
    reportListenerError: () => {},
    routes: {
      serverVersion: ({ version }) => {
        log.push(`version ${version}`);
      },
    } as EventRoutes,
    joinRequest: () => ({}) as DialectJoinRequest,
    resumableIds: () => ({ producers: [], consumers: [], dataProducers: [], dataConsumers: [] }),
    handlers: {
      onJoined: () => {
        session.markJoined();
        log.push('onJoined');
        handleJoined.resolve();
      },
      onLost: () => log.push('onLost'),
      onPageActive: () => {},
      onEnded: ({ reason }, wasJoined) => log.push(`onEnded ${reason} ${wasJoined}`),
    },
  });
  return { session, log, connections, contexts, clock, nextJoin };
}

async function joinedWorld() {
  const joined = world();
  await joined.session.join();
  joined.log.length = 0;
  return joined;
}

describe('RoomSession.join()', () => {
  it('reports the states, and passes the joined session to its owner', async () => {
    const { session, log } = world();
    await session.join();
    expect(session.state).toBe('joined');
    expect(log).toEqual(['stateChanged connecting', 'stateChanged joining', 'stateChanged joined', 'onJoined']);
  });

  it('returns the same promise while joining, and rejects once joined', async () => {
    const { session } = world();
    const joining = session.join();
    expect(session.join()).toBe(joining);
    await joining;
    await expect(session.join()).rejects.toMatchObject({ code: 'invalidState', message: 'join() while joined' });
  });

  it('routes notifications once the owner has the session, and not before', async () => {
    const { session, log, connections } = world();
    const joining = session.join();
    connections[0]?.send({ kind: 'notification', method: 'early', data: {} });
    await joining;
    expect(log.slice(-2)).toEqual(['onJoined', 'version early']);
  });
});

describe('RoomSession.leave()', () => {
  it('sends the leave request, and ends the session once', async () => {
    const { session, log, connections } = await joinedWorld();
    await session.leave();
    await session.leave();
    expect(log).toEqual(['leave', 'stateChanged left', 'onEnded left true', 'close session 1']);
    expect(connections[0]?.closed).toBe(true);
  });

  it('rejects a pending join with closed', async () => {
    const { session } = world();
    const joining = session.join();
    await session.leave();
    await expect(joining).rejects.toMatchObject({ code: 'closed' });
  });
});

describe('RoomSession after a drop', () => {
  it('reconnects with a new session and the same memory', async () => {
    const { session, log, clock, contexts, connections, nextJoin } = await joinedWorld();
    session.rejoin('media is lost');
    expect(log).toEqual(['stateChanged reconnecting', 'onLost', 'reconnecting']);
    const reconnected = nextJoin();
    clock.advance(100);
    await reconnected;
    expect(session.state).toBe('joined');
    expect([contexts.length, connections.length]).toEqual([2, 2]);
    expect(contexts[1]?.memory).toBe(contexts[0]?.memory);
    await session.leave();
  });

  it('drops the events of the former session', async () => {
    const { session, log, contexts } = await joinedWorld();
    session.drop('the connection is dead');
    log.length = 0;
    expect(contexts[0]?.emit({ type: 'serverVersion', version: '1' })).toBe(false);
    expect(log).toEqual([]);
    await session.leave();
  });
});

describe('RoomSession.handleRoomClosed()', () => {
  it('emits roomClosed, then ends with the reason of the server', async () => {
    const { session, log } = await joinedWorld();
    session.handleRoomClosed({ type: 'roomClosed', reason: 'kicked' });
    expect(log).toEqual(['roomClosed', 'stateChanged left', 'onEnded kicked true', 'close session 1']);
  });
});

describe('RoomSession.handleTransportClosed()', () => {
  it('emits transportClosed, then reconnects', async () => {
    const { session, log } = await joinedWorld();
    session.handleTransportClosed({ type: 'transportClosed', direction: 'send', reason: 'server' });
    expect(log).toEqual(['transportClosed', 'stateChanged reconnecting', 'onLost', 'reconnecting']);
    await session.leave();
  });
});
