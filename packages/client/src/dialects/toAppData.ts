import type { AppData } from '@tureen/protocol/common';

/** Wraps a value that is not a plain object: the protocols carry plain objects only. */
export function toAppData(value: unknown): AppData | undefined {
  if (value === undefined) return undefined;
  const isPlain = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isPlain ? (value as AppData) : { value };
}
