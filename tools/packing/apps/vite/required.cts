import client = require('@tureen/client');
import ports = require('@tureen/client/ports');
import umd = require('@tureen/client/umd');

export const room: client.Room | undefined = undefined;
export const engine: ports.MediaEngine = ports.deviceEngine();
export const dialect: client.Dialect = client.mediasoupV3({ engine });
export const fromUmd: typeof umd.Room = umd.Room;
