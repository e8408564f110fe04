import { describe, expect, it } from 'vitest';
import type { RunningServer } from './main.ts';
import { sendRequest } from './testing/openEntry.ts';
import { connect, freePort, useServers } from './testing/useServers.ts';

const { start } = useServers();

interface Candidate {
  readonly protocol: 'udp' | 'tcp';
  readonly address: string;
  readonly port: number;
}

describe('media', () => {
  /** Returns what a client gets, e.g. `udp 203.0.113.7`, the ports, and the ports with their protocols. */
  async function candidatesOf(
    server: RunningServer,
  ): Promise<{ where: string[]; ports: Set<number>; sockets: string[] }> {
    const client = await connect(server, 'alice');
    const asked = { forceTcp: false, producing: true, consuming: false };
    const { data } = (await sendRequest(client, 'createWebRtcTransport', asked)) as {
      data: { iceCandidates: Candidate[] };
    };
    client.close();
    return {
      where: data.iceCandidates.map(({ protocol, address }) => `${protocol} ${address}`),
      ports: new Set(data.iceCandidates.map(({ port }) => port)),
      sockets: data.iceCandidates.map(({ protocol, port }) => `${protocol} ${String(port)}`),
    };
  }

  it('uses free ports in each of several servers in one program', async () => {
    const [one, other] = [await candidatesOf(await start()), await candidatesOf(await start())];
    // One server may use the UDP port that the other uses for TCP.
    expect(one.sockets.filter((socket) => other.sockets.includes(socket))).toEqual([]);
  });

  it('is announced in both families, and under several addresses, on one port', async () => {
    const rtcPort = await freePort();
    const announcedAddress = ['203.0.113.7', '2001:db8::7', '198.51.100.7'];
    const { where, ports } = await candidatesOf(await start({ rtcPort, announcedAddress }));
    const announced = ['203.0.113.7', '198.51.100.7', '2001:db8::7'];
    expect(where).toEqual(['udp', 'tcp'].flatMap((protocol) => announced.map((address) => `${protocol} ${address}`)));
    expect(ports).toEqual(new Set([rtcPort]));
  });

  it('is announced with the address of a name that is resolved at start', async () => {
    const { where } = await candidatesOf(await start({ listenIp: '127.0.0.1', announcedAddress: 'localhost' }));
    expect(where).toEqual(['udp 127.0.0.1', 'tcp 127.0.0.1']);
  });

  it('prevents the start when it cannot listen, with the reason', async () => {
    const rtcPort = await freePort();
    const first = await start({ rtcPort });
    await expect(start({ rtcPort })).rejects.toMatchObject({
      name: 'StartError',
      code: 'portInUse',
      message: expect.stringMatching(
        new RegExp(
          `^UDP port ${String(rtcPort)} on .*, which media requires, is in use; .* choose another --rtc-port$`,
        ),
      ) as string,
    });
    await first.close();
    await start({ rtcPort });
    await expect(start({ listenIp: '192.0.2.1' })).rejects.toMatchObject({ code: 'addressNotAvailable' });
    await expect(start({ announcedAddress: 'nowhere.invalid' })).rejects.toMatchObject({ code: 'hostUnknown' });
  });
});
