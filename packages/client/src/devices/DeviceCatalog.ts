import { findMediaDevices, requireMediaDevices } from './mediaDevices.ts';
import { TureenError } from '../shared/errors.ts';
import { TypedEmitter } from '../shared/TypedEmitter.ts';

export type DeviceKind = 'camera' | 'microphone' | 'speaker';

/** A camera, microphone or speaker. Before the user has allowed any capture, browsers leave `deviceId` and `label` empty. */
export interface CatalogDevice {
  readonly kind: DeviceKind;
  readonly deviceId: string;
  /** The same for all devices of one physical device. */
  readonly groupId: string;
  readonly label: string;
}

export interface DeviceCatalogEvents {
  /** Devices were added or removed. */
  devicesChanged: {
    readonly devices: readonly CatalogDevice[];
    readonly added: readonly CatalogDevice[];
    readonly removed: readonly CatalogDevice[];
  };
}

export interface DeviceCatalogOptions {
  /** Default: `navigator.mediaDevices`. */
  readonly mediaDevices?: MediaDevices | undefined;
  /** Called with the error of a listener that failed. */
  readonly onListenerError?: ((error: unknown, event: string) => void) | undefined;
}

const kinds: Readonly<Record<MediaDeviceKind, DeviceKind>> = {
  videoinput: 'camera',
  audioinput: 'microphone',
  audiooutput: 'speaker',
};

/** Devices of this machine. Watches them only while there is a listener. */
export class DeviceCatalog extends TypedEmitter<DeviceCatalogEvents> {
  readonly #given: MediaDevices | undefined;
  /** Watched source, while there is a listener. */
  #source: MediaDevices | undefined;
  #known: readonly CatalogDevice[] | undefined;
  #turn = 0;

  constructor(options: DeviceCatalogOptions = {}) {
    super(options.onListenerError);
    this.#given = options.mediaDevices;
  }

  /**
   * Lists the devices, of one kind or of all. Rejects with `unsupported` where the page has no access to devices, and with
   * `captureFailed` where the browser does not list them.
   */
  async list(kind?: DeviceKind): Promise<readonly CatalogDevice[]> {
    const source = requireMediaDevices(this.#given);
    let found: MediaDeviceInfo[];
    try {
      found = await source.enumerateDevices();
    } catch (error) {
      throw new TureenError('captureFailed', 'the browser does not list its devices', { cause: error });
    }
    return found
      .map(({ kind: name, deviceId, groupId, label }) => ({ kind: kinds[name], deviceId, groupId, label }))
      .filter((device) => kind === undefined || device.kind === kind);
  }

  /** @internal */
  protected override handleListeners(): void {
    if (this.listenerCount() > 0 && this.#source === undefined) this.#wake();
    if (this.listenerCount() === 0 && this.#source !== undefined) this.#sleep();
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
    this.#turn += 1;
  }

  readonly #handleChange = () => {
    void this.#refresh({ isChange: true });
  };

  async #refresh({ isChange }: { isChange: boolean }): Promise<void> {
    const turn = ++this.#turn;
    let devices: readonly CatalogDevice[];
    try {
      devices = await this.list();
    } catch {
      return;
    }
    if (turn !== this.#turn) return;
    const known = this.#known;
    this.#known = devices;
    if (!isChange) return;
    const added = known === undefined ? [] : missingFrom(known, devices);
    const removed = known === undefined ? [] : missingFrom(devices, known);
    if (known === undefined || added.length > 0 || removed.length > 0)
      this.emit('devicesChanged', { devices, added, removed });
  }
}

function missingFrom(some: readonly CatalogDevice[], others: readonly CatalogDevice[]): CatalogDevice[] {
  const keyOf = ({ kind, deviceId, groupId, label }: CatalogDevice) => [kind, deviceId, groupId, label].join('\n');
  const keys = new Set(some.map(keyOf));
  return others.filter((device) => !keys.has(keyOf(device)));
}
