import type * as v2 from '@tureen/protocol/mediasoup-v2';
import type * as alpha from '@tureen/protocol/mediasoup-v2-alpha';
import type * as beta from '@tureen/protocol/mediasoup-v2-beta';
import type { Written } from '@tureen/protocol/common';
import { describe, expectTypeOf, it } from 'vitest';
import type {
  serverMethods as alphaServerMethods,
  clientMethods as alphaClientMethods,
} from '../mediasoup-v2-alpha/methods.ts';
import type {
  serverMethods as betaServerMethods,
  clientMethods as betaClientMethods,
} from '../mediasoup-v2-beta/methods.ts';
import type { serverMethods as v2ServerMethods, clientMethods as v2ClientMethods } from '../mediasoup-v2/methods.ts';
import type { V2ClientMethod, V2ClientData, V2ServerMethod, V2ServerData } from './V2Dialect.ts';

/** Methods of a dialect whose data does not fit the shared method; none is expected. */
type MismatchedClient<
  Methods extends Record<keyof Methods, V2ClientMethod>,
  Data extends Record<keyof Methods, unknown>,
> = {
  [Method in keyof Methods]: Data[Method] extends V2ClientData[Methods[Method]] ? never : Method;
}[keyof Methods];
type MismatchedServer<Methods, Data> = {
  [Method in keyof Methods & V2ServerMethod]: Methods[Method] extends keyof Data
    ? V2ServerData[Method] extends Written<Data[Methods[Method]]>
      ? never
      : Method
    : Method;
}[keyof Methods & V2ServerMethod];

// This test has no run-time effect: the compiler checks the types.
describe('types of methods that share a handler', () => {
  it('have client data that fits the shared method', () => {
    expectTypeOf<
      MismatchedClient<typeof v2ClientMethods, { [M in v2.ClientMethod]: v2.ClientData<M> }>
    >().toEqualTypeOf<never>();
    expectTypeOf<
      MismatchedClient<typeof betaClientMethods, { [M in beta.ClientMethod]: beta.ClientData<M> }>
    >().toEqualTypeOf<never>();
    expectTypeOf<
      MismatchedClient<typeof alphaClientMethods, { [M in alpha.ClientMethod]: alpha.ClientData<M> }>
    >().toEqualTypeOf<never>();
  });

  it('have server data that fits the message of the dialect', () => {
    // Profiles are optional in the shared methods, as only this dialect has them. Here they are always present.
    type V2 = MismatchedServer<typeof v2ServerMethods, { [M in v2.ServerMethod]: v2.ServerData<M> }>;
    expectTypeOf<V2>().toEqualTypeOf<'newPeer' | 'newConsumer'>();
    expectTypeOf<
      MismatchedServer<typeof betaServerMethods, { [M in beta.ServerMethod]: beta.ServerData<M> }>
    >().toEqualTypeOf<never>();
    expectTypeOf<
      MismatchedServer<typeof alphaServerMethods, { [M in alpha.ServerMethod]: alpha.ServerData<M> }>
    >().toEqualTypeOf<never>();
  });
});
