import { describe, expect, it } from 'vitest';
import { ManualClock } from '@tureen/kernel';
import { expectUnchanged } from '@tureen/testkit/expectUnchanged';
import { silentLogger } from '../../shared/logger.ts';
import { Recorder } from '../../shared/Recorder.ts';
import { type MemoryServerConnection, MemoryTransport } from '../../signaling/MemoryTransport.ts';
import type { SignalingChannel } from '../../signaling/SignalingChannel.ts';
import { Trace } from '../../signaling/Trace.ts';
import type {
  Dialect,
  DialectContext,
  DialectEvent,
  DialectJoinRequest,
  DialectResumeResult,
  DialectSession,
} from '../DialectPort.ts';
import type { EventRoutes } from '../eventRoutes.ts';
import { ConnectionAttempt } from './ConnectionAttempt.ts';
import { RoomMemory } from './RoomMemory.ts';
import { SessionHost } from './SessionHost.ts';

const request = { displayName: 'Alice' } as DialectJoinRequest;
const resumableIds = { producers: ['p1'], consumers: [], dataProducers: [], dataConsumers: [] };
const joinResult = { peers: [], capabilities: {} as never };
const resumeResult = { ...joinResult, producers: new Map(), consumers: new Map() } as unknown as DialectResumeResult;

/** Creates a dialect that records its calls, over a transport in memory. */
function world({ resumes = null as DialectResumeResult | null } = {}) {
  const calls = new Recorder<unknown>();
  const events: DialectEvent[] = [];
  const dead: string[] = [];
  const clock = new ManualClock();
  const contexts: DialectContext[] = [];
  let server: MemoryServerConnection | undefined;
  const transport = new MemoryTransport({
    onConnection: (connection) => {
      server = connection;
    },
  });
  const dialect = {
    connectParams: () => ({ roomId: 'r1' }),
    open: (context: DialectContext): DialectSession => {
      contexts.push(context);
      const number = contexts.length;
      return {
        join: async (joinRequest: DialectJoinRequest) => {
          calls.push([number, 'join', joinRequest]);
          return joinResult;
        },
        resume: async (joinRequest: DialectJoinRequest, ids: unknown) => {
          calls.push([number, 'resume', joinRequest, ids]);
          return resumes;
        },
        probe: async () => {
          calls.push([number, 'probe']);
        },
        handleNotification: (method: string) => {
          calls.push([number, method]);
        },
      } as unknown as DialectSession;
    },
  } as unknown as Dialect;
  const routes = {
    serverVersion: (event) => {
      events.push(event);
    },
  } as EventRoutes;
  const identity = { roomId: 'r1', peerId: 'alice' };
  const context = { identity, memory: new RoomMemory(), clock, logger: silentLogger };
  const createHost = (channel: SignalingChannel) => new SessionHost({ dialect, context, routes }, channel);
  const attemptWith = (former: SessionHost | null) =>
    new ConnectionAttempt({
      identity,
      dialect,
      transport,
      clock,
      logger: silentLogger,
      trace: new Trace(),
      requestTimeoutMs: 1000,
      resumableIds: () => resumableIds,
      former,
      createHost,
      handlers: {
        onOpened: () => request,
        assertCurrent: () => {},
        canRejoin: () => false,
        onClosed: (closed) => calls.push(['closed', closed.by]),
        onDead: (reason) => dead.push(reason),
      },
    });
  const connection = () => {
    if (server === undefined) throw new Error('no connection');
    return server;
  };
  return { attemptWith, calls, events, dead, clock, contexts, connection };
}

describe('ConnectionAttempt.enter()', () => {
  it('connects with the parameters of the dialect, and joins', async () => {
    const { attemptWith, calls, connection } = world();
    await expect(attemptWith(null).enter()).resolves.toEqual({ result: joinResult, resumed: null });
    expect(connection().params).toEqual({ roomId: 'r1' });
    expect(calls).toEqual([[1, 'join', request]]);
  });

  it('resumes a former session over the new channel', async () => {
    const { attemptWith, calls, contexts } = world({ resumes: resumeResult });
    const former = attemptWith(null).host;
    former.isResumable = true;
    const attempt = attemptWith(former);
    await expect(attempt.enter()).resolves.toEqual({ result: resumeResult, resumed: resumeResult });
    expect(attempt.host).toBe(former);
    expect(contexts[0]?.channel).toBe(attempt.channel);
    expect(calls).toEqual([[1, 'resume', request, resumableIds]]);
  });

  it('joins with a new session over the same connection where the server kept nothing', async () => {
    const { attemptWith, calls } = world();
    const former = attemptWith(null).host;
    former.isResumable = true;
    const attempt = attemptWith(former);
    await expect(attempt.enter()).resolves.toEqual({ result: joinResult, resumed: null });
    expect([attempt.host === former, former.isResumable]).toEqual([false, false]);
    expect(calls).toEqual([
      [1, 'resume', request, resumableIds],
      [2, 'join', request],
    ]);
  });

  it('does not resume a session that is not resumable', async () => {
    const { attemptWith, calls } = world({ resumes: resumeResult });
    const former = attemptWith(null).host;
    await attemptWith(former).enter();
    expect(calls).toEqual([[2, 'join', request]]);
  });
});

describe('ConnectionAttempt.release()', () => {
  it('delivers the events of the join response, then held notifications', async () => {
    const { attemptWith, calls, events, connection } = world();
    const attempt = attemptWith(null);
    await attempt.enter();
    connection().send({ kind: 'notification', method: 'held', data: {} });
    await expectUnchanged(() => calls, [[1, 'join', request]]);

    const event: DialectEvent = { type: 'serverVersion', version: '1' };
    attempt.release({ ...joinResult, events: [event] });
    expect(events).toEqual([event]);
    expect(calls).toEqual([
      [1, 'join', request],
      [1, 'held'],
    ]);
  });
});

describe('ConnectionAttempt.watch()', () => {
  it('probes a silent connection, and reports a dead one, until stop()', async () => {
    const { attemptWith, calls, dead, clock } = world();
    const attempt = attemptWith(null);
    await attempt.enter();
    attempt.watch();
    clock.advance(10_000);
    expect(calls.at(-1)).toEqual([1, 'probe']);
    await expectUnchanged(() => dead, []);
    attempt.stop();
    clock.advance(60_000);
    expect([dead, clock.pending]).toEqual([[], 0]);
  });

  it('reports a close of the server', async () => {
    const { attemptWith, calls, connection } = world();
    await attemptWith(null).enter();
    connection().close({ by: 'server', reason: 'kicked' });
    await calls.reaches(2);
    expect(calls.at(-1)).toEqual(['closed', 'server']);
  });
});
