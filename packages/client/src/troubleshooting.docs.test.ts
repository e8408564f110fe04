import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { codeIn, pageOf, sectionOf } from '@tureen/testkit/markdown/markdown';
import { roomWorld } from '@tureen/testkit/scripted/roomWorld';
import { FakeEngine } from './media/fake/FakeEngine.ts';
import { deviceEngine } from './ports.ts';
import { ManualClock } from '@tureen/kernel';
import { mediasoupV3, ProtooTransport, Room, type TureenError } from './index.ts';
import { toCaptureError } from './devices/captureErrors.ts';

const page = pageOf('docs/troubleshooting.md');
/** Texts in code of a section, as the page quotes them. */
const quotedIn = (heading: string) => codeIn(sectionOf(page, heading));
const errorOf = (call: Promise<unknown>) =>
  call.then(
    () => expect.unreachable(),
    (error: unknown) => error as TureenError,
  );

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('docs/troubleshooting.md', () => {
  it('quotes the message of a connection that is refused', async () => {
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const room = new Room({
      roomId: 'kitchen',
      dialect: mediasoupV3({ engine: new FakeEngine() }),
      transport: new ProtooTransport({ url }),
    });

    const error = await errorOf(room.join());
    server.close();

    expect(error).toMatchObject({ code: 'connectionFailed', closeCode: 1006 });
    expect(quotedIn('WebSocket close code 1006')).toContain(error.message.replace(url, 'wss://sfu.example/'));
  });

  it('quotes the message of a connection that does not open, and of a request without a response', async () => {
    const clock = new ManualClock();
    const opening = roomWorld({ clock, transport: { connect: () => new Promise(() => {}) } }).room.join();
    clock.advance(20_000);
    expect(quotedIn('join() times out')).toContain((await errorOf(opening)).message);

    const silent = roomWorld();
    silent.server.on('getRouterRtpCapabilities', () => new Promise(() => {}));
    const asked = silent.server.got('getRouterRtpCapabilities');
    const joining = errorOf(silent.room.join());
    await asked;
    silent.clock.advance(20_000);
    expect(quotedIn('join() times out')).toContain((await joining).message);
  });

  it('quotes the message of a page without HTTPS', async () => {
    vi.stubGlobal('navigator', {});
    const { room } = roomWorld();
    await room.join();

    const error = await errorOf(room.enableCamera());

    expect(error.code).toBe('unsupported');
    expect(quotedIn('Works on localhost, not on the LAN')).toContain(error.message);
  });

  it('quotes the message of a screen share outside a click', () => {
    const { hint } = toCaptureError(new DOMException('', 'InvalidStateError'), 'screen');

    expect(quotedIn('Screen sharing fails')).toContain(hint);
  });

  it('quotes the message of a browser without WebRTC', async () => {
    const { room } = roomWorld({ dialect: mediasoupV3({ engine: deviceEngine() }) });

    const { code, message } = await errorOf(room.join());

    expect(quotedIn('unsupportedBrowser in Node or in tests')).toContain(message.replace(/: .*/, ': …'));
    expect(code).toBe('unsupportedBrowser');
  });

  it('quotes the message of a room behind a proxy', async () => {
    const proxy = new Proxy(roomWorld().room, {});
    const quoted = quotedIn('Vue: Receiver must be an instance of class Room');

    expect(quoted).toContain(`TypeError: ${(await errorOf(proxy.join())).message}`);
    expect(quoted).toContain((await errorOf(proxy.leave())).message);
  });
});
