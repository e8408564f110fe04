import { type Producer, type Room, TureenError } from '@tureen/client';
import { readSettings, writeSettings } from '../logic/settings.ts';
import type { Notify } from './Notify.ts';

export type LocalSource = 'microphone' | 'camera' | 'screen';

/** The switches of one's own microphone, camera and screen. */
export class LocalMedia {
  readonly #room: Room;
  readonly #notify: Notify;
  readonly #onChange: () => void;
  readonly #busy = new Set<LocalSource>();

  constructor(room: Room, notify: Notify, onChange: () => void) {
    this.#room = room;
    this.#notify = notify;
    this.#onChange = onChange;
  }

  producerOf(source: string): Producer | null {
    for (const producer of this.#room.producers) if (producer.source === source) return producer;
    return null;
  }

  isOn(source: LocalSource): boolean {
    return this.producerOf(source)?.paused === false;
  }

  /** Between the click and what comes of it. */
  isBusy(source: LocalSource): boolean {
    return this.#busy.has(source);
  }

  /** A microphone that is off is paused: unmuting is immediate. */
  async setMicrophone(isOn: boolean): Promise<void> {
    await this.#change('microphone', `The microphone could not be turned ${isOn ? 'on' : 'off'}`, async () => {
      if (isOn) await this.#withKnownDevice('microphone', (deviceId) => this.#room.enableMicrophone({ deviceId }));
      else await this.producerOf('microphone')?.pause();
    });
  }

  /** A camera that is off is given back: its light goes out. */
  async setCamera(isOn: boolean): Promise<void> {
    await this.#change('camera', `The camera could not be turned ${isOn ? 'on' : 'off'}`, async () => {
      if (isOn)
        await this.#withKnownDevice('camera', (deviceId) => this.#room.enableCamera({ preset: 'h720', deviceId }));
      else await this.producerOf('camera')?.close();
    });
  }

  async setScreen(isOn: boolean): Promise<void> {
    await this.#change('screen', isOn ? 'The screen is not shared' : 'The sharing could not be stopped', async () => {
      if (isOn) await this.#room.enableScreenShare({ audio: true });
      else await Promise.all([this.producerOf('screen')?.close(), this.producerOf('screenAudio')?.close()]);
    });
  }

  /** Goes over to another camera or microphone at once, or with the next time it is turned on. */
  async useDevice(source: 'camera' | 'microphone', deviceId: string): Promise<void> {
    await this.#change(source, `The ${source} could not be changed`, async () => {
      if (this.producerOf(source) !== null) await this.#room.switchDevice(source, deviceId);
      writeSettings(source === 'camera' ? { cameraId: deviceId } : { microphoneId: deviceId });
    });
  }

  async #change(source: LocalSource, doing: string, act: () => Promise<unknown>): Promise<void> {
    if (this.#busy.has(source)) return;
    this.#busy.add(source);
    this.#onChange();
    try {
      await act();
    } catch (error) {
      // The room was left meanwhile: that is no news.
      if (!(error instanceof TureenError && error.code === 'closed')) this.#notify.error(error, doing);
    } finally {
      this.#busy.delete(source);
      this.#onChange();
    }
  }

  /** With the device of the last time, which may not be plugged in any more. */
  async #withKnownDevice(
    source: 'camera' | 'microphone',
    enable: (deviceId: string | undefined) => Promise<Producer>,
  ): Promise<void> {
    const { cameraId, microphoneId } = readSettings();
    const remembered = source === 'camera' ? cameraId : microphoneId;
    try {
      await enable(remembered === '' ? undefined : remembered);
    } catch (error) {
      if (remembered === '' || !(error instanceof TureenError && error.code === 'deviceNotFound')) throw error;
      await enable(undefined);
    }
  }
}
