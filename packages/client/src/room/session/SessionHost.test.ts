import { describe, expect, it } from 'vitest';
import { ManualClock } from '@tureen/kernel';
import { silentLogger } from '../../shared/logger.ts';
import type { SignalingChannel } from '../../signaling/SignalingChannel.ts';
import type { Dialect, DialectContext, DialectSession } from '../DialectPort.ts';
import type { EventRoutes } from '../eventRoutes.ts';
import { RoomMemory } from './RoomMemory.ts';
import { SessionHost } from './SessionHost.ts';

function world() {
  const versions: string[] = [];
  let context: DialectContext | undefined;
  const session = {} as DialectSession;
  const dialect = {
    open: (given: DialectContext) => {
      context = given;
      return session;
    },
  } as Dialect;
  const routes = {
    serverVersion: ({ version }) => {
      versions.push(version);
    },
  } as EventRoutes;
  const memory = new RoomMemory();
  const first = { name: 'first' } as unknown as SignalingChannel;
  const host = new SessionHost(
    {
      dialect,
      context: {
        identity: { roomId: 'r1', peerId: 'alice' },
        memory,
        clock: new ManualClock(),
        logger: silentLogger,
      },
      routes,
    },
    first,
  );
  if (context === undefined) throw new Error('the dialect was not opened');
  return { host, context, session, memory, first, versions };
}

describe('SessionHost', () => {
  it('opens the session with the identity, the memory and the channel', () => {
    const { host, context, session, memory, first } = world();
    expect(host.session).toBe(session);
    expect(context.memory).toBe(memory);
    expect(context.channel).toBe(first);
    expect(context.identity).toEqual({ roomId: 'r1', peerId: 'alice' });
  });

  it('binds the session to another channel at attach()', () => {
    const { host, context } = world();
    const second = { name: 'second' } as unknown as SignalingChannel;
    host.attach(second);
    expect(context.channel).toBe(second);
  });

  it('passes events to the routes while its gate is open', () => {
    const { host, context, versions } = world();
    expect(context.emit({ type: 'serverVersion', version: '1' })).toBe(false);
    host.gate.open();
    expect(context.emit({ type: 'serverVersion', version: '2' })).toBe(true);
    expect(versions).toEqual(['2']);
  });
});
