/** The emitter of every library in the bundle. The published package has it in this file (`build/leanEventEmitter3.ts`). */
export { EventEmitter } from 'eventemitter3';
