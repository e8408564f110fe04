import { expect, it } from 'vitest';
import { keepRaw } from './keepRaw.ts';

it('keepRaw() marks every instance of a class and of its subclasses, without a key of their own', () => {
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
