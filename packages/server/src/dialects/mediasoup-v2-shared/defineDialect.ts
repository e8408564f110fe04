import type { ParseResult, RtpCapabilities } from '@tureen/protocol/common';
import type { V2Message, V2MethodEntry } from '@tureen/protocol/mediasoup-v2-shared';
import type { V2ClientMethod, V2Dialect, V2ServerMethod } from './V2Dialect.ts';

/** The messages of one dialect, as its folder of the protocol package declares them. */
interface Messages {
  readonly clientToServer: Readonly<Record<string, V2MethodEntry>>;
  readonly serverToClient: Readonly<Record<string, V2MethodEntry>>;
  canonicalMethod(name: string): string;
  readClientMessage(method: never, payload: unknown): ParseResult<unknown>;
  writeResponse(method: never, data: never): unknown;
  writeServerMessage(method: never, data: never): V2Message;
}

/** Dialect as data: its messages, and their method names in mediasoup-v2. */
export interface DialectDefinition<M extends Messages> {
  readonly name: string;
  readonly messages: M;
  readonly clientMethods: Readonly<Record<keyof M['clientToServer'], V2ClientMethod>>;
  readonly serverMethods: Readonly<Partial<Record<V2ServerMethod, keyof M['serverToClient']>>>;
  readonly hasProfiles: boolean;
  readonly assumedCapabilities?: (routerRtpCapabilities: RtpCapabilities) => RtpCapabilities;
}

/** Creates a dialect from its definition. A type test checks that the data of each method fits the method of the dialect. */
export function defineDialect<M extends Messages>(definition: DialectDefinition<M>): V2Dialect {
  const { name, messages, hasProfiles, assumedCapabilities } = definition;
  const { clientToServer, serverToClient } = messages;
  const clientMethods: Readonly<Record<string, V2ClientMethod>> = definition.clientMethods;
  const serverMethods = definition.serverMethods as Readonly<Partial<Record<V2ServerMethod, string>>>;
  return {
    name,
    hasProfiles,
    ...(assumedCapabilities === undefined ? {} : { assumedCapabilities }),
    readMessage(wireMethod, payload) {
      const ownMethod = messages.canonicalMethod(wireMethod);
      if (!Object.hasOwn(clientToServer, ownMethod)) return undefined;
      const [entry, method] = [clientToServer[ownMethod], clientMethods[ownMethod]];
      if (entry === undefined || method === undefined) return undefined;
      return {
        method,
        kind: entry.kind,
        data: messages.readClientMessage(ownMethod as never, payload),
        writeResponse: (data) =>
          entry.kind === 'request' ? messages.writeResponse(ownMethod as never, data as never) : undefined,
      };
    },
    writeMessage(method, data) {
      const ownMethod = serverMethods[method];
      if (ownMethod === undefined) return undefined;
      const entry = serverToClient[ownMethod];
      const isOurs = entry?.later === true || entry?.additive === true;
      return { ...messages.writeServerMessage(ownMethod as never, data as never), isOurs };
    },
  };
}
