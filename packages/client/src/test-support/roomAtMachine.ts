import { FakeMachine } from '../devices/FakeMachine.ts';
import { Recorder } from '../shared/Recorder.ts';
import { expectUnchanged } from '@tureen/testkit/expectUnchanged';
import { roomWorld } from '@tureen/testkit/scripted/roomWorld';

export const inUse = new DOMException('busy', 'NotReadableError');
export const refused = new DOMException('no', 'NotAllowedError');

/** Joins Alice's room on a machine with these devices, and records the events of her producers. */
export async function atMachine(...devices: string[]) {
  const world = roomWorld();
  const machine = new FakeMachine(...devices);
  Object.defineProperty(navigator, 'permissions', { value: machine.permissions, configurable: true });
  await world.room.join();
  const told = new Recorder();
  const { room } = world;
  room.on('producerDeviceChanged', ({ label, deviceId, reason }) => told.push(`now ${label} (${deviceId}): ${reason}`));
  room.on('producerMuteChanged', ({ muted }) => told.push(muted ? 'mute' : 'unmute'));
  room.on('producerPaused', ({ by, reason }) => told.push(`paused by ${by}: ${reason ?? 'a call'}`));
  room.on('producerResumed', ({ by }) => told.push(`resumed by ${by}`));
  room.on('requestFailed', ({ method, error }) => told.push(`${method} failed: ${error.code}`));
  return { ...world, machine, told, mediaDevices: machine.real };
}

/** The same room with its microphone on. */
export async function speaking(options: { deviceId?: string; paused?: boolean } = {}, ...devices: string[]) {
  const world = await atMachine(...(devices.length === 0 ? ['mic:desk', 'mic:head'] : devices));
  const microphone = await world.room.enableMicrophone({ mediaDevices: world.mediaDevices, ...options });
  // The first list of devices emits nothing.
  await expectUnchanged(() => world.told, []);
  world.told.length = 0;
  world.server.received.length = 0;
  return { ...world, microphone };
}

export type World = Awaited<ReturnType<typeof speaking>>;
export const stateOf = ({ microphone, machine }: World) => ({
  label: microphone.track.label,
  paused: microphone.paused,
  loss: microphone.loss,
  live: machine.live.length,
});
