import type { types } from 'mediasoup-client';

import { detectDevice, handlers } from './mediasoupClient.ts';

export interface HandlerChoice {
  readonly handlerName: types.BuiltinHandlerName | undefined;
  readonly handlerFactory: types.HandlerFactory | undefined;
}

/** A factory whose native capabilities the browser reads once, at the latest when a Device requests them. */
export interface AheadFactory extends types.HandlerFactory {
  /** Reads the native capabilities: with two connections, the slowest part of loading. */
  readonly readAhead: () => void;
}

/** Returns the factory of this browser's handler. Undefined for a browser that mediasoup-client does not support. */
export function aheadFactory({ handlerName, handlerFactory }: HandlerChoice): AheadFactory | undefined {
  if (handlerFactory === undefined && typeof RTCPeerConnection === 'undefined') return undefined;
  const name = handlerName ?? detectDevice();
  const genuine = handlerFactory ?? handlers[name as keyof typeof handlers]?.createFactory({});
  if (genuine === undefined) return undefined;
  const read = async (direction: 'sendonly' | 'recvonly') => genuine.getNativeRtpCapabilities({ direction });
  const ahead = (direction: 'sendonly' | 'recvonly') => {
    const reading = read(direction);
    // `load` reports the error.
    reading.catch(() => {});
    return reading;
  };
  let native: Record<'sendonly' | 'recvonly', ReturnType<typeof read>> | undefined;
  const readAhead = () => (native ??= { sendonly: ahead('sendonly'), recvonly: ahead('recvonly') });
  return {
    readAhead,
    name: genuine.name,
    factory: (options) => genuine.factory(options),
    getNativeRtpCapabilities: ({ direction }) => readAhead()[direction],
  };
}
