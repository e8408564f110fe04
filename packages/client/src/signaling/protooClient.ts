import { Peer } from 'protoo-client';

/**
 * protoo-client without the parts that the room does not use. The published package has its code in this file.
 * `protooClient.config.ts` removes its WebSocket, its retries and its log, which a bundler could not: protoo-client is a single
 * module.
 */
export { Peer };
