/** Replaces mediasoup-client's handler for React Native, which no page runs. */
export const ReactNative106 = {
  createFactory(): never {
    throw new TypeError('unknown handlerName "ReactNative106"');
  },
};
