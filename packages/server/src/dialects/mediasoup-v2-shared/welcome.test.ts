import { describe, expect, it } from 'vitest';
import { openV2Rooms } from '../../testing/openV2Rooms.ts';
import { useBackend } from '../../testing/useBackend.ts';
import { v2Names } from '../../testing/V2Client.ts';

const backend = useBackend();

describe('welcome', () => {
  it.each(['mediasoup-v2', 'mediasoup-v2-beta'] as const)(
    'is the response to queryRoom, sent before any request, in %s',
    async (dialect) => {
      using rooms = openV2Rooms(backend());
      const alice = rooms.connect(dialect, 'alice', 'room', undefined, { welcome: '1' });
      const { method, rtpCapabilities, mandatoryCodecPayloadTypes } = await alice.received('welcome');
      const answer = (await alice.sendMessage('queryRoom')) as object;
      expect({ method, rtpCapabilities, mandatoryCodecPayloadTypes }).toEqual({ method: 'welcome', ...answer });
    },
  );

  it.each(v2Names)('is not sent to a client that does not ask for it, in %s', async (dialect) => {
    using rooms = openV2Rooms(backend());
    const alice = await rooms.join(dialect, 'alice');
    expect(alice.all('welcome')).toEqual([]);
  });

  it('is not sent in mediasoup-v2-alpha, which has no queryRoom', async () => {
    using rooms = openV2Rooms(backend());
    const alice = rooms.connect('mediasoup-v2-alpha', 'alice', 'room', undefined, { welcome: '1' });
    await alice.join();
    expect(alice.all('welcome')).toEqual([]);
  });
});
