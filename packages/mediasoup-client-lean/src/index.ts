import { Device, ortc, version } from 'mediasoup-client';

/**
 * The part of mediasoup-client that the client calls. From source this is the installed package. The published client has a
 * bundle of this module without the code that no page runs (see the README of this package).
 */
export { Device, version };

// One constant each: a bundler keeps the whole `ortc` object where the object is exported.
export const canReceive = ortc.canReceive;
export const validateAndNormalizeRtpCapabilities = ortc.validateAndNormalizeRtpCapabilities;
export const validateAndNormalizeRtpParameters = ortc.validateAndNormalizeRtpParameters;
export const validateAndNormalizeSctpStreamParameters = ortc.validateAndNormalizeSctpStreamParameters;
