import 'webrtc-adapter';

/** The global `Tureen` of a page without a build step: everything. */
export * from './index.ts';
