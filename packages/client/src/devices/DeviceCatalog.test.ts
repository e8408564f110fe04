import { describe, expect, test } from 'vitest';

import { DeviceCatalog, type DeviceCatalogEvents } from './DeviceCatalog.ts';
import { FakeMediaDevices } from './mediaDevicesFixture.ts';

const device = (kind: MediaDeviceKind, deviceId: string) =>
  ({ kind, deviceId, groupId: 'g', label: deviceId }) as MediaDeviceInfo;

function catalogWith(...devices: MediaDeviceInfo[]) {
  const source = new FakeMediaDevices();
  source.devices = devices;
  return { source, catalog: new DeviceCatalog({ mediaDevices: source.real }) };
}

/** Resolves to the next `devicesChanged`. */
const nextChange = (catalog: DeviceCatalog) =>
  new Promise<DeviceCatalogEvents['devicesChanged']>((resolve) => {
    catalog.once('devicesChanged', resolve);
  });

const change = (source: FakeMediaDevices, ...devices: MediaDeviceInfo[]) => {
  source.devices = devices;
  source.dispatchEvent(new Event('devicechange'));
};

describe('DeviceCatalog', () => {
  test('lists cameras, microphones and speakers with its own kinds', async () => {
    const { catalog } = catalogWith(
      device('videoinput', 'cam'),
      device('audioinput', 'mic'),
      device('audiooutput', 'box'),
    );

    expect((await catalog.list()).map((one) => [one.kind, one.deviceId])).toEqual([
      ['camera', 'cam'],
      ['microphone', 'mic'],
      ['speaker', 'box'],
    ]);
    expect(await catalog.list('speaker')).toMatchObject([{ deviceId: 'box' }]);
  });

  test('reports added and removed devices', async () => {
    const { catalog, source } = catalogWith(device('videoinput', 'old'));
    catalog.on('devicesChanged', () => {});
    await catalog.list();

    const changed = nextChange(catalog);
    change(source, device('videoinput', 'new'));

    expect(await changed).toMatchObject({
      devices: [{ deviceId: 'new' }],
      added: [{ deviceId: 'new' }],
      removed: [{ deviceId: 'old' }],
    });
  });

  test('reports a change before the first listing too', async () => {
    const { catalog, source } = catalogWith();
    const changed = nextChange(catalog);
    change(source, device('videoinput', 'new'));
    expect(await changed).toMatchObject({ devices: [{ deviceId: 'new' }] });
  });

  test('observes devices only while it has listeners', async () => {
    const { catalog, source } = catalogWith();
    expect(source.listeners).toBe(0);

    const undo = catalog.subscribe('devicesChanged', () => {});
    const changed = nextChange(catalog);
    expect(source.listeners).toBe(1);
    change(source, device('videoinput', 'new'));
    await changed;
    expect(source.listeners).toBe(1);
    undo();
    expect(source.listeners).toBe(0);

    const again = nextChange(catalog);
    expect(source.listeners).toBe(1);
    change(source);
    await again;
    expect(source.listeners).toBe(0);

    catalog.on('devicesChanged', () => {}).removeAllListeners();
    expect(source.listeners).toBe(0);
  });

  test('rejects with unsupported without access to devices, and emits nothing', async () => {
    const catalog = new DeviceCatalog();
    catalog.on('devicesChanged', () => {});
    await expect(catalog.list()).rejects.toMatchObject({ code: 'unsupported' });
  });
});
