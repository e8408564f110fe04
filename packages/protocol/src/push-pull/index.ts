export { readClientMessage, readRefusal, readResponse, readServerMessage } from './codec.ts';
export type { OwnPusher, PulledPusher, PullSpec, Pusher, User } from './entities.ts';
export {
  closeCodes,
  errorCodes,
  isDuplicatedPeerError,
  isPusherNotFoundError,
  refusals,
  type ErrorCode,
  type Refusal,
} from './errors.ts';
export { EXTENSIONS, type Extension } from './extensions.ts';
export type { JoinResponse, PullResponse, PushResponse } from './messages.ts';
export {
  canonicalMethod,
  clientToServer,
  isClientMethod,
  isServerMethod,
  methods,
  serverToClient,
  type ClientData,
  type ClientMethod,
  type ClientRequestMethod,
  type MethodEntry,
  type ResponseData,
  type ServerData,
  type ServerMethod,
} from './methods.ts';
export { formatFmtp, parseFmtp, toRtpParam, toRtpParameters } from './rtpConversion.ts';
export type { RtpParam } from './rtpParam.ts';
export { writeClientMessage, writeResponse, writeServerMessage, type WireMessage } from './write.ts';
