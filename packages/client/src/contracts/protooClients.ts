import * as protoo from 'protoo-client';
import { vi } from 'vitest';
import { ManualClock } from '@tureen/kernel';

import { silentLogger } from '../shared/logger.ts';
import { TureenError } from '../shared/errors.ts';
import { ProtooTransport } from '../signaling/ProtooTransport.ts';
import { SignalingChannel } from '../signaling/SignalingChannel.ts';
import type { Responder } from '../signaling/SignalingChannelTypes.ts';
import type { SignalingTransport } from '../signaling/SignalingTransport.ts';
import { Trace } from '../signaling/Trace.ts';
import { WebSocketTransport } from '../signaling/WebSocketTransport.ts';
import type { ClientName, Delivered } from './protooScript.ts';

/** Client of protoo under test. */
export interface ProtooClient {
  request(method: string, data: unknown): void;
  notify(method: string, data: unknown): void;
  /** Lets the timeout of pending requests pass. */
  passTimeout(): void;
  close(): void;
}

export type OpenProtooClient = (url: string, deliver: (delivered: Delivered) => void) => Promise<ProtooClient>;

/** Responds to a request from the server as its method says. */
function respond(method: string, data: unknown, responder: Responder): void {
  if (method === 'reject') responder.reject(403, 'no');
  else responder.accept(data);
  if (method === 'accept twice') responder.accept(data);
}

/** protoo-client as published: its own WebSocket and its `Peer`. */
const openGenuine: OpenProtooClient = async (url, deliver) => {
  const transport = new protoo.WebSocketTransport(url, { retry: { retries: 0 } });
  const peer = new protoo.Peer(transport);
  let isDisconnected = false;
  peer.on('notification', ({ method, data }) => {
    deliver(['notification', method, data]);
  });
  peer.on('request', ({ method, data }, accept, reject) => {
    deliver(['request', method, data]);
    respond(method, data, { accept, reject });
  });
  peer.on('disconnected', () => {
    isDisconnected = true;
    // Only this call stops the reconnection.
    peer.close();
  });
  await new Promise<void>((resolve) => {
    peer.on('open', resolve);
  });
  peer.on('close', () => {
    deliver(['closed', isDisconnected ? 'network' : 'server']);
  });
  return {
    request: (method, data) => {
      peer.request(method, data).then(
        (response) => {
          deliver(['response', method, response]);
        },
        (error: Error & { code?: unknown }) => {
          deliver(
            error.message === 'request timeout' ? ['timeout', method] : ['error', method, error.code, error.message],
          );
        },
      );
    },
    notify: (method, data) => void peer.notify(method, data),
    passTimeout: () => {
      vi.advanceTimersByTime(22_500);
    },
    close: () => {
      peer.close();
    },
  };
};

const openChannel =
  (createTransport: (url: string) => SignalingTransport): OpenProtooClient =>
  async (url, deliver) => {
    const clock = new ManualClock();
    const channel = new SignalingChannel({
      transport: createTransport(url),
      clock,
      logger: silentLogger,
      trace: new Trace(),
      requestTimeoutMs: 30_000,
      handlers: {
        onClosed: ({ by, code, reason }) => {
          // Runs after the errors of pending requests, which reject a microtask earlier.
          setImmediate(() => {
            deliver([
              'closed',
              by,
              ...(code === undefined ? [] : [code]),
              ...(reason === undefined ? [] : [reason]),
            ] as never);
          });
        },
      },
    });
    channel.deliverTo({
      handleNotification: (method, data) => {
        deliver(['notification', method, data]);
      },
      handleRequest: (method, data, responder) => {
        deliver(['request', method, data]);
        respond(method, data, responder);
      },
    });
    await channel.connect({});
    return {
      request: (method, data) => {
        channel.request(method, data).then(
          (response) => {
            deliver(['response', method, response]);
          },
          (error: unknown) => {
            if (!TureenError.is(error)) throw error;
            if (error.code === 'requestTimeout') deliver(['timeout', method]);
            else if (error.code === 'requestRefused') deliver(['error', method, error.serverCode, error.message]);
            else deliver(['error', method, error.code, '']);
          },
        );
      },
      notify: (method, data) => void channel.notify(method, data),
      passTimeout: () => {
        clock.advance(30_000);
      },
      close: () => {
        channel.close();
      },
    };
  };

export const protooClients: Readonly<Record<ClientName, OpenProtooClient>> = {
  'protoo-client 4': openGenuine,
  ProtooTransport: openChannel((url) => new ProtooTransport({ url })),
  WebSocketTransport: openChannel((url) => new WebSocketTransport({ url, protocols: ['protoo'] })),
};
