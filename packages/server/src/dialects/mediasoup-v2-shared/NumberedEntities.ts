import { refusals } from '@tureen/protocol/mediasoup-v2-shared';
import { refused } from '../Connection.ts';

interface Entity {
  readonly id: string;
  readonly closed: boolean;
}

/** Entities of one kind in one room, by the IDs that clients chose. The ID of a closed entity is free again. */
export class NumberedEntities<E extends Entity> {
  readonly #name: 'Transport' | 'Producer';
  /** Null while the entity is being created. */
  readonly #entities = new Map<number, E | null>();
  readonly #numbers = new WeakMap<E, number>();

  constructor(name: 'Transport' | 'Producer') {
    this.#name = name;
  }

  /** Creates an entity under that ID. Throws a refusal where the room has another entity of that ID. */
  async add(number: number, make: () => Promise<E> | E): Promise<E> {
    this.#forgetClosed();
    if (this.#entities.has(number)) throw refused(refusals.duplicatedId(this.#name));
    this.#entities.set(number, null);
    try {
      const entity = await make();
      this.#entities.set(number, entity);
      this.#numbers.set(entity, number);
      return entity;
    } catch (error) {
      this.#entities.delete(number);
      throw error;
    }
  }

  /** Finds an entity among `owned`. Throws the same refusal for an entity of another peer as for an unknown ID. */
  find(number: number, owned: ReadonlyMap<string, E>): E {
    const entity = this.#entities.get(number);
    if (!entity || owned.get(entity.id) !== entity) throw refused(refusals.notFound(this.#name));
    return entity;
  }

  /** Returns the ID of an entity. Undefined where the entity has no ID, or is being created. */
  numberOf(entity: E): number | undefined {
    return this.#numbers.get(entity);
  }

  #forgetClosed(): void {
    for (const [number, entity] of this.#entities) if (entity?.closed === true) this.#entities.delete(number);
  }
}
