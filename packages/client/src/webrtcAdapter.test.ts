import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { createContext, runInContext } from 'node:vm';

import { build, type Plugin, type Rolldown } from 'vite';
import { describe, expect, test } from 'vitest';

import { leanWebrtcAdapter } from '../build/leanWebrtcAdapter.ts';

/** Bundles `source` as a script that assigns its default export, if any, to the global `result`. */
async function bundle(source: string, plugins: readonly Plugin[]): Promise<string> {
  const entry = new URL('virtual.js', import.meta.url).pathname;
  const virtual: Plugin = {
    name: 'virtual',
    resolveId: (id) => (id === entry ? id : null),
    load: (id) => (id === entry ? source : null),
  };
  const [built] = (await build({
    configFile: false,
    logLevel: 'silent',
    plugins: [virtual, ...plugins],
    build: { write: false, minify: false, lib: { entry, name: 'result', formats: ['iife'] } },
  })) as Rolldown.RolldownOutput[];
  return built!.output[0].code;
}

/** Fakes the part of a window that the shims read. */
function fakeWindow(userAgent: string) {
  class RTCPeerConnection {
    #remoteDescription: unknown = null;
    addIceCandidate() {}
    addTrack() {}
    addTransceiver() {}
    createOffer() {}
    createAnswer() {}
    getSenders() {}
    getReceivers() {}
    getStats() {}
    setLocalDescription() {}
    setRemoteDescription(given: unknown) {
      this.#remoteDescription = given;
    }
    get remoteDescription() {
      return this.#remoteDescription;
    }
    addEventListener() {}
    createDataChannel() {}
  }
  class RTCRtpSender {
    getParameters() {}
    setParameters() {}
  }
  class MediaStream {}
  const [RTCIceCandidate, RTCRtpReceiver, RTCTrackEvent] = [class {}, class {}, class {}];
  const navigator = { userAgent, mediaDevices: { getUserMedia() {}, getSupportedConstraints: () => ({}) } };
  const parts = { RTCPeerConnection, RTCRtpSender, RTCRtpReceiver, RTCTrackEvent, RTCIceCandidate, MediaStream };
  return { ...parts, webkitRTCPeerConnection: RTCPeerConnection, mozRTCPeerConnection: undefined, navigator, console };
}

/** Returns the changes of the window, its classes and its devices since `before`. */
function changesIn(window: ReturnType<typeof fakeWindow>, before: ReadonlyMap<string, unknown>): string[] {
  return [...membersOf(window)].filter(([name, value]) => before.get(name) !== value).map(([name]) => name);
}

function membersOf(window: ReturnType<typeof fakeWindow>): Map<string, unknown> {
  const members = new Map<string, unknown>();
  const add = (path: string, holder: object) => {
    for (const [name, { value, get }] of Object.entries(Object.getOwnPropertyDescriptors(holder)))
      members.set(`${path}.${name}`, value ?? get);
  };
  add('window', window);
  for (const [name, value] of Object.entries(window))
    if (typeof value === 'function') add(`${name}.prototype`, (value as { prototype: object }).prototype);
  add('navigator', window.navigator);
  add('mediaDevices', window.navigator.mediaDevices);
  return members;
}

const agents = {
  chrome: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/66.0.0.0 Safari/537.36',
  firefox: 'Mozilla/5.0 (X11; Linux x86_64; rv:57.0) Gecko/20100101 Firefox/57.0',
  safari: 'Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15',
};

describe('the lean webrtc-adapter', () => {
  test('changes the same in each browser as the whole webrtc-adapter', async () => {
    const [whole, lean] = await Promise.all([
      bundle("import 'webrtc-adapter';", []),
      bundle("import 'webrtc-adapter';", [leanWebrtcAdapter]),
    ]);
    expect(lean.length).toBeLessThan(whole.length * 0.9);

    for (const [browser, userAgent] of Object.entries(agents)) {
      const [byWhole = [], byLean] = [whole, lean].map((code) => {
        const window: ReturnType<typeof fakeWindow> & { window?: unknown } = fakeWindow(userAgent);
        if (browser === 'firefox') Object.assign(window.navigator, { mozGetUserMedia() {} });
        if (browser === 'chrome') Object.assign(window.navigator, { webkitGetUserMedia() {} });
        const before = membersOf(window);
        const sandbox = createContext({ ...window, window, EventTarget, Event });
        runInContext(code, sandbox);
        return changesIn(window, before);
      });
      expect(byWhole.length, browser).toBeGreaterThan(5);
      expect(byLean, browser).toEqual(byWhole);
    }
  });

  test('has all lean SDP functions, which read as the genuine ones do', async () => {
    const ofAdapter = createRequire(createRequire(import.meta.url).resolve('webrtc-adapter'));
    const path = new URL('../sdp.js', pathToFileURL(ofAdapter.resolve('sdp'))).pathname;
    const code = await bundle(`import * as all from '${path}'; export default all;`, [leanWebrtcAdapter]);
    const sandbox = createContext({});
    runInContext(`${code}; globalThis.lean = result;`, sandbox);
    const { lean } = sandbox as { lean: Record<string, (...given: string[]) => unknown> };
    const whole = ofAdapter('sdp') as typeof lean;
    const section = [
      'm=video 9 UDP/TLS/RTP/SAVPF 96 97',
      'a=mid:0',
      'a=rtpmap:96 VP8/90000',
      'a=rtcp-fb:96 nack pli',
      'a=rtpmap:97 rtx/90000',
      'a=fmtp:97 apt=96',
      'a=ssrc:1 cname:who',
      'a=ssrc-group:FID 1 2',
      'a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid',
      'a=sendonly',
      '',
    ].join('\r\n');
    const candidate = 'candidate:1 1 udp 2 192.0.2.1 9 typ srflx raddr 192.0.2.2 rport 8 ufrag abc';

    expect(Object.keys(lean).sort()).toEqual(Object.keys(whole).sort());
    const questions: [string, ...string[]][] = [
      ['splitSections', `v=0\r\n${section}${section}`],
      ['parseMLine', section],
      ['parseCandidate', candidate],
      ['matchPrefix', section, 'a=rtpmap:'],
      ['parseRtpParameters', section],
      ['parseRtpEncodingParameters', section],
      ['getDirection', section, ''],
    ];
    for (const [name, ...given] of questions)
      expect(JSON.stringify(lean[name]!(...given)), name).toBe(JSON.stringify(whole[name]!(...given)));
  });
});
