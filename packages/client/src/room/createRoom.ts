import { systemClock } from '@tureen/kernel';
import { detectDevice } from '../devices/detectDevice.ts';
import { DeviceCatalog } from '../devices/DeviceCatalog.ts';
import { PlaybackGate } from '../playback/PlaybackGate.ts';
import { watchEvents } from '../shared/checks/development.ts';
import { silentLogger, withContext } from '../shared/logger.ts';
import { type TypedEmitter, emitOn } from '../shared/TypedEmitter.ts';
import { defaultReconnectPolicy } from '../signaling/ReconnectPolicy.ts';
import { Trace } from '../signaling/Trace.ts';
import { checkCallOptions, checkRoomOptions, checkedId } from './checks.ts';
import type { RoomIdentity } from './DialectPort.ts';
import type { TransportDirection } from './entityInfo.ts';
import { EntityStats } from './EntityStats.ts';
import { createEventRoutes } from './eventRoutes.ts';
import type { RoomEvents } from './events.ts';
import { DisplayName } from './local/DisplayName.ts';
import { LocalMedia } from './local/LocalMedia.ts';
import { LocalProducers } from './local/LocalProducers.ts';
import type { JoinOptions, RoomOptions } from './options.ts';
import { MediaRecovery } from './recovery/MediaRecovery.ts';
import { RefusedOffers } from './remote/RefusedOffers.ts';
import { RemotePeers } from './remote/RemotePeers.ts';
import type { RoomContext } from './RoomContext.ts';
import { randomPeerId } from './randomPeerId.ts';
import { RoomLifecycle } from './RoomLifecycle.ts';
import { RoomPlayback } from './RoomPlayback.ts';
import { RoomStats } from './RoomStats.ts';
import { RequestReplay } from './session/RequestReplay.ts';
import { RoomSession } from './session/RoomSession.ts';
import type { RoomSnapshot } from './snapshots.ts';

/** Parts of a room. */
export interface RoomParts {
  readonly identity: RoomIdentity;
  readonly context: RoomContext;
  readonly lifecycle: RoomLifecycle;
  readonly session: RoomSession;
  readonly remotePeers: RemotePeers;
  readonly localProducers: LocalProducers;
  readonly localMedia: LocalMedia;
  readonly displayName: DisplayName;
  readonly stats: Readonly<Record<TransportDirection, EntityStats>>;
  readonly playback: RoomPlayback;
  readonly roomStats: RoomStats;
  readonly recovery: MediaRecovery;
  readonly devices: DeviceCatalog;
  readonly trace: Trace;
  /** Options of the last `join()`. */
  joinOptions: JoinOptions;
  /** Null after a change. */
  snapshot: RoomSnapshot | null;
}

/** Creates the parts of `room` and connects them. Throws `invalidArgument`. */
export function createRoom(room: TypedEmitter<RoomEvents>, options: RoomOptions): RoomParts {
  checkCallOptions(options);
  const identity = {
    roomId: checkedId(options.roomId, 'roomId'),
    peerId: checkedId(options.peerId ?? randomPeerId(), 'peerId'),
  };
  checkRoomOptions(options);
  const { dialect, transport, clock = systemClock } = options;
  const logger = withContext(options.logger ?? silentLogger, `${identity.roomId}/${identity.peerId}`);
  const invalidate = () => {
    parts.snapshot = null;
  };
  const announce: RoomContext['announce'] = (event, payload) => {
    parts.snapshot = null;
    emitOn(room, event, payload);
  };
  const reportListenerError = (error: unknown, event: string) => {
    logger.error(`a listener of '${event}' threw`, error);
    // An error of a `listenerError` listener is only logged.
    if (event === 'listenerError') return;
    // Without a listener, the error goes to the console or `window.onerror`, as errors of DOM listeners do.
    if (!emitOn(room, 'listenerError', { event, error })) globalThis.reportError?.(error);
  };
  watchEvents(logger, [room, reportListenerError]);
  const lifecycle = new RoomLifecycle(dialect.capabilities, () => parts);
  const context: RoomContext = {
    get session() {
      return lifecycle.session;
    },
    epoch: lifecycle.epoch,
    get capabilities() {
      return lifecycle.capabilities;
    },
    dialectName: dialect.name,
    clock,
    logger,
    playback: new PlaybackGate({ logger }),
    announce,
    drop: (reason) => {
      session.drop(reason);
    },
    rejoin: (reason) => {
      session.rejoin(reason);
    },
    requestReplay: new RequestReplay(),
    refusedOffers: new RefusedOffers(),
    invalidate,
    reportListenerError,
  };
  const statsOf = (direction: TransportDirection) =>
    new EntityStats(
      context,
      () => ({ type: 'transport', direction }),
      (stats) => {
        announce('transportStats', { direction, stats });
      },
    );
  const { consume = 'auto' } = options;
  const remotePeers = new RemotePeers(context, identity.peerId, consume);
  const localProducers = new LocalProducers(context);
  const displayName = new DisplayName(context, identity.peerId);
  const stats = { send: statsOf('send'), recv: statsOf('recv') };
  const recovery = new MediaRecovery({
    clock,
    announce,
    recovery: () => lifecycle.capabilities.recovery,
    restartIce: async (direction) => {
      await lifecycle.session?.restartIce(direction);
    },
    rebuild: (direction) => lifecycle.rebuild(direction),
    rejoin: context.rejoin,
    drop: context.drop,
  });
  const trace = new Trace();
  const session: RoomSession = new RoomSession({
    identity,
    dialect,
    transport,
    clock,
    logger,
    trace,
    requestTimeoutMs: options.requestTimeoutMs ?? 20_000,
    reconnectPolicy: options.reconnectPolicy === undefined ? defaultReconnectPolicy() : options.reconnectPolicy,
    routes: createEventRoutes({ context, remotePeers, localProducers, stats, recovery, session: () => session }),
    joinRequest: (isSuspect) => ({
      displayName: displayName.joinWith(isSuspect),
      device: parts.joinOptions.device ?? detectDevice(),
      appData: parts.joinOptions.appData,
      consume: true,
      consumeAll: consume === 'auto',
      produce: localProducers.isActive || parts.localMedia.isCapturing,
    }),
    announce,
    reportListenerError,
    resumableIds: () => ({ ...localProducers.resumableIds, ...remotePeers.resumableIds }),
    handlers: lifecycle,
  });
  const parts: RoomParts = {
    identity,
    context,
    lifecycle,
    session,
    remotePeers,
    localProducers,
    localMedia: new LocalMedia(localProducers),
    displayName,
    stats,
    playback: new RoomPlayback(context.playback),
    roomStats: new RoomStats(context, stats),
    recovery,
    devices: new DeviceCatalog({ onListenerError: reportListenerError }),
    trace,
    joinOptions: {},
    snapshot: null,
  };
  return parts;
}
