import { describe, expect, it } from 'vitest';
import type { DialectContext } from '../../room/DialectPort.ts';
import { TureenError } from '../../shared/errors.ts';
import { Join } from './Join.ts';
import type { Pulls } from './Pulls.ts';
import type { Pushes } from './Pushes.ts';
import type { RemoteUsers } from './RemoteUsers.ts';
import { Requests } from './Requests.ts';
import { UserIdentity } from './UserIdentity.ts';

const request = {
  displayName: 'Alice',
  device: { flag: 'f', name: 'n', version: '1' },
  appData: {},
  consume: true,
  produce: false,
};
const resumable = { producers: ['p1', 'other'], consumers: ['c1'], dataProducers: [], dataConsumers: [] };

function world(respond: () => unknown, rejoins = false) {
  const sent: [string, unknown][] = [];
  const memory: DialectContext['memory'] = { resumeToken: undefined, recall: (create) => create() };
  const channel = {
    request: async (method: string, data: unknown) => {
      sent.push([method, data]);
      return respond();
    },
    notify: async () => {},
  };
  const user = new UserIdentity('alice', rejoins);
  const requests = new Requests({ channel, memory, identity: { roomId: 'r1', peerId: 'alice' } } as never);
  const discarded: string[] = [];
  const userNames: string[] = [];
  const join = new Join({
    memory,
    options: {},
    user,
    requests,
    users: { enter: () => ({ peers: [], events: [] }) } as Partial<RemoteUsers> as RemoteUsers,
    pushes: { discard: (ids: Iterable<string>) => discarded.push(...ids) } as Partial<Pushes> as Pushes,
    pulls: {
      isPulled: (id: string) => id === 'c1',
      isClosed: () => false,
      retainOnly: () => {},
    } as Partial<Pulls> as Pulls,
    assertOpen: () => {},
    onJoined: (userName) => void userNames.push(userName),
  });
  return { join, memory, user, requests, sent, discarded, userNames };
}

const joined = { code: 0, users: [], extensions: ['resumeToken'], resumeToken: 'next' };

describe('Join', () => {
  it('discards pushes over former connections, and keeps the extensions and the token of the response', async () => {
    const { join, memory, user, requests, discarded, userNames } = world(() => joined);
    user.pushers.add('p1');
    expect(await join.join(request)).toMatchObject({ peers: [] });
    expect(discarded).toEqual(['p1']);
    expect(userNames).toEqual(['Alice']);
    expect([...requests.extensions]).toEqual(['resumeToken']);
    expect(memory.resumeToken).toBe('next');
  });

  it('joins under a fresh user id after the first time where the room rejoins', async () => {
    const { join, sent } = world(() => joined, true);
    await join.join(request);
    await join.join(request);
    expect(sent).toMatchObject([
      ['join', { roomId: 'r1', userId: 'alice' }],
      ['join', { roomId: 'r1', userId: 'alice~2' }],
    ]);
  });

  it('names only own pushers and pulled consumers in a resume, and forgets pushers that the server closed', async () => {
    const { join, memory, user, sent } = world(() => joined);
    memory.resumeToken = 'first';
    user.pushers.add('p1');
    expect(await join.resume(request, resumable)).not.toBeNull();
    expect(sent).toMatchObject([['join', { resumeToken: 'first', holds: { producers: ['p1'], consumers: ['c1'] } }]]);
    expect([...user.pushers]).toEqual([]);
  });

  it.each([
    ['without a token', false, undefined],
    ['where the room rejoins', true, 'first'],
  ])('sends no resume %s', async (_, rejoins, resumeToken) => {
    const { join, memory, sent } = world(() => joined, rejoins);
    memory.resumeToken = resumeToken;
    expect(await join.resume(request, resumable)).toBeNull();
    expect(sent).toEqual([]);
  });

  it('forgets token and pushers after a refusal', async () => {
    const { join, memory, user } = world(() => {
      throw new TureenError('requestRefused', 'no such token');
    });
    memory.resumeToken = 'first';
    user.pushers.add('p1');
    expect(await join.resume(request, resumable)).toBeNull();
    expect(memory.resumeToken).toBeUndefined();
    expect([...user.pushers]).toEqual([]);
  });

  it('keeps the token after a connection loss', async () => {
    const { join, memory } = world(() => {
      throw new TureenError('connectionLost', 'the connection dropped');
    });
    memory.resumeToken = 'first';
    await expect(join.resume(request, resumable)).rejects.toMatchObject({ code: 'connectionLost' });
    expect(memory.resumeToken).toBe('first');
  });
});
