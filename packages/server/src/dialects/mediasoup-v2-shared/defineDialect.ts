import type { ParseResult, RtpCapabilities } from '@tureen/protocol/common';
import type { V2Message, V2MethodEntry } from '@tureen/protocol/mediasoup-v2-shared';
import type { ClientWord, V2Dialect, ServerWord } from './V2Dialect.ts';

/** The messages of one dialect, as its folder in the protocol has them. */
interface Messages {
  readonly clientToServer: Readonly<Record<string, V2MethodEntry>>;
  readonly serverToClient: Readonly<Record<string, V2MethodEntry>>;
  canonicalMethod(name: string): string;
  readClientMessage(method: never, payload: unknown): ParseResult<unknown>;
  writeResponse(method: never, data: never): unknown;
  writeServerMessage(method: never, data: never): V2Message;
}

/** What makes a dialect: its messages, and what they are called in the family's words. */
export interface DialectDefinition<M extends Messages> {
  readonly name: string;
  readonly messages: M;
  readonly words: Readonly<Record<keyof M['clientToServer'], ClientWord>>;
  readonly methods: Readonly<Partial<Record<ServerWord, keyof M['serverToClient']>>>;
  readonly hasProfiles: boolean;
  readonly assumedCapabilities?: (routerRtpCapabilities: RtpCapabilities) => RtpCapabilities;
}

/** A dialect of a definition. That data fits from the one's words to the other's is for the compiler to check, in the tests. */
export function defineDialect<M extends Messages>(definition: DialectDefinition<M>): V2Dialect {
  const { name, messages, hasProfiles, assumedCapabilities } = definition;
  const { clientToServer, serverToClient } = messages;
  const words: Readonly<Record<string, ClientWord>> = definition.words;
  const methods = definition.methods as Readonly<Partial<Record<ServerWord, string>>>;
  return {
    name,
    hasProfiles,
    ...(assumedCapabilities === undefined ? {} : { assumedCapabilities }),
    hear(heard, payload) {
      const method = messages.canonicalMethod(heard);
      if (!Object.hasOwn(clientToServer, method)) return undefined;
      const [entry, word] = [clientToServer[method], words[method]];
      if (entry === undefined || word === undefined) return undefined;
      return {
        word,
        kind: entry.kind,
        data: messages.readClientMessage(method as never, payload),
        answer: (data) =>
          entry.kind === 'request' ? messages.writeResponse(method as never, data as never) : undefined,
      };
    },
    say(word, data) {
      const method = methods[word];
      if (method === undefined) return undefined;
      const isOurs = serverToClient[method]?.later === true || serverToClient[method]?.additive === true;
      return { ...messages.writeServerMessage(method as never, data as never), isOurs };
    },
  };
}
