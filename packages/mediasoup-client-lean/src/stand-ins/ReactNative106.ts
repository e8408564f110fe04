/** Stands in for mediasoup-client's handler for React Native, which runs in no page. */
export const ReactNative106 = {
  createFactory(): never {
    throw new TypeError('unknown handlerName "ReactNative106"');
  },
};
