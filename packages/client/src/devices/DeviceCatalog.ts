import { Epoch } from '@tureen/kernel';
import { findMediaDevices, requireMediaDevices } from './mediaDevices.ts';
import { checkOptions, checkValue } from '../shared/checks/development.ts';
import { TureenError } from '../shared/errors.ts';
import { TypedEmitter, emitOn } from '../shared/TypedEmitter.ts';

/** Kind of a device. */
export type DeviceKind = 'camera' | 'microphone' | 'speaker';

/** A camera, microphone or speaker. Browsers leave `deviceId` and `label` empty until the user allows a capture. */
export interface CatalogDevice {
  /** Kind of the device. */
  readonly kind: DeviceKind;
  /** ID for capture options and `switchDevice()`. */
  readonly deviceId: string;
  /** ID that the devices of one piece of hardware share. */
  readonly groupId: string;
  /** Name for people. */
  readonly label: string;
}

/** Events emitted by a device catalog. */
export interface DeviceCatalogEvents {
  /** Devices were added or removed. */
  devicesChanged: {
    readonly devices: readonly CatalogDevice[];
    readonly added: readonly CatalogDevice[];
    readonly removed: readonly CatalogDevice[];
  };
}

export interface DeviceCatalogOptions {
  /** Source of the devices. Default: `navigator.mediaDevices`. */
  readonly mediaDevices?: MediaDevices | undefined;
  /** Receives the error of a listener that throws or rejects. */
  readonly onListenerError?: ((error: unknown, event: string) => void) | undefined;
}

const kinds: Readonly<Record<MediaDeviceKind, DeviceKind>> = {
  videoinput: 'camera',
  audioinput: 'microphone',
  audiooutput: 'speaker',
};

/** Devices of the machine. Observes changes only while it has listeners. */
export class DeviceCatalog extends TypedEmitter<DeviceCatalogEvents> {
  readonly #given: MediaDevices | undefined;
  /** Source of `devicechange` events, while there are listeners. */
  #source: MediaDevices | undefined;
  #known: readonly CatalogDevice[] | undefined;
  /** Ends with each later scan, and when the last listener goes: the result of an earlier scan is stale. */
  readonly #scan = new Epoch();

  /** Creates a catalog. Throws `invalidArgument`; `argument` names the option. */
  constructor(options: DeviceCatalogOptions = {}) {
    checkOptions(options);
    super(options.onListenerError, () => {
      if (this.listenerCount() > 0 && this.#source === undefined) this.#wake();
      if (this.listenerCount() === 0 && this.#source !== undefined) this.#sleep();
    });
    this.#given = options.mediaDevices;
  }

  /**
   * Lists the devices of one kind, or all. Rejects with `unsupported` where the page has no access to devices, and with
   * `captureFailed` where the browser fails to list them.
   */
  async list(kind?: DeviceKind): Promise<readonly CatalogDevice[]> {
    checkValue(kind, 'kind', "'camera' | 'microphone' | 'speaker' | undefined");
    const source = requireMediaDevices(this.#given);
    let found: MediaDeviceInfo[];
    try {
      found = await source.enumerateDevices();
    } catch (error) {
      throw new TureenError('captureFailed', 'the browser failed to list its devices', { cause: error });
    }
    return found
      .map(({ kind: name, deviceId, groupId, label }) => ({ kind: kinds[name], deviceId, groupId, label }))
      .filter((device) => kind === undefined || device.kind === kind);
  }

  #wake(): void {
    this.#source = findMediaDevices(this.#given);
    this.#source?.addEventListener('devicechange', this.#handleChange);
    if (this.#source !== undefined) void this.#refresh({ isChange: false });
  }

  #sleep(): void {
    this.#source?.removeEventListener('devicechange', this.#handleChange);
    this.#source = undefined;
    this.#known = undefined;
    this.#scan.next();
  }

  readonly #handleChange = () => {
    void this.#refresh({ isChange: true });
  };

  async #refresh({ isChange }: { isChange: boolean }): Promise<void> {
    this.#scan.next();
    const { signal } = this.#scan;
    let devices: readonly CatalogDevice[];
    try {
      devices = await this.list();
    } catch {
      return;
    }
    if (signal.aborted) return;
    const known = this.#known;
    this.#known = devices;
    if (!isChange) return;
    const added = known === undefined ? [] : missingFrom(known, devices);
    const removed = known === undefined ? [] : missingFrom(devices, known);
    if (known === undefined || added.length > 0 || removed.length > 0)
      emitOn(this, 'devicesChanged', { devices, added, removed });
  }
}

function missingFrom(some: readonly CatalogDevice[], others: readonly CatalogDevice[]): CatalogDevice[] {
  const keyOf = ({ kind, deviceId, groupId, label }: CatalogDevice) => [kind, deviceId, groupId, label].join('\n');
  const keys = new Set(some.map(keyOf));
  return others.filter((device) => !keys.has(keyOf(device)));
}
