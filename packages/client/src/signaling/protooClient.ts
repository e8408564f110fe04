import { Peer } from 'protoo-client';

/**
 * protoo-client without the parts that no room uses. The published package has it in this file (`protooClient.config.ts` leaves out
 * its WebSocket, its retries and its log): to a bundler protoo-client is one piece, all of which every app would load.
 */
export { Peer };
