/** Freezes a JSON value with everything in it. Returns the value. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const below of Object.values(value)) deepFreeze(below);
  return Object.freeze(value);
}
