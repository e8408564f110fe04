import { isNameIn, type DataOf } from '../common/methods.ts';
import * as s from '../common/schema/index.ts';
import * as messages from './messages.ts';

/**
 * One message. `request` reads the data and `response` reads the response. Messages without a response have no `response`. `kind`
 * `either` is an extension of Tureen: a client sends it as a request, and a server also accepts it as a notification.
 */
export interface MethodEntry {
  readonly direction: 'clientToServer' | 'serverToClient';
  readonly kind: 'request' | 'notification' | 'either';
  readonly request: s.AnySchema;
  readonly response: s.AnySchema | undefined;
  /** An extension of Tureen. Other programs ignore the message. */
  readonly additive?: true;
}

/* @__NO_SIDE_EFFECTS__ */
function request<Request extends s.AnySchema, Response extends s.AnySchema>(request: Request, response: Response) {
  return { direction: 'clientToServer', kind: 'request', request, response } as const;
}

/* @__NO_SIDE_EFFECTS__ */
function additiveRequest<Request extends s.AnySchema>(request: Request) {
  return { direction: 'clientToServer', kind: 'either', request, response: s.empty, additive: true } as const;
}

/* @__NO_SIDE_EFFECTS__ */
function notification<const Direction extends MethodEntry['direction'], Request extends s.AnySchema>(
  direction: Direction,
  request: Request,
) {
  return { direction, kind: 'notification', request, response: undefined } as const;
}

/* @__NO_SIDE_EFFECTS__ */
function serverNotification<Request extends s.AnySchema>(request: Request) {
  return notification('serverToClient', request);
}

/* @__NO_SIDE_EFFECTS__ */
function additiveNotification<Request extends s.AnySchema>(request: Request) {
  return { ...serverNotification(request), additive: true } as const;
}

/** Schemas of the responses that have data. Separate from the table of requests, which a client does not need in its bundle. */
export const responses = {
  join: messages.joinResponse,
  push: messages.pushResponse,
  pull: messages.pullResponse,
  heartbeat: messages.heartbeatResponse,
} as const;

/** Client messages. */
export const clientToServer = {
  join: request(messages.joinRequest, messages.joinResponse),
  push: request(messages.pushRequest, messages.pushResponse),
  pull: request(messages.pullRequest, messages.pullResponse),
  heartbeat: request(messages.heartbeatRequest, messages.heartbeatResponse),
  textMessage: notification('clientToServer', messages.textMessage),
  leave: additiveRequest(messages.leaveRequest),
  unpush: additiveRequest(messages.pushersRequest),
  pausePush: additiveRequest(messages.pushersRequest),
  resumePush: additiveRequest(messages.pushersRequest),
  pausePull: additiveRequest(messages.pushersRequest),
  resumePull: additiveRequest(messages.pushersRequest),
  closeConsumer: additiveRequest(messages.pushersRequest),
} as const satisfies Record<string, MethodEntry>;

/** Server messages. All are notifications, and none goes to the client that caused it. */
export const serverToClient = {
  newUser: serverNotification(messages.newUserNotification),
  newPusher: serverNotification(messages.newPusherNotification),
  userDisconnect: serverNotification(messages.userNotification),
  userReConnect: serverNotification(messages.userNotification),
  userLeave: serverNotification(messages.userLeaveNotification),
  userLeft: serverNotification(messages.userLeaveNotification),
  textMessage: serverNotification(messages.textMessageNotification),
  pusherClosed: additiveNotification(messages.pushersNotification),
  pusherPaused: additiveNotification(messages.pushersNotification),
  pusherResumed: additiveNotification(messages.pushersNotification),
} as const satisfies Record<string, MethodEntry>;

/** All messages of the dialect. Two tables, because both ends send `textMessage`. */
export const methods = { clientToServer, serverToClient } as const;

/** Name of a client message. */
export type ClientMethod = keyof typeof clientToServer;
/** Request of a client: all messages except textMessage. */
export type ClientRequestMethod = Exclude<ClientMethod, 'textMessage'>;
/** Name of a server message. */
export type ServerMethod = keyof typeof serverToClient;

/** Data of a client message after reading. */
export type ClientData<Method extends ClientMethod> = DataOf<typeof clientToServer, Method>;
/** Data of a server message after reading. */
export type ServerData<Method extends ServerMethod> = DataOf<typeof serverToClient, Method>;
/** Data of the response to a request after reading. */
export type ResponseData<Method extends ClientRequestMethod> = s.InferOutput<
  (typeof clientToServer)[Method]['response']
>;

const canonicalNames: ReadonlyMap<string, string> = /* @__PURE__ */ new Map([
  ['newpushers', 'newPusher'],
  .../* @__PURE__ */ Object.keys(serverToClient).map((name) => [name.toLowerCase(), name] as const),
]);

/**
 * Returns the canonical name of a message. Ignores case, because RTCPilot sends `userReConnect` and its web client listens for
 * `userReconnect`. Returns unknown names unchanged.
 */
export function canonicalMethod(name: string): string {
  return canonicalNames.get(name.toLowerCase()) ?? name;
}

/** Returns whether a client may send this message. Requires a canonical name. */
export const isClientMethod = /* @__PURE__ */ isNameIn(clientToServer);

/** Returns whether a server may send this message. Requires a canonical name. */
export const isServerMethod = /* @__PURE__ */ isNameIn(serverToClient);
