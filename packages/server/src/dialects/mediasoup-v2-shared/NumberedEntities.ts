import { refusals } from '@tureen/protocol/mediasoup-v2-shared';
import { refused } from '../Connection.ts';

interface Entity {
  readonly id: string;
  readonly closed: boolean;
}

/** Entities of one kind in one room, by the numbers that clients chose for them. A number is free again once its entity has closed. */
export class NumberedEntities<E extends Entity> {
  readonly #name: 'Transport' | 'Producer';
  /** Null: it is being made. */
  readonly #entities = new Map<number, E | null>();
  readonly #numbers = new WeakMap<E, number>();

  constructor(name: 'Transport' | 'Producer') {
    this.#name = name;
  }

  /** Makes an entity under that number. Throws a refusal where the number is taken in the room. */
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

  /** The one of that number among `owned`; someone else's is as unknown as one that never was. */
  find(number: number, owned: ReadonlyMap<string, E>): E {
    const entity = this.#entities.get(number);
    if (!entity || owned.get(entity.id) !== entity) throw refused(refusals.notFound(this.#name));
    return entity;
  }

  /** Undefined where it has none, or is being made. */
  numberOf(entity: E): number | undefined {
    return this.#numbers.get(entity);
  }

  #forgetClosed(): void {
    for (const [number, entity] of this.#entities) if (entity?.closed === true) this.#entities.delete(number);
  }
}
