import { TureenError } from '../shared/errors.ts';

/** Returns the devices of the app, or those of the page. Undefined in a page without HTTPS, and in Node. */
export function findMediaDevices(given: MediaDevices | undefined): MediaDevices | undefined {
  return given ?? (globalThis as { navigator?: { mediaDevices?: MediaDevices } }).navigator?.mediaDevices;
}

/** Returns the devices of the app, or those of the page. Throws `unsupported` without either. */
export function requireMediaDevices(given: MediaDevices | undefined): MediaDevices {
  const devices = findMediaDevices(given);
  if (devices === undefined)
    throw new TureenError('unsupported', 'this page has no access to media devices', {
      hint: 'Serve the page over HTTPS, or from localhost.',
    });
  return devices;
}
