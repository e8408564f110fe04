import type { JoinResponse, ServerData, ServerMethod } from '@tureen/protocol/push-pull';
import type { DialectEvent, DialectResumeResult } from '../../room/DialectPort.ts';
import type { RemoteUsers } from './RemoteUsers.ts';

type News = {
  readonly [Method in ServerMethod]: (data: ServerData<Method>, directory: RemoteUsers) => DialectEvent | void;
};
type Departures = ServerData<'userLeave'>;

const addAll: News['newUser'] & News['newPusher'] = (users, directory) => {
  for (const user of users) directory.add(user);
};

const removeAll = (users: Departures, directory: RemoteUsers) => {
  for (const { userId, reason } of users) directory.remove(userId, reason);
};

/** Each notification of the server: what it changes of who is there, or what it says in the Room's words. */
export const toRoom: News = {
  newUser: addAll,
  newPusher: addAll,
  userLeave: removeAll,
  userLeft: removeAll,
  userDisconnect: ({ userId }, directory) => {
    directory.disconnect(userId);
  },
  userReConnect: ({ userId, userName }, directory) => {
    directory.reconnect(userId, userName);
  },
  pusherClosed: (data, directory) => {
    directory.change('Closed', data);
  },
  pusherPaused: (data, directory) => {
    directory.change('Paused', data);
  },
  pusherResumed: (data, directory) => {
    directory.change('Resumed', data);
  },
  textMessage: ({ userId, message }, directory) => ({
    type: 'textMessage',
    peerId: directory.peerOf(userId),
    text: message,
  }),
};

/** What lives on. Of what we had and is not sent to us, it is there while it is pushed. */
export function toResumed(
  { users, resumed }: JoinResponse,
  held: readonly string[],
): Omit<DialectResumeResult, 'peers' | 'capabilities'> {
  const sent = new Map(resumed?.consumers.map((one) => [one.id, one.paused]));
  const consumers = new Map<string, { paused: boolean; remotePaused: boolean }>();
  for (const { pusherId, paused: remotePaused = false } of users.flatMap(({ pushers }) => pushers))
    if (held.includes(pusherId)) consumers.set(pusherId, { paused: sent.get(pusherId) ?? true, remotePaused });
  const none = new Set<string>();
  const producers = new Map(resumed?.producers.map((one) => [one.id, one]));
  return { producers, consumers, dataProducers: none, dataConsumers: none };
}
