import type { ServerData, ServerMethod } from '@tureen/protocol/push-pull';
import type { DialectEvent } from '../../room/ports.ts';
import type { Directory } from './Directory.ts';

type News = {
  readonly [Method in ServerMethod]: (data: ServerData<Method>, directory: Directory) => DialectEvent | void;
};
type Departures = ServerData<'userLeave'>;

const addAll: News['newUser'] & News['newPusher'] = (users, directory) => {
  for (const user of users) directory.add(user);
};

const removeAll = (users: Departures, directory: Directory) => {
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
  textMessage: ({ userId, message }) => ({ type: 'textMessage', peerId: userId, text: message }),
};
