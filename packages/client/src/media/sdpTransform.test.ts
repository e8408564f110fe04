import * as genuine from 'sdp-transform';
import { build, type Rolldown } from 'vite';
import { beforeAll, expect, test } from 'vitest';

import { leanSdpTransform } from '../../build/leanSdpTransform.ts';
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

test('reads and writes an SDP as the genuine package does', () => {
  const read = published.parse(sdp);

  expect(read).toEqual(genuine.parse(sdp));
  expect(read.media).toHaveLength(2);
  expect(published.write(read)).toBe(genuine.write(genuine.parse(sdp)));
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
