import { expectTypeOf, test } from 'vitest';
import type {
  ConsumerEvents,
  DataConsumerEvents,
  DataProducerEvents,
  DeviceCatalogEvents,
  PeerEvents,
  ProducerEvents,
} from '../../index.ts';
import type * as development from './development.ts';
import type { eventNames } from './development.ts';
import type * as production from './production.ts';

type NamesOf<Class extends keyof typeof eventNames> = (typeof eventNames)[Class][number];

test('the list of each class has all its events, and no other', () => {
  expectTypeOf<NamesOf<'Peer'>>().toEqualTypeOf<keyof PeerEvents>();
  expectTypeOf<NamesOf<'Consumer'>>().toEqualTypeOf<keyof ConsumerEvents>();
  expectTypeOf<NamesOf<'Producer'>>().toEqualTypeOf<keyof ProducerEvents>();
  expectTypeOf<NamesOf<'DataConsumer'>>().toEqualTypeOf<keyof DataConsumerEvents>();
  expectTypeOf<NamesOf<'DataProducer'>>().toEqualTypeOf<keyof DataProducerEvents>();
  expectTypeOf<NamesOf<'DeviceCatalog'>>().toEqualTypeOf<keyof DeviceCatalogEvents>();
});

test('production has the functions of development', () => {
  expectTypeOf<typeof production>().toExtend<Omit<typeof development, 'eventNames'>>();
});
