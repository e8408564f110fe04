import 'webrtc-adapter';
// First, so that gzip finds repetitions in the rest at shorter distances, which makes the file 0.4 kB smaller.
import './media/device/mediasoupClient.ts';

/** Global `Tureen` of pages without a build step, with every export of the package and of its ports. */
export * from './index.ts';
export * from './ports.ts';
