/** Emitter of all libraries in the bundle. The published package has its code in this file (`build/leanEventEmitter3.ts`). */
export { EventEmitter } from 'eventemitter3';
