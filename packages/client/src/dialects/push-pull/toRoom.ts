import type { JoinResponse, ServerData, ServerMethod } from '@tureen/protocol/push-pull';
import type { DialectEvent, DialectResumeResult } from '../../room/DialectPort.ts';
import type { RemoteUsers } from './RemoteUsers.ts';

type Handlers = {
  readonly [Method in ServerMethod]: (data: ServerData<Method>, remoteUsers: RemoteUsers) => DialectEvent | void;
};
type LeftUsers = ServerData<'userLeave'>;

const addAll: Handlers['newUser'] & Handlers['newPusher'] = (users, remoteUsers) => {
  for (const user of users) remoteUsers.add(user);
};

const removeAll = (users: LeftUsers, remoteUsers: RemoteUsers) => {
  for (const { userId, reason } of users) remoteUsers.remove(userId, reason);
};

/** Handlers for the notifications of the server. Each changes the remote users, or returns an event in the room's terms. */
export const toRoom: Handlers = {
  newUser: addAll,
  newPusher: addAll,
  userLeave: removeAll,
  userLeft: removeAll,
  userDisconnect: ({ userId }, remoteUsers) => {
    remoteUsers.disconnect(userId);
  },
  userReConnect: ({ userId, userName }, remoteUsers) => {
    remoteUsers.reconnect(userId, userName);
  },
  pusherClosed: (data, remoteUsers) => {
    remoteUsers.changePushers('Closed', data);
  },
  pusherPaused: (data, remoteUsers) => {
    remoteUsers.changePushers('Paused', data);
  },
  pusherResumed: (data, remoteUsers) => {
    remoteUsers.changePushers('Resumed', data);
  },
  textMessage: ({ userId, message }, remoteUsers) => ({
    type: 'textMessage',
    peerId: remoteUsers.peerOf(userId),
    text: message,
  }),
};

/** Returns the resumed entities. A consumer that is not pulled stays as long as its pusher. */
export function toResumed(
  { users, resumed }: JoinResponse,
  resumableConsumers: readonly string[],
): Omit<DialectResumeResult, 'peers' | 'capabilities'> {
  const sent = new Map(resumed?.consumers.map((one) => [one.id, one.paused]));
  const consumers = new Map<string, { paused: boolean; remotePaused: boolean }>();
  for (const { pusherId, paused: remotePaused = false } of users.flatMap(({ pushers }) => pushers))
    if (resumableConsumers.includes(pusherId))
      consumers.set(pusherId, { paused: sent.get(pusherId) ?? true, remotePaused });
  const none = new Set<string>();
  const producers = new Map(resumed?.producers.map((one) => [one.id, one]));
  return { producers, consumers, dataProducers: none, dataConsumers: none };
}
