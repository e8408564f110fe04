import { expect, it } from 'vitest';
import { keepRaw } from './keepRaw.ts';

it('keepRaw() marks all instances of a class and its subclasses without adding a key to them', () => {
  class Plain {
    static {
      keepRaw(this);
    }
  }
  class Special extends Plain {}
  for (const instance of [new Plain(), new Special()]) {
    expect(instance).toHaveProperty('__v_skip', true);
    expect(Reflect.ownKeys(instance)).toEqual([]);
  }
});
