import { type Producer, type Room, TureenError } from '@tureen/client';
import { readSettings, writeSettings } from '../logic/settings.ts';
import type { Notify } from './Notify.ts';

export type LocalSource = 'microphone' | 'camera' | 'screen';

const failures: Readonly<Record<LocalSource, (isOn: boolean) => string>> = {
  microphone: (isOn) => `The microphone could not be turned ${isOn ? 'on' : 'off'}`,
  camera: (isOn) => `The camera could not be turned ${isOn ? 'on' : 'off'}`,
  screen: (isOn) => (isOn ? 'The screen is not shared' : 'The sharing could not be stopped'),
};

/** The switches of one's own microphone, camera and screen. The last wish holds, however fast it follows the one before. */
export class LocalMedia {
  readonly #room: Room;
  readonly #notify: Notify;
  readonly #onChange: () => void;
  /** What is being worked towards; no entry: nothing is under way. */
  readonly #wishes = new Map<LocalSource, boolean>();

  constructor(room: Room, notify: Notify, onChange: () => void) {
    this.#room = room;
    this.#notify = notify;
    this.#onChange = onChange;
  }

  producerOf(source: string): Producer | null {
    return this.#room.producerOf(source);
  }

  /** As the others see it. */
  isOn(source: LocalSource): boolean {
    return this.producerOf(source)?.paused === false;
  }

  /** As its button shows it: on its way there counts. */
  isWanted(source: LocalSource): boolean {
    return this.#wishes.get(source) ?? this.isOn(source);
  }

  isBusy(source: LocalSource): boolean {
    return this.#wishes.has(source);
  }

  /** Resolves when it is so; what fails is a notice. */
  async set(source: LocalSource, isOn: boolean): Promise<void> {
    const isUnderWay = this.#wishes.has(source);
    // The browser's own dialogue is open: a second wish would answer the first.
    if (isUnderWay && source === 'screen') return;
    this.#wishes.set(source, isOn);
    this.#onChange();
    if (isUnderWay) return;
    let wish: boolean | undefined = isOn;
    try {
      while (wish !== undefined) {
        await this.#apply(source, wish);
        const next = this.#wishes.get(source);
        wish = next === wish ? undefined : next;
      }
    } catch (error) {
      // The room was left meanwhile: that is no news.
      if (!(TureenError.is(error) && error.code === 'closed'))
        this.#notify.error(error, failures[source](wish === true));
    }
    this.#wishes.delete(source);
    this.#onChange();
  }

  async toggle(source: LocalSource): Promise<void> {
    await this.set(source, !this.isWanted(source));
  }

  /** Goes over to another camera or microphone at once, or with the next time it is turned on. */
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
      // A microphone that is off is paused: unmuting is immediate.
      case 'microphone':
        if (isOn) await this.#withKnownDevice(source, (deviceId) => this.#room.enableMicrophone({ deviceId }));
        else await this.producerOf(source)?.pause();
        return;
      // A camera that is off is given back: its light goes out.
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
      if (remembered === '' || !(TureenError.is(error) && error.code === 'deviceNotFound')) throw error;
      await enable(undefined);
    }
  }
}
