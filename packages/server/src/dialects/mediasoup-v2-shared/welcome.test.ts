import { describe, expect, it } from 'vitest';
import { openV2Rooms } from '../../testing/openV2Rooms.ts';
import { useBackend } from '../../testing/useBackend.ts';
import { v2Names } from '../../testing/V2Client.ts';

const backend = useBackend();

describe.each(v2Names)('welcome in %s', (dialect) => {
  const hasWelcome = dialect !== 'mediasoup-v2-alpha';

  it.runIf(hasWelcome)('is the response to queryRoom, sent before any request', async () => {
    using rooms = openV2Rooms(backend());
    const alice = rooms.connect(dialect, 'alice', 'room', undefined, { welcome: '1' });
    const { method, rtpCapabilities, mandatoryCodecPayloadTypes } = await alice.received('welcome');
    const answer = await alice.sendMessage('queryRoom');
    expect({ method, rtpCapabilities, mandatoryCodecPayloadTypes }).toEqual({ method: 'welcome', ...answer });
  });

  it('is not sent to a client that does not ask for it', async () => {
    using rooms = openV2Rooms(backend());
    const alice = await rooms.join(dialect, 'alice');
    expect(alice.all('welcome')).toEqual([]);
  });

  it.runIf(!hasWelcome)('is not sent where there is no queryRoom', async () => {
    using rooms = openV2Rooms(backend());
    const alice = rooms.connect(dialect, 'alice', 'room', undefined, { welcome: '1' });
    await alice.join();
    expect(alice.all('welcome')).toEqual([]);
  });
});
