import { describe, expect, it } from 'vitest';

import { roomWorld } from '@tureen/testkit/scripted/roomWorld';
import { redact, Trace } from './Trace.ts';

const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));
const depthOf = (value: unknown): number => (Array.isArray(value) ? 1 + Math.max(0, ...value.map(depthOf)) : 0);

describe('a room with a trace listener', () => {
  it.each([
    ['4,000 nested arrays', nested(4000)],
    ['2,000 nested objects', JSON.parse('{"a":'.repeat(2000) + '1' + '}'.repeat(2000))],
  ])('emits a peer whose appData has %s', async (_, deep) => {
    const { server, room, said } = roomWorld();
    const traced: string[] = [];
    await room.join();
    room.trace(({ method }) => traced.push(method));
    server.notify('newPeer', { id: 'deep', displayName: 'Deep', appData: { deep } });
    const bob = room.waitFor('newPeer', { where: ({ peer }) => peer.id === 'bob' });
    server.notify('newPeer', { id: 'bob', displayName: 'Bob' });
    await bob;
    expect([...room.peers.keys()]).toEqual(['deep', 'bob']);
    expect(said.filter((line) => line.startsWith('newPeer'))).toHaveLength(2);
    expect(traced).toEqual(['newPeer', 'newPeer']);
  });

  it('sends a message whose payload throws in the trace', async () => {
    const { server, room } = roomWorld();
    await room.join();
    const payloads: unknown[] = [];
    room.trace(({ payload }) => payloads.push(payload));
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const trace = new Trace();
    trace.add(({ payload }) => payloads.push(payload));
    expect(() => {
      trace.record({ direction: 'out', kind: 'request', method: 'm', payload: { proxy } });
    }).not.toThrow();
    expect(payloads).toEqual(['[unreadable]']);
    await room.setDisplayName('after');
    expect(server.methods()).toContain('changeDisplayName');
  });
});

describe('redact()', () => {
  it('shows 20 levels, and a marker for deeper values', () => {
    expect(depthOf(redact(nested(19)))).toBe(19);
    expect(depthOf(redact(nested(50)))).toBe(20);
    expect(JSON.stringify(redact(nested(50)))).toContain('"[deeper]"');
  });

  it('shows a marker for an object within itself', () => {
    const circle: Record<string, unknown> = { name: 'circle' };
    circle.left = circle.right = { circle, twice: [circle, circle] };
    expect(redact(circle)).toEqual({
      name: 'circle',
      left: { circle: '[circular]', twice: ['[circular]', '[circular]'] },
      right: { circle: '[circular]', twice: ['[circular]', '[circular]'] },
    });
  });

  it('shows an object in each place where it appears', () => {
    const same = { a: 1 };
    expect(redact([same, same])).toEqual([same, same]);
  });

  it('replaces secrets at each level', () => {
    expect(redact({ a: [{ token: 'x', resumeToken: null }] })).toEqual({
      a: [{ token: '[redacted]', resumeToken: null }],
    });
  });
});
