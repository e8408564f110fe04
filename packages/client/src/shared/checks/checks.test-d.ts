import { describe, expectTypeOf, test } from 'vitest';
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

describe('checks', () => {
  test('lists exactly the events of each class', () => {
    expectTypeOf<NamesOf<'Peer'>>().toEqualTypeOf<keyof PeerEvents>();
    expectTypeOf<NamesOf<'Consumer'>>().toEqualTypeOf<keyof ConsumerEvents>();
    expectTypeOf<NamesOf<'Producer'>>().toEqualTypeOf<keyof ProducerEvents>();
    expectTypeOf<NamesOf<'DataConsumer'>>().toEqualTypeOf<keyof DataConsumerEvents>();
    expectTypeOf<NamesOf<'DataProducer'>>().toEqualTypeOf<keyof DataProducerEvents>();
    expectTypeOf<NamesOf<'DeviceCatalog'>>().toEqualTypeOf<keyof DeviceCatalogEvents>();
  });

  test('exports the functions of development in production', () => {
    expectTypeOf<typeof production>().toExtend<Omit<typeof development, 'eventNames'>>();
  });
});
