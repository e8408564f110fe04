import { type ProtooFrame, readProtooFrame } from '@tureen/protocol/common';

/** Encodes a frame as the object that protoo writes on a socket. `data` is an object, at least `{}`. */
export function encodeFrame({ kind, ...fields }: ProtooFrame): object {
  // An error response has a code and a reason instead of data.
  return { [kind]: true, ...fields, ...('errorCode' in fields ? {} : { data: fields.data ?? {} }) };
}

/** Decodes the message of any protoo version. Null where the value is not a frame. */
export function decodeFrame(value: unknown): ProtooFrame | null {
  const read = readProtooFrame(value);
  return read.ok ? read.value : null;
}

/**
 * Returns the name of a message for errors and traces. mediasoup 2 puts messages into envelopes (`mediasoup-request`,
 * `mediasoup-notification`); their name is that of the message inside.
 */
export function messageName(method: string, data: unknown): string {
  if (!method.startsWith('mediasoup-')) return method;
  const { method: inner } = Object(data) as { method?: unknown };
  return typeof inner === 'string' ? inner : method;
}
