import { type Producer, type Room, TureenError } from '@tureen/client';
import { readSettings, writeSettings } from '../logic/settings.ts';
import type { Notify } from './Notify.ts';

export type LocalSource = 'microphone' | 'camera' | 'screen';

const failures: Readonly<Record<LocalSource, (isOn: boolean) => string>> = {
  microphone: (isOn) => `The microphone could not be turned ${isOn ? 'on' : 'off'}`,
  camera: (isOn) => `The camera could not be turned ${isOn ? 'on' : 'off'}`,
  screen: (isOn) => (isOn ? 'The screen could not be shared' : 'Screen sharing could not be stopped'),
};

/** Turns the local microphone, camera and screen on and off. The last requested state wins. */
export class LocalMedia {
  readonly #room: Room;
  readonly #notify: Notify;
  readonly #onChange: () => void;
  /** Requested state per source while a change is in progress. */
  readonly #requested = new Map<LocalSource, boolean>();

  constructor(room: Room, notify: Notify, onChange: () => void) {
    this.#room = room;
    this.#notify = notify;
    this.#onChange = onChange;
  }

  producerOf(source: string): Producer | null {
    return this.#room.producerOf(source);
  }

  /** Returns whether remote peers receive the source. */
  isOn(source: LocalSource): boolean {
    return this.producerOf(source)?.paused === false;
  }

  /** Returns whether the button shows the source as on. Includes a change in progress. */
  isWanted(source: LocalSource): boolean {
    return this.#requested.get(source) ?? this.isOn(source);
  }

  isBusy(source: LocalSource): boolean {
    return this.#requested.has(source);
  }

  /** Turns a source on or off. Resolves when done. `Notify` reports a failure. */
  async set(source: LocalSource, isOn: boolean): Promise<void> {
    const isUnderWay = this.#requested.has(source);
    // The browser's own dialog is open, and a second request would only repeat it.
    if (isUnderWay && source === 'screen') return;
    this.#requested.set(source, isOn);
    this.#onChange();
    if (isUnderWay) return;
    let target: boolean | undefined = isOn;
    try {
      while (target !== undefined) {
        await this.#apply(source, target);
        const next = this.#requested.get(source);
        target = next === target ? undefined : next;
      }
    } catch (error) {
      // The user has left the room. Not a failure.
      if (!(TureenError.is(error) && error.code === 'closed'))
        this.#notify.error(error, failures[source](target === true));
    }
    this.#requested.delete(source);
    this.#onChange();
  }

  async toggle(source: LocalSource): Promise<void> {
    await this.set(source, !this.isWanted(source));
  }

  /** Switches to another camera or microphone: immediately if the source is on, otherwise the next time. */
  async useDevice(source: 'camera' | 'microphone', deviceId: string): Promise<void> {
    try {
      if (this.producerOf(source) !== null) await this.#room.switchDevice(source, deviceId);
      writeSettings(source === 'camera' ? { cameraId: deviceId } : { microphoneId: deviceId });
    } catch (error) {
      this.#notify.error(error, `The ${source} could not be changed`);
    }
    this.#onChange();
  }

  async #apply(source: LocalSource, isOn: boolean): Promise<void> {
    switch (source) {
      // Turning the microphone off pauses the producer, so that unmuting is immediate.
      case 'microphone':
        if (isOn) await this.#withKnownDevice(source, (deviceId) => this.#room.enableMicrophone({ deviceId }));
        else await this.producerOf(source)?.pause();
        return;
      // Turning the camera off closes the producer, so that the camera's light goes out.
      case 'camera':
        if (isOn)
          await this.#withKnownDevice(source, (deviceId) => this.#room.enableCamera({ preset: 'h720', deviceId }));
        else await this.producerOf(source)?.close();
        return;
      case 'screen':
        if (isOn) await this.#room.enableScreenShare({ audio: true });
        else await Promise.all([this.producerOf('screen')?.close(), this.producerOf('screenAudio')?.close()]);
        return;
    }
  }

  /** Uses the remembered device. Falls back to any device if the remembered device is not plugged in. */
  async #withKnownDevice(
    source: 'camera' | 'microphone',
    enable: (deviceId: string | undefined) => Promise<Producer>,
  ): Promise<void> {
    const { cameraId, microphoneId } = readSettings();
    const remembered = source === 'camera' ? cameraId : microphoneId;
    try {
      await enable(remembered === '' ? undefined : remembered);
    } catch (error) {
      if (remembered === '' || !(TureenError.is(error) && error.code === 'deviceNotFound')) throw error;
      await enable(undefined);
    }
  }
}
