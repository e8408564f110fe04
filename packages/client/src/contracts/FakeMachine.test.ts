import { describe, it } from 'vitest';

import { FakeMachine } from '../devices/FakeMachine.ts';
import { captureContract } from './captureContract.ts';

describe('FakeMachine keeps the contract of capture', () => {
  it.each(captureContract.map(({ title, run }) => [title, run] as const))('%s', async (_, run) => {
    await run({ mediaDevices: new FakeMachine('mic:usb', 'mic:box', 'cam:front').real, close: () => {} });
  });
});
