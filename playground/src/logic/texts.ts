import type { LeaveReason } from '@tureen/client';

export interface EndingText {
  readonly title: string;
  readonly detail: string;
  /** Whether most people want to rejoin after this reason. */
  readonly isRejoinLikely: boolean;
}

const signIn = {
  title: 'You need to sign in again',
  detail: 'Your access to this room has ended. Open your invitation link again.',
};
const notAllowed = { title: 'You may not join this room', detail: 'Ask the person who invited you for a new link.' };

/** By reason. `endingText` has a general text for other reasons. */
export const endings: Readonly<Partial<Record<LeaveReason, Pick<EndingText, 'title' | 'detail'>>>> = {
  left: { title: 'You left the room', detail: 'See you next time.' },
  kicked: { title: 'You were removed from the room', detail: 'The host ended the meeting for you.' },
  replaced: { title: 'You joined from another tab', detail: 'The meeting continues there. You can close this page.' },
  roomClosed: { title: 'The meeting has ended', detail: 'The host closed the room for everyone.' },
  tokenExpired: signIn,
  unauthorized: signIn,
  forbidden: notAllowed,
  originNotAllowed: notAllowed,
  hostNotAllowed: notAllowed,
  mediaLost: { title: 'The connection was lost', detail: 'Your audio and video no longer reached the server.' },
  joinTimeout: { title: 'Joining took too long', detail: 'Check your network connection, then join again.' },
  idle: { title: 'You were away for too long', detail: 'Join again to continue.' },
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

/** Explains to the user why the meeting ended. `given` is the text of the host or server. */
export function endingText(reason: LeaveReason, given?: string): EndingText {
  const { title, detail } = endings[reason] ?? {
    title: 'The meeting has ended',
    detail: 'The server ended the meeting without a reason.',
  };
  // Hosts write texts for people. A server's text is shown only where no text of the page fits.
  const isForPeople = reason === 'kicked' || reason === 'roomClosed' || reason === 'closedByServer';
  return {
    title,
    detail: given !== undefined && isForPeople ? `“${given}”` : detail,
    isRejoinLikely: likelyToRejoin.has(reason),
  };
}

/** Formats a local time as `14:03`. */
export function clockTime(at: number): string {
  return new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
}

/** Formats a local time as `14:03:09.120`, with ms to compare messages. */
export function wireTime(at: number): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  const ms = String(date.getMilliseconds()).padStart(3, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${ms}`;
}

/** Formats a duration as `0.4 ms`, `12 ms` or `1.20 s`. */
export function duration(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`;
  return `${ms < 10 ? Number(ms.toFixed(1)) : Math.round(ms)} ms`;
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
