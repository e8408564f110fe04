/** Returns whether a key reaches the prototype of an object that receives a copy of the field. */
export const isUnsafeKey = (key: string): boolean =>
  key === '__proto__' || key === 'prototype' || key === 'constructor';

/** Copies an object without its unsafe keys. */
export const withoutUnsafeKeys = (fields: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([key]) => !isUnsafeKey(key)));
