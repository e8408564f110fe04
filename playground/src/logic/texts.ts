import type { CloseReason } from '@tureen/client';

export interface EndingText {
  readonly title: string;
  readonly detail: string;
}

const endings: Readonly<Record<string, EndingText>> = {
  left: { title: 'You left the room', detail: 'See you next time.' },
  kicked: {
    title: 'You were removed from the room',
    detail: 'Whoever runs the server ended your part of the meeting.',
  },
  replaced: { title: 'You joined from elsewhere', detail: 'The same id entered this room again, and took your place.' },
  roomClosed: { title: 'The meeting has ended', detail: 'The room was closed for everyone.' },
  serverClosed: { title: 'The server has stopped', detail: 'It may be back in a moment.' },
  workerDied: {
    title: 'The meeting broke off',
    detail: 'What carried the media failed at the server. Rejoining opens it anew.',
  },
  mediaLost: { title: 'The media connection was lost', detail: 'The server heard nothing from you any more.' },
  closedByServer: {
    title: 'The server ended the connection',
    detail: 'It did not say why: you were removed, the room was closed, or the same id joined from elsewhere.',
  },
  connectionLost: { title: 'The connection was lost', detail: 'The server could not be reached again in time.' },
  refused: {
    title: 'The server did not let you back in',
    detail: 'The connection dropped, and rejoining was refused.',
  },
};

/** What is told when it is over. A server may have reasons of its own; they are passed on as they are. */
export function endingText(reason: CloseReason): EndingText {
  const known = Object.hasOwn(endings, reason) ? endings[reason] : undefined;
  return known ?? { title: 'The meeting has ended', detail: `The server gave as its reason: ${reason}` };
}

/** `14:03`, by the clock of the reader. */
export function clockTime(at: number): string {
  return new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
}

/** `14:03:09.120`: with the ms that one wants when messages are compared. */
export function wireTime(at: number): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  const ms = String(date.getMilliseconds()).padStart(3, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${ms}`;
}

/** `0.4 ms`, `12 ms`, `1.20 s`. */
export function duration(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`;
  return `${ms < 10 ? Number(ms.toFixed(1)) : Math.round(ms)} ms`;
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
