import { describe, expect, it } from 'vitest';
import type { DialectContext } from '../../room/DialectPort.ts';
import { TureenError } from '../../shared/errors.ts';
import { V3Join } from './V3Join.ts';
import { V3Requests } from './V3Requests.ts';

const request = {
  displayName: 'Alice',
  device: { flag: 'f', name: 'n', version: '1' },
  appData: {},
  consume: true,
  produce: false,
};
const resumableIds = { producers: ['p1'], consumers: ['c1'], dataProducers: [], dataConsumers: [] };

function world(respond: (method: string, data: unknown) => unknown) {
  const sent: [string, unknown][] = [];
  const context: Pick<DialectContext, 'channel' | 'memory'> = {
    channel: {
      request: async (method, data) => {
        sent.push([method, data]);
        return respond(method, data);
      },
      notify: async () => {},
    },
    memory: { resumeToken: undefined, recall: (create) => create() },
  };
  const requests = new V3Requests(context, {});
  const opened: string[] = [];
  let isOpen = true;
  const description = (id: string) => ({ id }) as never;
  const join = new V3Join({
    context,
    options: {},
    media: {
      load: async () => ({
        recvRtpCapabilities: { codecs: [], headerExtensions: [] },
        sctpCapabilities: undefined,
        canSend: { audio: true, video: true },
      }),
    },
    requests,
    transports: {
      connect: () => {},
      create: async (direction) => description(direction),
      open: (send, recv) => void opened.push(send.id, recv.id),
    },
    assertOpen: () => {
      if (!isOpen) throw new TureenError('closed', 'the session is closed');
    },
  });
  const close = () => {
    isOpen = false;
  };
  return { join, context, requests, sent, opened, close };
}

const joined = { peers: [], extensions: ['resumeToken'], resumeToken: 'next' };
const respond = (method: string) => (method === 'join' ? joined : { codecs: [], headerExtensions: [] });

describe('V3Join', () => {
  it('opens both transports and keeps the extensions and the token of the response', async () => {
    const { join, context, requests, opened } = world(respond);
    expect(await join.join(request)).toMatchObject({ peers: [], capabilities: { text: false } });
    expect(opened).toEqual(['send', 'recv']);
    expect([...requests.extensions]).toEqual(['resumeToken']);
    expect(context.memory.resumeToken).toBe('next');
  });

  it('rejects without a request to join when the session closes meanwhile', async () => {
    const { join, sent, close } = world(respond);
    const joining = join.join(request);
    close();
    await expect(joining).rejects.toMatchObject({ code: 'closed' });
    expect(sent.map(([method]) => method)).toEqual(['getRouterRtpCapabilities']);
  });

  it('resumes with the token and the ids, and with nothing kept where the server names nothing', async () => {
    const { join, context, sent } = world(respond);
    context.memory.resumeToken = 'first';
    const resumed = await join.resume(request, resumableIds);
    expect(sent).toMatchObject([['join', { resumeToken: 'first', holds: resumableIds }]]);
    expect(resumed?.producers.size).toBe(0);
    expect(context.memory.resumeToken).toBe('next');
  });

  it('sends nothing without a token', async () => {
    const { join, sent } = world(respond);
    expect(await join.resume(request, resumableIds)).toBeNull();
    expect(sent).toEqual([]);
  });

  it.each([
    ['forgets the token after a refusal', 'requestRefused', undefined],
    ['keeps the token after a connection loss', 'connectionLost', 'first'],
  ] as const)('%s', async (_, code, kept) => {
    const { join, context } = world(() => {
      throw new TureenError(code, 'failed');
    });
    context.memory.resumeToken = 'first';
    const outcome = await join.resume(request, resumableIds).catch((error: unknown) => (error as TureenError).code);
    expect(outcome).toBe(code === 'requestRefused' ? null : code);
    expect(context.memory.resumeToken).toBe(kept);
  });
});
