import { Epoch } from '@tureen/kernel';
import type { PageActiveReason } from '../shared/pageActive.ts';
import type { RoomCapabilities } from './capabilities.ts';
import type { RoomParts } from './createRoom.ts';
import type { DialectJoinResult, DialectResumeResult, DialectSession } from './DialectPort.ts';
import type { TransportDirection } from './entityInfo.ts';
import type { SessionEnd } from './session/endReason.ts';
import type { RoomSessionHandlers } from './session/RoomSessionTypes.ts';

export const directions = ['send', 'recv'] as const satisfies TransportDirection[];

/** Updates all parts of a room on a join, a connection loss, a rebuilt transport and the end. */
export class RoomLifecycle implements RoomSessionHandlers {
  /** Joined session. Null while not joined. */
  session: DialectSession | null = null;
  /** Ends with each connection loss. */
  readonly epoch = new Epoch();
  capabilities: RoomCapabilities;
  readonly #baseCapabilities: RoomCapabilities;
  readonly #parts: () => RoomParts;

  /** `parts`: called once the room has been created. */
  constructor(baseCapabilities: RoomCapabilities, parts: () => RoomParts) {
    this.capabilities = baseCapabilities;
    this.#baseCapabilities = baseCapabilities;
    this.#parts = parts;
  }

  onJoined(session: DialectSession, result: DialectJoinResult, resumed: DialectResumeResult | null): void {
    const { session: roomSession, remotePeers, displayName, localProducers, stats, recovery } = this.#parts();
    this.session = session;
    this.capabilities = result.capabilities;
    roomSession.markJoined();
    // A listener of `stateChanged` may have left the room.
    if (this.session !== session) return;
    remotePeers.applyJoin(result.peers, resumed);
    if (this.session !== session) return;
    displayName.handleEntered();
    localProducers.handleSession(session, resumed);
    for (const direction of directions) stats[direction].restart();
    recovery.start(resumed !== null);
  }

  onLost(): void {
    const { recovery, remotePeers, localProducers } = this.#parts();
    this.session = null;
    this.epoch.next();
    recovery.stop();
    remotePeers.handleSessionLost();
    localProducers.handleSessionLost();
  }

  onPageActive(reason: PageActiveReason): void {
    if (reason === 'online') this.#parts().recovery.handleOnline();
  }

  onEnded({ reason, detail }: SessionEnd, wasJoined: boolean): void {
    const { context, stats, recovery, localProducers, remotePeers } = this.#parts();
    this.session = null;
    this.epoch.next();
    for (const direction of directions) stats[direction].disable();
    recovery.end();
    localProducers.end(reason);
    remotePeers.end(reason);
    context.refusedOffers.clear();
    context.playback.close();
    this.capabilities = this.#baseCapabilities;
    context.invalidate();
    // A failed join rejects its promise instead.
    if (wasJoined && reason !== 'failed') context.announce('left', { reason, detail });
  }

  /** Replaces a transport, then produces and consumes again what the old transport carried. */
  async rebuild(direction: TransportDirection): Promise<void> {
    const { localProducers, remotePeers, stats } = this.#parts();
    const { session } = this;
    const { signal } = this.epoch;
    await session?.rebuild?.(direction);
    if (session === null || signal.aborted || this.session !== session) return;
    localProducers.handleRebuilt(session);
    remotePeers.handleRebuilt(session);
    stats[direction].restart();
  }
}
