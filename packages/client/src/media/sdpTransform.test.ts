import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import * as genuine from 'sdp-transform';
import { build, type Rolldown } from 'vite';
import { beforeAll, describe, expect, test } from 'vitest';

import { leanSdpTransform, unreadAttributes } from '../../build/leanSdpTransform.ts';
import { licensesBeside } from '../../build/licenses.ts';
import type * as sdpTransform from './sdpTransform.ts';

let files: Rolldown.RolldownOutput['output'];
let published: typeof sdpTransform;

beforeAll(async () => {
  const [built] = (await build({
    configFile: false,
    logLevel: 'silent',
    plugins: [leanSdpTransform, licensesBeside],
    build: {
      write: false,
      minify: false,
      lib: { entry: new URL('sdpTransform.ts', import.meta.url).pathname, formats: ['es'], fileName: 'built' },
    },
  })) as Rolldown.RolldownOutput[];
  files = built!.output;
  published = (await import(`data:text/javascript,${encodeURIComponent(files[0].code)}`)) as typeof sdpTransform;
});

const sdp = `v=0
o=- 20518 0 IN IP4 203.0.113.1
s= 
t=0 0
a=group:BUNDLE 0 1
a=msid-semantic: WMS *
m=video 9 UDP/TLS/RTP/SAVPF 96 97
c=IN IP4 127.0.0.1
a=mid:0
a=ice-ufrag:F7gI
a=ice-pwd:x9cml/YzichV2+XlhiMu8g
a=fingerprint:sha-256 D2:FA:0E:C3
a=rtpmap:96 VP8/90000
a=fmtp:97 apt=96;x-google-start-bitrate=900
a=rtcp-fb:96 nack pli
a=extmap:1/sendrecv urn:ietf:params:rtp-hdrext:sdes:mid
a=rid:h send max-width=1280
a=simulcast:send h;~l
a=candidate:1 1 UDP 2113667327 203.0.113.1 54400 typ host generation 0
a=ssrc:1399694169 cname:a
a=x-unknown:kept
m=application 9 UDP/DTLS/SCTP webrtc-datachannel
c=IN IP4 127.0.0.1
a=mid:1
a=sctp-port:5000
`.replaceAll('\n', '\r\n');

describe('the lean sdp-transform', () => {
  test('reads and writes an SDP as the genuine package does', () => {
    const read = published.parse(sdp);

    expect(read).toEqual(genuine.parse(sdp));
    expect(read.media).toHaveLength(2);
    expect(published.write(read)).toBe(genuine.write(genuine.parse(sdp)));
  });

  /** One line of each attribute whose grammar the build removes. */
  const unread = `control:streamid=0
crypto:1 AES_CM_128_HMAC_SHA1_80 inline:PS1uQCVeeCFCanVmcjkpPywjNWhcYD0mXXtxaVBR|2^20|1:32
connection:new
ptime:20
maxptime:60
remote-candidates:1 203.0.113.1 54400 2 203.0.113.1 54401
x-google-flag:conference
imageattr:97 send [x=800,y=640,sar=1.1,q=0.6] recv [x=330,y=250]
framerate:29.97
source-filter: incl IN IP4 239.5.2.31 10.1.15.5
label:1
ts-refclk:ptp=IEEE1588-2008:39-A7-94-FF-FE-07-CB-D0:37
mediaclk:direct=963214424
keywds:keywords
content:main
floorctrl:c-s
confid:1
userid:1
floorid:1 mstrm:2`.split('\n');

  test('keeps attributes that neither engine reads as text, and writes them unchanged', () => {
    const lines = unread.map((line) => `a=${line}`);
    const read = published.parse(`${sdp}${lines.join('\r\n')}\r\n`);
    const section = read.media[1]!;
    const known = genuine.parse(`${sdp}${lines.join('\r\n')}\r\n`).media[1]!;

    expect(section.invalid).toEqual(unread.map((value) => ({ value })));
    expect(Object.keys(known).filter((name) => !(name in section))).toEqual([...unreadAttributes]);
    expect(published.write(read).split('\r\n')).toEqual(expect.arrayContaining(lines));
  });

  test('reads every attribute that an engine or mediasoup-client names', () => {
    const folder = dirname(createRequire(import.meta.url).resolve('mediasoup-client'));
    const sources = [join(folder, 'handlers/sdp'), fileURLToPath(new URL('peerConnection', import.meta.url))]
      .flatMap((path) => readdirSync(path).map((file) => join(path, file)))
      .filter((file) => /(?<!\.d|\.test|Fixture)\.[jt]s$/.test(file));
    const accesses = new RegExp(`(?:[oO]bject|section|sdp)\\??\\.(?:${unreadAttributes.join('|')})\\b`);

    expect(sources.length).toBeGreaterThan(10);
    for (const file of sources) expect(accesses.exec(readFileSync(file, 'utf8'))?.[0], file).toBeUndefined();
  });

  test('reads parameters and simulcast lists as the genuine package does', () => {
    const params = 'apt=96;profile-level-id=42e01f;flag';

    expect(published.parseParams(params)).toEqual(genuine.parseParams(params));
    expect(published.parseSimulcastStreamList('h,~m;l')).toEqual(genuine.parseSimulcastStreamList('h,~m;l'));
  });

  test('drops the functions that neither engine calls, and writes the license beside the file', () => {
    const license = files.find(({ fileName }) => fileName.endsWith('.LICENSE.txt'));

    expect(files[0].code).not.toMatch(/parseRemoteCandidates|parseImageAttributes|parsePayloads|exports\b|require\(/);
    expect(license).toMatchObject({ source: expect.stringMatching(/^sdp-transform \d+\.\d+\.\d+$/m) as string });
  });
});
