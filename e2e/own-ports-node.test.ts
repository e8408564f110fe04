import { expect, it } from 'vitest';
import { playOwnPorts } from './ownPorts/app.ts';
import { expected } from './ownPorts/expected.ts';

it('plays a call over the transport, dialect, engine, logger, clock and reconnect policy of an app', async () => {
  expect(await playOwnPorts()).toEqual(expected);
});
