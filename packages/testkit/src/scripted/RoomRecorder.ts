import { Recorder } from '@tureen/client/internals';
import { flushMicrotasks } from '../flushMicrotasks.ts';

/** Events of a room, one line each. */
export class RoomRecorder extends Recorder {
  /** Resolves once there are at least `length` lines. Also runs pending microtasks, so that an extra line fails the test. */
  override async reaches(length: number): Promise<void> {
    await super.reaches(length);
    await flushMicrotasks();
  }
}
