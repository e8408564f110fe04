import type { Logger } from '../shared/logger.ts';

export interface IceServersOptions {
  readonly iceServers?: readonly RTCIceServer[] | undefined;
  readonly iceTransportPolicy?: RTCIceTransportPolicy | undefined;
  readonly logger: Logger;
}

/**
 * Calls `create` with ICE servers that the browser accepts. One bad server fails a whole RTCPeerConnection. If `create` throws,
 * tries each server separately, drops bad servers and bad URLs with a warning, and calls `create` again with the others in their
 * order. Rethrows the error of `create`.
 */
export function withUsableIceServers<T>(
  { iceServers, iceTransportPolicy, logger }: IceServersOptions,
  create: (iceServers: RTCIceServer[] | undefined) => T,
): T {
  try {
    return create(iceServers && [...iceServers]);
  } catch (error) {
    if (!Array.isArray(iceServers) || typeof RTCPeerConnection === 'undefined') throw error;
    const usable = iceServers.flatMap((server: RTCIceServer) => usablePart(server, logger));
    if (iceTransportPolicy === 'relay' && !usable.some(({ urls }) => /turns?:/i.test(String(urls))))
      logger.warn("found no TURN server for 'relay'");
    return create(usable);
  }
}

/** Returns the server with its valid URLs, or nothing. */
function usablePart(server: RTCIceServer, logger: Logger): RTCIceServer[] {
  const refusal = refusalOf(server);
  if (refusal === null) return [server];
  const urls = Array.isArray(server?.urls)
    ? server.urls.filter((url) => refusalOf({ ...server, urls: url }) === null)
    : [];
  // Keeps credentials out of the log.
  logger.warn('dropping an ICE server that the browser refuses', { urls: server?.urls, refusal });
  return urls.length === 0 ? [] : [{ ...server, urls }];
}

/** Returns the error with which the browser refuses an ICE server. Null where it accepts the server. */
function refusalOf(server: RTCIceServer): unknown {
  try {
    new RTCPeerConnection({ iceServers: [server] }).close();
    return null;
  } catch (error) {
    return error;
  }
}
