import { type Contract, equal, isTrue, rejects, throws } from './Contract.ts';
import { type MediaEngineWorld, handlersOf, openSession } from './mediaEngineWorld.ts';

/** Contract of sessions: the result of `load`, and refused calls. */
export const mediaSessionContract: Contract<MediaEngineWorld> = [
  {
    title: 'load names what the browser sends and receives',
    run: async (world) => {
      const session = world.engine.open();
      const loaded = await session.load(await world.routerRtpCapabilities());
      equal(loaded.canSend, { audio: true, video: true }, 'canSend');
      equal(loaded.sctpCapabilities, { numStreams: { OS: 1024, MIS: 1024 } }, 'sctpCapabilities');
      const names = (loaded.recvRtpCapabilities.codecs ?? []).map(({ mimeType }) => mimeType.toLowerCase());
      isTrue(names.includes('audio/opus') && names.includes('video/vp8'), 'opus and VP8 are received');
    },
  },
  {
    title: 'load rejects with invalidState when called twice, and closed after close',
    run: async (world) => {
      const capabilities = await world.routerRtpCapabilities();
      const session = world.engine.open();
      const first = session.load(capabilities);
      await rejects(session.load(capabilities), 'invalidState', 'the second load');
      await first;
      session.close();
      session.close();
      equal(session.closed, true, 'closed');
      await rejects(session.load(capabilities), 'closed', 'load after close');
    },
  },
  {
    title: 'load rejects with badResponse for capabilities that no router has',
    run: async (world) => {
      const codecs = [{ kind: 'video', mimeType: 'video/V P8', clockRate: 90_000, preferredPayloadType: 101 }];
      await rejects(world.engine.open().load({ codecs } as never), 'badResponse');
    },
  },
  {
    title: 'load rejects with unsupportedCodec when browser and router have no common codec',
    run: async (world) => {
      const codecs = [{ kind: 'video', mimeType: 'video/NONE', clockRate: 90_000, preferredPayloadType: 101 }];
      await rejects(world.engine.open().load({ codecs, headerExtensions: [] } as never), 'unsupportedCodec');
    },
  },
  {
    title: 'load rejects with closed when the session closes meanwhile',
    run: async (world) => {
      const session = world.engine.open();
      const loading = session.load(await world.routerRtpCapabilities());
      session.close();
      await rejects(loading, 'closed');
    },
  },
  {
    title: 'a session refuses transports before load with invalidState, and after close with closed',
    run: async (world) => {
      const description = await world.createTransport('send');
      const { handlers } = handlersOf(world, description.id);
      const early = world.engine.open();
      throws(() => early.createSendTransport(description, handlers), 'invalidState');
      throws(() => early.createRecvTransport(description, handlers), 'invalidState');
      throws(() => early.canReceive({ codecs: [] }), 'invalidState');
      const { session } = await openSession(world);
      session.close();
      throws(() => session.createSendTransport(description, handlers), 'closed');
      throws(() => session.canReceive({ codecs: [] }), 'closed');
    },
  },
  {
    title: 'a session refuses a transport whose description fits no SDP with badResponse',
    run: async (world) => {
      const { session } = await openSession(world);
      const description = await world.createTransport('recv');
      const { handlers } = handlersOf(world, description.id);
      const iceParameters = { usernameFragment: 'a b', password: 'p' };
      throws(() => session.createRecvTransport({ ...description, iceParameters }, handlers), 'badResponse');
      throws(() => session.createRecvTransport({ ...description, id: '' }, handlers), 'badResponse');
    },
  },
];
