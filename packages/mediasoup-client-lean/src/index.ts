import { Device, ortc, version } from 'mediasoup-client';

/**
 * The part of mediasoup-client that the client calls. From source, this is the installed package. The published client contains a bundle of
 * this module without code that no page runs (see the README of this package).
 */
export { Device, version };

// Separate constants, because a bundler keeps the whole `ortc` object if the object is exported.
export const canReceive = ortc.canReceive;
export const validateAndNormalizeRtpCapabilities = ortc.validateAndNormalizeRtpCapabilities;
export const validateAndNormalizeRtpParameters = ortc.validateAndNormalizeRtpParameters;
export const validateAndNormalizeSctpStreamParameters = ortc.validateAndNormalizeSctpStreamParameters;
