/**
 * Prevents reactive proxies around the instances of a class, because a proxy has no private fields. Vue's `ref(object)` then contains the
 * object itself, as after `markRaw(object)`.
 */
export function keepRaw(type: { readonly prototype: object }): void {
  Object.defineProperty(type.prototype, '__v_skip', { value: true });
}
