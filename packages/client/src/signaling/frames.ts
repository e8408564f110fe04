import { readProtooFrame } from '@tureen/protocol/common';
import type { Packet } from './SignalingTransport.ts';

/** A packet as protoo writes it; WebSocketTransport and MemoryTransport speak the same. `data` is an object, at least `{}`. */
export function toFrame({ kind, ...packet }: Packet): object {
  // A refusal has a number and a reason in the place of data.
  return { [kind]: true, ...packet, ...('errorCode' in packet ? {} : { data: packet.data ?? {} }) };
}

/** The reading of a protoo frame, of any generation; null where it is none. */
export function fromFrame(frame: unknown): Packet | null {
  const read = readProtooFrame(frame);
  return read.ok ? read.value : null;
}

/**
 * What a message is called in errors and traces. Programs of mediasoup 2 put theirs into envelopes (`mediasoup-request`,
 * `mediasoup-notification`): there it is the name of what is inside.
 */
export function nameOf(method: string, data: unknown): string {
  if (!method.startsWith('mediasoup-')) return method;
  const { method: inner } = Object(data) as { method?: unknown };
  return typeof inner === 'string' ? inner : method;
}
