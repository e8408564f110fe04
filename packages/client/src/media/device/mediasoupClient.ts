/**
 * What runs of mediasoup-client. The published package has it in this file, without what no page uses
 * (`mediasoupClient.config.ts` says what that is): to a bundler mediasoup-client is one piece, all of which every app would load.
 */
export { Device, ortc } from 'mediasoup-client';
