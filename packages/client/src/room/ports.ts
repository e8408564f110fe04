export type * from './capabilities.ts';
export type * from './DialectPort.ts';
export type * from './entityInfo.ts';
export type {
  ResumableIds as SessionHolds,
  ConsumeSettings as ConsumeWishes,
  ResumedConsumer as KeptConsumer,
} from './DialectPort.ts';
