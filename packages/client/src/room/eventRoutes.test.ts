import { describe, expect, expectTypeOf, it } from 'vitest';
import { silentLogger } from '../shared/logger.ts';
import type { DialectEvent } from './DialectPort.ts';
import { type EventRoutes, gateEvents } from './eventRoutes.ts';

/** Returns handlers that record the events, except the given ones. */
function recordingRoutes(given: Partial<EventRoutes> = {}) {
  const events: DialectEvent[] = [];
  const record = (event: DialectEvent) => {
    events.push(event);
  };
  const routes = new Proxy(given, {
    get: (target, type) => (Reflect.get(target, type) as unknown) ?? record,
  }) as EventRoutes;
  return { routes, events };
}

const version = (text: string): DialectEvent => ({ type: 'serverVersion', version: text });
const state = (direction: 'send' | 'recv', of: 'connected' | 'disconnected'): DialectEvent => ({
  type: 'transportState',
  direction,
  state: of,
});

describe('EventRoutes', () => {
  it('requires a handler for each event of a dialect, which takes that event', () => {
    expectTypeOf<keyof EventRoutes>().toEqualTypeOf<DialectEvent['type']>();
    expectTypeOf<Parameters<EventRoutes['serverVersion']>[0]>().toEqualTypeOf<
      Extract<DialectEvent, { type: 'serverVersion' }>
    >();
    // @ts-expect-error -- the other events have no handler
    const incomplete: EventRoutes = { serverVersion: () => {} };
    expect(Object.keys(incomplete)).toEqual(['serverVersion']);
  });
});

describe('gateEvents()', () => {
  it('drops events while closed, and returns false', () => {
    const { routes, events } = recordingRoutes();
    const gate = gateEvents(routes, silentLogger);
    expect(gate.emit(version('1'))).toBe(false);
    gate.open();
    expect(gate.emit(version('2'))).toBe(true);
    gate.close();
    expect(gate.emit(version('3'))).toBe(false);
    expect(events).toEqual([version('2')]);
  });

  it('handles the last state of each transport when it opens, once', () => {
    const { routes, events } = recordingRoutes();
    const gate = gateEvents(routes, silentLogger);
    for (const event of [state('send', 'disconnected'), state('recv', 'disconnected'), state('send', 'connected')])
      gate.emit(event);
    gate.open();
    expect(events).toEqual([state('send', 'connected'), state('recv', 'disconnected')]);
    gate.close();
    gate.open();
    expect(events).toHaveLength(2);
  });

  it('logs what a handler throws, and handles the next event', () => {
    const logged: unknown[] = [];
    const failure = new Error('broken handler');
    const { routes, events } = recordingRoutes({
      serverVersion: () => {
        throw failure;
      },
    });
    const gate = gateEvents(routes, { ...silentLogger, error: (...args) => logged.push(args) });
    gate.open();
    gate.emit(version('1'));
    gate.emit(state('send', 'connected'));
    expect(logged).toEqual([["failed to handle 'serverVersion'", failure]]);
    expect(events).toEqual([state('send', 'connected')]);
  });

  it('stays closed to later states where the handler of one closes it', () => {
    const gate = gateEvents(
      recordingRoutes({
        transportState: ({ direction }) => {
          if (direction === 'send') gate.close();
        },
      }).routes,
      silentLogger,
    );
    gate.emit(state('send', 'connected'));
    gate.emit(state('recv', 'connected'));
    gate.open();
    expect(gate.emit(version('1'))).toBe(false);
  });
});
