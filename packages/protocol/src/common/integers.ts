import { Fault, Schema } from './schema/index.ts';
import { wrongType } from './schema/Fault.ts';

/** Integer within these bounds. */
/* @__NO_SIDE_EFFECTS__ */
export function integer(min: number, max: number): Schema<number> {
  const read = (value: unknown) => {
    if (typeof value !== 'number' || !Number.isFinite(value)) return wrongType(value, 'number');
    if (!Number.isInteger(value)) return new Fault('Expected integer');
    if (value < min) return new Fault(`Expected >=${min}`);
    return value > max ? new Fault(`Expected <=${max}`) : value;
  };
  return new Schema('integer', read, { min, max });
}

/** Integer from 0 to 2^32-1, as the worker counts. */
export const uint32 = /* @__PURE__ */ integer(0, 0xffffffff);
/** Integer from 0 to 255. */
export const byte = /* @__PURE__ */ integer(0, 0xff);
/** RTP payload type: 0 to 127. */
export const payloadType = /* @__PURE__ */ integer(0, 127);
