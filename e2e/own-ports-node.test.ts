import { expect, it } from 'vitest';
import { playOwnPorts } from './ownPorts/app.ts';
import { expected } from './ownPorts/expected.ts';

it('carries a call over an app’s own transport, dialect, engine, logger, clock and reconnect policy', async () => {
  expect(await playOwnPorts()).toEqual(expected);
});
