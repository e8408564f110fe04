import { randomEntityId } from '@tureen/protocol/mediasoup-v2-shared';
import type { StreamProfile } from '@tureen/protocol/mediasoup-v2-shared';
import type { Producer } from '../../rooms/Producer.ts';
import type { Transport } from '../../rooms/Transport.ts';
import { NumberedEntities } from './NumberedEntities.ts';

const ofRooms = new WeakMap<object, RoomIds>();

/**
 * Numeric IDs of the entities of one room in the mediasoup 2 dialects. Clients choose the IDs of transports and producers,
 * the server those of consumers. Also keeps the profile names of each producer's streams.
 */
export class RoomIds {
  readonly transports = new NumberedEntities<Transport>('Transport');
  readonly producers = new NumberedEntities<Producer>('Producer');
  readonly #consumerIds = new Set<number>();
  readonly #profiles = new WeakMap<Producer, readonly StreamProfile[]>();

  /** Returns the IDs of the room. */
  static of(room: object): RoomIds {
    const known = ofRooms.get(room);
    if (known !== undefined) return known;
    const ids = new RoomIds();
    ofRooms.set(room, ids);
    return ids;
  }

  /** Returns a new consumer ID, unique while the room exists. */
  nextConsumerId(): number {
    for (;;) {
      const id = randomEntityId();
      if (this.#consumerIds.has(id)) continue;
      this.#consumerIds.add(id);
      return id;
    }
  }

  /** Stores the profile names that the sender gave the streams of a simulcast producer, the lowest first. */
  setProfiles(producer: Producer, profiles: readonly StreamProfile[]): void {
    this.#profiles.set(producer, profiles);
  }

  /** Returns the profile names of a producer. Undefined where the sender uses another dialect. */
  profilesOf(producer: Producer): readonly StreamProfile[] | undefined {
    return this.#profiles.get(producer);
  }
}
