import type * as v2 from '@tureen/protocol/mediasoup-v2';
import type * as alpha from '@tureen/protocol/mediasoup-v2-alpha';
import type * as beta from '@tureen/protocol/mediasoup-v2-beta';
import type { Written } from '@tureen/protocol/common';
import { describe, expectTypeOf, it } from 'vitest';
import type { methods as alphaMethods, words as alphaWords } from '../mediasoup-v2-alpha/words.ts';
import type { methods as betaMethods, words as betaWords } from '../mediasoup-v2-beta/words.ts';
import type { methods as v2Methods, words as v2Words } from '../mediasoup-v2/words.ts';
import type { ClientWord, ClientWords, ServerWord, ServerWords } from './V2Dialect.ts';

/** The messages of a dialect whose data does not fit the family's word for them: none. */
type Misheard<Words extends Record<keyof Words, ClientWord>, Data extends Record<keyof Words, unknown>> = {
  [Method in keyof Words]: Data[Method] extends ClientWords[Words[Method]] ? never : Method;
}[keyof Words];
type Misspoken<Methods, Data> = {
  [Word in keyof Methods & ServerWord]: Methods[Word] extends keyof Data
    ? ServerWords[Word] extends Written<Data[Methods[Word]]>
      ? never
      : Word
    : Word;
}[keyof Methods & ServerWord];

// Nothing runs here: it is the compiler that fails.
describe('types, where one word stands for another', () => {
  it('what a client says fits the word of the family', () => {
    expectTypeOf<Misheard<typeof v2Words, { [M in v2.ClientMethod]: v2.ClientData<M> }>>().toEqualTypeOf<never>();
    expectTypeOf<Misheard<typeof betaWords, { [M in beta.ClientMethod]: beta.ClientData<M> }>>().toEqualTypeOf<never>();
    expectTypeOf<
      Misheard<typeof alphaWords, { [M in alpha.ClientMethod]: alpha.ClientData<M> }>
    >().toEqualTypeOf<never>();
  });

  it('what the family says fits the message of the dialect', () => {
    // Profiles are optional in the family, as this dialect alone has them; it always does.
    type V2 = Misspoken<typeof v2Methods, { [M in v2.ServerMethod]: v2.ServerData<M> }>;
    expectTypeOf<V2>().toEqualTypeOf<'newPeer' | 'newConsumer'>();
    expectTypeOf<
      Misspoken<typeof betaMethods, { [M in beta.ServerMethod]: beta.ServerData<M> }>
    >().toEqualTypeOf<never>();
    expectTypeOf<
      Misspoken<typeof alphaMethods, { [M in alpha.ServerMethod]: alpha.ServerData<M> }>
    >().toEqualTypeOf<never>();
  });
});
