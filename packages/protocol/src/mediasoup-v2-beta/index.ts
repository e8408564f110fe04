export { readClientMessage, readResponse, readServerMessage } from './codec.ts';
export {
  aliases,
  canonicalMethod,
  clientToServer,
  isClientMethod,
  isClientRequestMethod,
  isServerMethod,
  methods,
  serverToClient,
  type ClientData,
  type ClientMethod,
  type ClientNotificationMethod,
  type ClientRequestMethod,
  type ResponseData,
  type ServerData,
  type ServerMethod,
} from './methods.ts';
export { writeClientMessage, writeResponse, writeServerMessage } from './write.ts';
