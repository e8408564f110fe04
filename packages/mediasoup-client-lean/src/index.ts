import { Device, detectDevice, ortc, version } from 'mediasoup-client';
import { Chrome111 } from 'mediasoup-client/handlers/Chrome111';
import { Chrome74 } from 'mediasoup-client/handlers/Chrome74';
import { Firefox120 } from 'mediasoup-client/handlers/Firefox120';
import { Safari12 } from 'mediasoup-client/handlers/Safari12';

/**
 * The part of mediasoup-client that the client calls. From source, this is the installed package. The published client contains a bundle of
 * this module without code that no page runs (see the README of this package).
 */
export { Device, detectDevice, version };

/** Handlers for browsers, by name. */
export const handlers = { Chrome111, Chrome74, Firefox120, Safari12 };

// Separate constants, because a bundler keeps the whole `ortc` object if the object is exported.
export const canReceive = ortc.canReceive;
export const validateAndNormalizeRtpCapabilities = ortc.validateAndNormalizeRtpCapabilities;
export const validateAndNormalizeRtpParameters = ortc.validateAndNormalizeRtpParameters;
export const validateAndNormalizeSctpStreamParameters = ortc.validateAndNormalizeSctpStreamParameters;
