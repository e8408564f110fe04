import { Recorder } from '@tureen/client/internals';
import { flushMicrotasks } from '../flushMicrotasks.ts';

/** The events of a room, a line each. */
export class RoomRecorder extends Recorder {
  /** Resolves once there are at least `length` lines. Pending microtasks run too, so that a line too many fails the test. */
  override async reaches(length: number): Promise<void> {
    await super.reaches(length);
    await flushMicrotasks();
  }
}
