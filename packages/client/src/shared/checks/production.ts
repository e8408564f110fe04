// The functions of `development.ts` without their checks. Bundlers remove calls of functions that do nothing.

export function checkValue(_value: unknown, _argument: string, _rule: string): void {}
export function checkOptions(_options: object, _path?: string, _names?: string): void {}
export function checkEach(_list: readonly object[], _path: string): void {}
export function checkFields(_fields: object, _path: string, _rule: string): void {}
export function checkMethods(_object: object | undefined, _path: string, _methods: readonly string[]): void {}
export function checkParts(_parts: object): void {}
export function watchEvents(_logger: object, _owners: readonly object[]): void {}
export function warnOfUnknownEvent(_emitter: object, _event: unknown, _onListenerError: object | undefined): void {}
