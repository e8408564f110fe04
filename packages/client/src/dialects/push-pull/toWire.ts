import type { AppData } from '@tureen/protocol/common';

/** The wire takes plain objects only: anything else is wrapped. */
export function toAppData(value: unknown): AppData | undefined {
  if (value === undefined) return undefined;
  const isPlain = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isPlain ? (value as AppData) : { value };
}
