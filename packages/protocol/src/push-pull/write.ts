import type { Written } from '../common/index.ts';
import type {
  ClientData,
  ClientMethod,
  ClientRequestMethod,
  ResponseData,
  ServerData,
  ServerMethod,
} from './methods.ts';

/** Message as sent. */
export interface WireMessage {
  readonly method: string;
  /** `request` for messages that may be either. */
  readonly kind: 'request' | 'notification';
  readonly data: unknown;
}

const offer = (sdp: string) => ({ type: 'offer', sdp });

const clientData: { readonly [Method in ClientMethod]?: (data: Written<ClientData<Method>>) => unknown } = {
  push: ({ sdp, ...rest }) => ({ sdp: offer(sdp), ...rest }),
  pull: ({ sdp, specs, ...rest }) => ({
    sdp: offer(sdp),
    ...rest,
    // RTCPilot refuses a spec without `pusher_id`. All other messages use `pusherId`.
    specs: specs.map(({ type, pusherId }) => ({ type, pusher_id: pusherId, pusherId })),
  }),
};

/** Writes a client message. */
export function writeClientMessage<Method extends ClientMethod>(
  method: Method,
  data: Written<ClientData<Method>>,
): WireMessage {
  const toWire = clientData[method] as ((data: Written<ClientData<Method>>) => unknown) | undefined;
  return {
    method,
    kind: method === 'textMessage' ? 'notification' : 'request',
    data: toWire ? toWire(data) : data,
  };
}

const messages: Readonly<Partial<Record<ClientRequestMethod, string>>> = {
  join: 'join success',
  push: 'push success',
  pull: 'pull success',
};

/** Writes the response to a client request: RTCPilot's `code` and `message`, and the data. */
export function writeResponse<Method extends ClientRequestMethod>(
  method: Method,
  data: Written<ResponseData<Method>>,
): { readonly code: 0; readonly message: string } & Readonly<Record<string, unknown>> {
  return { code: 0, message: messages[method] ?? 'ok', ...(data as object | undefined) };
}

/** Returns a single item bare, as RTCPilot does, and several items as a list. */
const bareIfOne = (items: readonly unknown[]): unknown => (items.length === 1 ? items[0] : items);

const serverData: { readonly [Method in ServerMethod]?: (data: Written<ServerData<Method>>) => unknown } = {
  newPusher: bareIfOne,
  userLeave: bareIfOne,
  userLeft: (items) => items.map(({ userId }) => userId),
};

/** Writes a server message, which is always a notification. newUser is a list, usually of one user. */
export function writeServerMessage<Method extends ServerMethod>(
  method: Method,
  data: Written<ServerData<Method>>,
): WireMessage {
  const toWire = serverData[method] as ((data: Written<ServerData<Method>>) => unknown) | undefined;
  return { method, kind: 'notification', data: toWire ? toWire(data) : data };
}
