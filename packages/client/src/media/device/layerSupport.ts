import type { types } from 'mediasoup-client';

import type { LayerSupport } from '../fitEncodings.ts';

/** Returns how a loaded device handles layers within a stream. */
export function layerSupportOf(device: types.Device): LayerSupport {
  const hasDescriptor = ({ headerExtensions = [] }: types.RtpCapabilities) =>
    headerExtensions.some(({ uri }) => uri.includes('dependency-descriptor'));
  return {
    ignoresModes: device.handlerName.startsWith('Firefox'),
    sendsDescriptor: hasDescriptor(device.sendRtpCapabilities),
    forwardsDescriptor: hasDescriptor(device.recvRtpCapabilities),
  };
}
