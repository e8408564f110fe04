import { rtpParameters as schema } from '@tureen/protocol/common';
import type { RtpParameters } from '@tureen/protocol/common';
import { describe, expect, it } from 'vitest';
import { openRooms } from '../../testing/openRooms.ts';
import { useBackend } from '../../testing/useBackend.ts';
import { videoParameters } from '../../testing/rtp.ts';
import { checkGrammar } from './checkGrammar.ts';

const backend = useBackend();

const bad: readonly [string, (rtp: RtpParameters) => object, string][] = [
  ['cname beyond ASCII', () => ({ rtcp: { cname: 'Žofie' } }), 'rtpParameters.rtcp.cname'],
  ['mid with a space', () => ({ mid: 'a b' }), 'rtpParameters.mid'],
  ['rid with a semicolon', () => ({ encodings: [{ ssrc: 5, rid: 'a;b' }] }), 'rtpParameters.encodings.0.rid'],
  [
    'feedback that ends its line',
    ({ codecs }) => ({ codecs: codecs.map((codec) => ({ ...codec, rtcpFeedback: [{ type: 'nack\r\na=x' }] })) }),
    'rtpParameters.codecs.0.rtcpFeedback.0.type',
  ],
  [
    'codec parameter beyond ASCII',
    ({ codecs }) => ({ codecs: codecs.map((codec) => ({ ...codec, parameters: { note: 'ž' } })) }),
    'rtpParameters.codecs.0.parameters.note',
  ],
  [
    'URI of an extension with a space',
    () => ({ headerExtensions: [{ uri: 'urn:a b', id: 1 }] }),
    'rtpParameters.headerExtensions.0.uri',
  ],
  ['thousand codecs', ({ codecs }) => ({ codecs: Array(1000).fill(codecs[0]) }), 'rtpParameters.codecs'],
];

describe('the engine below the dialects', () => {
  it.each(bad)('refuses a producer with a %s, and offers nothing of it', async (_, change, path) => {
    const rtp = videoParameters();
    expect(() => {
      checkGrammar(schema, { ...rtp, ...change(rtp) }, 'rtpParameters');
    }).toThrow(
      expect.objectContaining({ code: 'invalidParameters', message: expect.stringContaining(path) as string }),
    );

    using rooms = openRooms(backend());
    const alice = await rooms.join('alice');
    const bob = await rooms.join('bob');
    const { id: transportId } = alice.sendTransport!;
    const ask = alice.connection.sendRequest('produce', {
      transportId,
      kind: 'video',
      rtpParameters: { ...rtp, ...change(rtp) },
    });
    await expect(ask).rejects.toMatchObject({
      code: 400,
      message: expect.stringContaining(`${path}: Expected`) as string,
    });
    // Earlier notifications for bob would arrive before the next one.
    const { id } = await alice.produce('audio');
    await bob.connection.received<{ producerId: string }>('newConsumer', ({ producerId }) => producerId === id);
    expect(bob.connection.allReceived('newConsumer')).toHaveLength(1);
  });
});
