import type { LeaveReason } from '@tureen/client';

export interface EndingText {
  readonly title: string;
  readonly detail: string;
  /** Whether joining again is what most people want now. */
  readonly isRejoinLikely: boolean;
}

const signIn = {
  title: 'You need to sign in again',
  detail: 'Your access to this room has ended. Open the link that you got once more.',
};
const notAllowed = { title: 'You may not join this room', detail: 'Ask the person who invited you for a new link.' };

/** By reason. What is missing here has a text of its own kind. */
export const endings: Readonly<Partial<Record<LeaveReason, Pick<EndingText, 'title' | 'detail'>>>> = {
  left: { title: 'You left the room', detail: 'See you next time.' },
  kicked: { title: 'You were removed from the room', detail: 'The host ended your part of the meeting.' },
  replaced: { title: 'You joined from another tab', detail: 'The meeting continues there. You can close this page.' },
  roomClosed: { title: 'The meeting has ended', detail: 'The host closed the room for everyone.' },
  tokenExpired: signIn,
  unauthorized: signIn,
  forbidden: notAllowed,
  originNotAllowed: notAllowed,
  hostNotAllowed: notAllowed,
  mediaLost: { title: 'The connection was lost', detail: 'Your sound and picture did not reach the server any more.' },
  joinTimeout: { title: 'Joining took too long', detail: 'Check your network connection, then join again.' },
  idle: { title: 'You were away for too long', detail: 'Join again to go on.' },
  connectionLost: { title: 'The connection was lost', detail: 'Check your network connection, then join again.' },
  refused: {
    title: 'You could not get back in',
    detail: 'The connection dropped, and the server did not let you join again.',
  },
};

const likelyToRejoin: ReadonlySet<LeaveReason> = new Set<LeaveReason>([
  'left',
  'mediaLost',
  'joinTimeout',
  'idle',
  'connectionLost',
  'refused',
]);

/** Why the meeting is over, for the person at this page. `given` is the text of whoever ended it. */
export function endingText(reason: LeaveReason, given?: string): EndingText {
  const { title, detail } = endings[reason] ?? {
    title: 'The meeting has ended',
    detail: 'The server ended it, and gave no reason.',
  };
  // A text of the host is for people; one of the server is only where it is all there is.
  const isForPeople = reason === 'kicked' || reason === 'roomClosed' || reason === 'closedByServer';
  return {
    title,
    detail: given !== undefined && isForPeople ? `“${given}”` : detail,
    isRejoinLikely: likelyToRejoin.has(reason),
  };
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
