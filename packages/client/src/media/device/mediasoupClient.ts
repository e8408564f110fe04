import { Device, ortc } from 'mediasoup-client';

/**
 * What runs of mediasoup-client. The published package has it in this file, without what no page uses
 * (`mediasoupClient.config.ts` says what that is): to a bundler mediasoup-client is one piece, all of which every app would load.
 */
export { Device };

// One by one: what would be taken out of the object would keep all that is in it.
export const canReceive = ortc.canReceive;
export const validateAndNormalizeRtpCapabilities = ortc.validateAndNormalizeRtpCapabilities;
export const validateAndNormalizeRtpParameters = ortc.validateAndNormalizeRtpParameters;
export const validateAndNormalizeSctpStreamParameters = ortc.validateAndNormalizeSctpStreamParameters;
