import type { AnySchema } from '../common/schema/index.ts';

type Schemas<Messages> = Readonly<Record<keyof Messages, AnySchema>>;

/** One message. `request` reads the data. `response` reads the response, which notifications lack. */
export interface V2MethodEntry {
  readonly direction: 'clientToServer' | 'serverToClient';
  readonly kind: 'request' | 'notification';
  readonly request: AnySchema;
  readonly response: AnySchema | undefined;
  /** An extension of Tureen. Other programs ignore the message. */
  readonly additive?: true;
  /** Newer than the dialect's document. Read, but never sent. */
  readonly later?: true;
}

/** Messages of one direction, by canonical name. Messages with a schema for their response are requests. */
export type V2Table<Direction extends V2MethodEntry['direction'], Messages, Responses = object> = {
  readonly [Method in keyof Messages]: {
    readonly direction: Direction;
    readonly kind: Method extends keyof Responses ? 'request' : 'notification';
    readonly request: Messages[Method];
    readonly response: Method extends keyof Responses ? Responses[Method] : undefined;
    readonly additive?: true;
    readonly later?: true;
  };
};

/** Options of {@link defineV2Table}. */
export interface V2TableOptions<Direction extends V2MethodEntry['direction'], Messages, Responses> {
  readonly direction: Direction;
  /** Schemas of the data. */
  readonly messages: Messages;
  /** Schemas of the responses. */
  readonly responses?: Responses;
  /** Names of Tureen's extensions. */
  readonly additive?: readonly (keyof Messages & string)[];
  /** Messages that are newer than the document. */
  readonly later?: readonly (keyof Messages & string)[];
}

/** Creates the table of one direction. Client bundles contain the schemas of server messages, but no table. */
/* @__NO_SIDE_EFFECTS__ */
export function defineV2Table<
  const Direction extends V2MethodEntry['direction'],
  Messages extends Schemas<Messages>,
  Responses extends Schemas<Responses> = object,
>({
  direction,
  messages,
  responses,
  additive = [],
  later = [],
}: V2TableOptions<Direction, Messages, Responses>): V2Table<Direction, Messages, Responses> {
  const responseOf = new Map<string, AnySchema>(Object.entries(responses ?? {}));
  const entries = Object.entries<AnySchema>(messages).map(([method, request]): [string, V2MethodEntry] => {
    const response = responseOf.get(method);
    return [
      method,
      {
        direction,
        kind: response ? 'request' : 'notification',
        request,
        response,
        ...((additive as readonly string[]).includes(method) ? { additive: true } : {}),
        ...((later as readonly string[]).includes(method) ? { later: true } : {}),
      },
    ];
  });
  return Object.fromEntries(entries) as V2Table<Direction, Messages, Responses>;
}
