import { describe, expect, it } from 'vitest';

import { FakeMachine } from '../devices/FakeMachine.ts';
import { captureContract, noDevicesContract, refusedCaptureContract } from './captureContract.ts';

const refusing = () =>
  Object.assign(new FakeMachine('mic:usb', 'cam:front'), { failure: new DOMException('no', 'NotAllowedError') });

describe('FakeMachine keeps the contract of a machine without devices, and of a user who refuses', () => {
  it.each([
    ...noDevicesContract.map(({ title, run }) => [title, run, () => new FakeMachine()] as const),
    ...refusedCaptureContract.map(({ title, run }) => [title, run, refusing] as const),
  ])('%s', async (_, run, machine) => {
    expect(await run({ mediaDevices: machine().real, close: () => {} })).toBeUndefined();
  });
});

describe('FakeMachine keeps the contract of capture', () => {
  it.each(captureContract.map(({ title, run }) => [title, run] as const))('%s', async (_, run) => {
    await expect(
      run({ mediaDevices: new FakeMachine('mic:usb', 'mic:box', 'cam:front').real, close: () => {} }),
    ).resolves.toBeUndefined();
  });
});
