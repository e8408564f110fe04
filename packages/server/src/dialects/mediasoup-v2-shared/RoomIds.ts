import { randomEntityId } from '@tureen/protocol/mediasoup-v2-shared';
import type { StreamProfile } from '@tureen/protocol/mediasoup-v2-shared';
import type { Producer } from '../../rooms/Producer.ts';
import type { Transport } from '../../rooms/Transport.ts';
import { NumberedEntities } from './NumberedEntities.ts';

const ofRooms = new WeakMap<object, RoomIds>();

/**
 * The numbers by which the entities of one room go in the family, whichever of its dialects their owners speak: those of
 * transports and producers are chosen by clients, those of consumers by the server. And what producers call their streams.
 */
export class RoomIds {
  readonly transports = new NumberedEntities<Transport>('Transport');
  readonly producers = new NumberedEntities<Producer>('Producer');
  readonly #consumerIds = new Set<number>();
  readonly #profiles = new WeakMap<Producer, readonly StreamProfile[]>();

  /** The one of that room. */
  static of(room: object): RoomIds {
    const known = ofRooms.get(room);
    if (known !== undefined) return known;
    const ids = new RoomIds();
    ofRooms.set(room, ids);
    return ids;
  }

  /** A new number for a consumer: never again while the room lives. */
  nextConsumerId(): number {
    for (;;) {
      const id = randomEntityId();
      if (this.#consumerIds.has(id)) continue;
      this.#consumerIds.add(id);
      return id;
    }
  }

  /** What its sender calls the streams of a simulcast producer, from the lowest. */
  setProfiles(producer: Producer, profiles: readonly StreamProfile[]): void {
    this.#profiles.set(producer, profiles);
  }

  /** Undefined where the sender does not speak a dialect of the family. */
  profilesOf(producer: Producer): readonly StreamProfile[] | undefined {
    return this.#profiles.get(producer);
  }
}
