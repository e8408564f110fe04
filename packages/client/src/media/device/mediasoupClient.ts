/**
 * The only import of mediasoup-client's code. The build writes the lean bundle to this file. An app that builds with the
 * condition `mediasoup-client` gets the genuine package instead (`imports` in package.json).
 */
export {
  Device,
  canReceive,
  detectDevice,
  handlers,
  validateAndNormalizeRtpCapabilities,
  validateAndNormalizeRtpParameters,
  validateAndNormalizeSctpStreamParameters,
} from '@tureen/mediasoup-client-lean';
