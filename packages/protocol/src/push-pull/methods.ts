import type * as v from 'valibot';

import { nothing } from '../common/index.ts';
import { isNameIn } from '../common/methods.ts';
import * as messages from './messages.ts';

/**
 * One message. `request` reads its data and `response` the answer; there is no `response` where nothing is ever
 * answered. `kind` `either`: ours; a request where the server announces it, and taken as a notification too.
 */
export interface MethodEntry {
  readonly direction: 'clientToServer' | 'serverToClient';
  readonly kind: 'request' | 'notification' | 'either';
  readonly request: v.GenericSchema;
  readonly response: v.GenericSchema | undefined;
  /** Ours; strangers ignore it. */
  readonly additive?: true;
}

/* @__NO_SIDE_EFFECTS__ */
function asked<Request extends v.GenericSchema, Response extends v.GenericSchema>(
  request: Request,
  response: Response,
) {
  return { direction: 'clientToServer', kind: 'request', request, response } as const;
}

/* @__NO_SIDE_EFFECTS__ */
function additive<Request extends v.GenericSchema>(request: Request) {
  return { direction: 'clientToServer', kind: 'either', request, response: nothing, additive: true } as const;
}

/* @__NO_SIDE_EFFECTS__ */
function told<Request extends v.GenericSchema>(request: Request) {
  return { direction: 'serverToClient', kind: 'notification', request, response: undefined } as const;
}

/* @__NO_SIDE_EFFECTS__ */
function additivelyTold<Request extends v.GenericSchema>(request: Request) {
  return { ...told(request), additive: true } as const;
}

/**
 * What the answers are read by that say more than yes. Apart from the table, as a client needs nothing else of that, and its
 * bundle stays free of what only servers read.
 */
export const answers = {
  join: messages.joinResponse,
  push: messages.pushResponse,
  pull: messages.pullResponse,
  heartbeat: messages.heartbeatResponse,
} as const;

/** What clients send. */
export const clientToServer = {
  join: asked(messages.joinRequest, messages.joinResponse),
  push: asked(messages.pushRequest, messages.pushResponse),
  pull: asked(messages.pullRequest, messages.pullResponse),
  heartbeat: asked(messages.heartbeatRequest, messages.heartbeatResponse),
  textMessage: {
    direction: 'clientToServer',
    kind: 'notification',
    request: messages.textMessage,
    response: undefined,
  },
  leave: additive(messages.leaveRequest),
  unpush: additive(messages.pushersRequest),
  pausePush: additive(messages.pushersRequest),
  resumePush: additive(messages.pushersRequest),
  pausePull: additive(messages.pushersRequest),
  resumePull: additive(messages.pushersRequest),
  closeConsumer: additive(messages.pushersRequest),
} as const satisfies Record<string, MethodEntry>;

/** What servers send of their own accord, always as notifications and never to whose doing it was. */
export const serverToClient = {
  newUser: told(messages.newUserNotification),
  newPusher: told(messages.newPusherNotification),
  userDisconnect: told(messages.userNotification),
  userReConnect: told(messages.userNotification),
  userLeave: told(messages.userLeaveNotification),
  userLeft: told(messages.userLeaveNotification),
  textMessage: told(messages.textMessageNotification),
  pusherClosed: additivelyTold(messages.pushersNotification),
  pusherPaused: additivelyTold(messages.pushersNotification),
  pusherResumed: additivelyTold(messages.pushersNotification),
} as const satisfies Record<string, MethodEntry>;

/** Every message of the dialect. In two tables, as `textMessage` goes both ways. */
export const methods = { clientToServer, serverToClient } as const;

/** What a client may send. */
export type ClientMethod = keyof typeof clientToServer;
/** What a client may ask: all but textMessage. */
export type ClientRequestMethod = Exclude<ClientMethod, 'textMessage'>;
/** What a server may tell. */
export type ServerMethod = keyof typeof serverToClient;

/** Data of a message from the client, read. */
export type ClientData<Method extends ClientMethod> = v.InferOutput<(typeof clientToServer)[Method]['request']>;
/** Data of a message from the server, read. */
export type ServerData<Method extends ServerMethod> = v.InferOutput<(typeof serverToClient)[Method]['request']>;
/** The answer to a request, read. */
export type ResponseData<Method extends ClientRequestMethod> = v.InferOutput<
  (typeof clientToServer)[Method]['response']
>;

const canonicalNames: ReadonlyMap<string, string> = /* @__PURE__ */ new Map([
  ['newpushers', 'newPusher'],
  .../* @__PURE__ */ Object.keys(serverToClient).map((name) => [name.toLowerCase(), name] as const),
]);

/**
 * The name by which the tables know a message. What servers tell is known however it is capitalised: RTCPilot sends
 * `userReConnect`, and its web client listens for `userReconnect`. A name that nobody knows comes back as it is.
 */
export function canonicalMethod(name: string): string {
  return canonicalNames.get(name.toLowerCase()) ?? name;
}

/** Whether clients may send that; takes canonical names only. */
export const isClientMethod = /* @__PURE__ */ isNameIn(clientToServer);

/** Whether servers may send that; takes canonical names only. */
export const isServerMethod = /* @__PURE__ */ isNameIn(serverToClient);
