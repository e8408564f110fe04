import type { types } from 'mediasoup-client';

import { detectDevice, handlers } from './mediasoupClient.ts';

export interface HandlerChoice {
  readonly handlerName: types.BuiltinHandlerName | undefined;
  readonly handlerFactory: types.HandlerFactory | undefined;
}

/**
 * Returns a factory whose native capabilities the browser reads from now on, before a Device requests them: with two connections,
 * the slowest part of loading. Undefined for a browser that mediasoup-client does not support.
 */
export function readAhead({ handlerName, handlerFactory }: HandlerChoice): types.HandlerFactory | undefined {
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
  const native = { sendonly: ahead('sendonly'), recvonly: ahead('recvonly') };
  return {
    name: genuine.name,
    factory: (options) => genuine.factory(options),
    getNativeRtpCapabilities: ({ direction }) => native[direction],
  };
}
