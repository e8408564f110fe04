import type { CloseReason } from '@tureen/client';

export interface EndingText {
  readonly title: string;
  readonly detail: string;
}

/** What is told when it is over. `reason` is what the room said, `serverWord` what the server gave as its reason. */
export function endingText(reason: CloseReason, serverWord: string | null): EndingText {
  switch (reason) {
    case 'left':
      return { title: 'You left the room', detail: 'See you next time.' };
    case 'closedByServer':
      return {
        title: 'You were removed from the room',
        detail: 'The server ended your part of the meeting, or you joined from elsewhere with the same id.',
      };
    case 'connectionLost':
      return { title: 'The connection was lost', detail: 'The server could not be reached again in time.' };
    case 'refused':
      return {
        title: 'The server did not let you back in',
        detail: 'The connection dropped, and rejoining was refused.',
      };
    default:
      return {
        title: 'The meeting has ended',
        detail: serverWord === null ? 'The server closed the room.' : `The server closed the room: ${serverWord}.`,
      };
  }
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
