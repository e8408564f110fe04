import { beforeEach, expect } from 'vitest';
import type { MediaBackend } from '../engine/MediaBackend.ts';
import { RoomRegistry } from '../rooms/RoomRegistry.ts';
import type { RoomError } from '../rooms/RoomError.ts';
import { capturedLogs } from './capturedLogs.ts';
import { RoomMember } from './RoomMember.ts';
import { audioParameters } from './rtp.ts';

/** Creates a registry for each test of a file, on the backend that the file shares. */
export function useRegistry(backend: () => MediaBackend) {
  let registry: RoomRegistry;
  beforeEach(() => {
    registry = new RoomRegistry({ backend: backend(), logger: capturedLogs().logger });
    return () => {
      registry.close();
    };
  });

  return {
    get registry(): RoomRegistry {
      return registry;
    },

    /** Enters a member into a room of the registry. */
    enter: (...args: [id: string, options?: Parameters<typeof RoomMember.enter>[2]]) =>
      RoomMember.enter(registry, ...args),
  };
}

/** Sends audio from that member. */
export const sendAudio = ({ peer, send }: RoomMember) =>
  peer.sending.produce(send, { kind: 'audio', rtpParameters: audioParameters(), appData: 'any JSON' });

/** Matches a RoomError of that code. */
export const roomError = (code: RoomError['code']): unknown => expect.objectContaining({ name: 'RoomError', code });
