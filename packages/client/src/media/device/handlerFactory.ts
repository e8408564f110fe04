import type { types } from 'mediasoup-client';

/**
 * Factory of handlers of mediasoup-client. The published types have a copy of the types of mediasoup-client in this module, so that
 * an app needs no mediasoup-client to compile.
 */
export type HandlerFactory = types.HandlerFactory;
