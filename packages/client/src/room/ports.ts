export type * from './capabilities.ts';
export type * from './DialectPort.ts';
export type * from './entityInfo.ts';
