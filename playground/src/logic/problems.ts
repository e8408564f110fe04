import { type EndReason, type TureenErrorCode, TureenError } from '@tureen/client';

/** What went wrong, for the person at this page: no codes, and no words of a protocol. */
export interface Problem {
  readonly title: string;
  readonly detail: string;
}

const unreachable: Problem = {
  title: 'The server cannot be reached.',
  detail: 'Check your network connection, then try again in a moment.',
};
const badLink: Problem = { title: 'This link does not work.', detail: 'Ask for a new one.' };
const busy: Problem = { title: 'The server is busy.', detail: 'Try again in a few minutes.' };
const signIn: Problem = {
  title: 'You need to sign in.',
  detail: 'Your access is missing or has run out. Open the link that you got once more.',
};
const notAllowed: Problem = {
  title: 'You may not join this room.',
  detail: 'Ask the person who invited you for a new link.',
};

const ended: Problem = { title: 'The meeting has ended.', detail: 'Choose another room.' };
const slow: Problem = { title: 'Joining took too long.', detail: 'Check your network connection, then try again.' };
const tooMuch: Problem = {
  title: 'You were disconnected.',
  detail: 'This page sent more than the server allows. Reload it, then try again.',
};

/** By reason, so that each that the server has is here. */
export const byReason: Readonly<Record<EndReason, Problem>> = {
  roomFull: { title: 'This room is full.', detail: 'Try again when a person has left, or choose another room.' },
  tooManyRooms: busy,
  tooManyConnections: { title: 'Too many people join from your network.', detail: 'Close other tabs, then try again.' },
  tooManyJoins: { title: 'You joined too often in a short time.', detail: 'Wait a minute, then try again.' },
  unauthorized: signIn,
  tokenExpired: signIn,
  forbidden: notAllowed,
  notPermitted: notAllowed,
  originNotAllowed: {
    title: 'This page may not use the server.',
    detail: 'Open the page that you were given a link to.',
  },
  hostNotAllowed: {
    title: 'This page may not use the server.',
    detail: 'Open the page that you were given a link to.',
  },
  unknownDialect: badLink,
  badRequest: badLink,
  duplicatedPeer: { title: 'You are in this room already.', detail: 'Close the other tab, then try again.' },
  authorizationUnavailable: busy,
  shuttingDown: { title: 'The server is restarting.', detail: 'Try again in a minute.' },
  unavailable: busy,
  workerDied: busy,
  internalError: busy,
  kicked: { title: 'You were removed from the room.', detail: 'The host ended your part of the meeting.' },
  replaced: { title: 'You joined from another tab.', detail: 'The meeting continues there.' },
  roomClosed: ended,
  left: ended,
  joinTimeout: slow,
  idle: slow,
  mediaLost: slow,
  tooManyMessages: tooMuch,
  tooManyBytes: tooMuch,
  badMessages: tooMuch,
  refusedRequests: tooMuch,
  messageTooLarge: tooMuch,
};

const byCode: Readonly<Partial<Record<TureenErrorCode, Problem>>> = {
  connectionFailed: unreachable,
  connectionLost: unreachable,
  requestTimeout: unreachable,
  closedByServer: { title: 'The server did not let you in.', detail: 'Ask the person who invited you for a new link.' },
  invalidArgument: {
    title: 'Your name or the room cannot be used.',
    detail: 'Choose another one of at most 128 characters.',
  },
  unsupportedBrowser: {
    title: 'This browser cannot make calls.',
    detail: 'Use a current Chrome, Edge, Firefox or Safari.',
  },
  unsupportedCodec: {
    title: 'This browser and the server have no video format in common.',
    detail: 'Try another browser.',
  },
};

/** Why the room could not be joined. */
export function joinProblem(error: unknown): Problem {
  const { reason, code } = TureenError.is(error) ? error : {};
  return (
    (reason === undefined ? undefined : byReason[reason]) ??
    (code === undefined ? undefined : byCode[code]) ?? {
      title: 'The room could not be joined.',
      detail: 'Reload the page, then try again.',
    }
  );
}

const advice: Readonly<Partial<Record<TureenErrorCode, string>>> = {
  permissionDenied: 'Allow it beside the address of this page, then try again.',
  deviceNotFound: 'There is no such device. Plug one in, then try again.',
  deviceInUse: 'Another program uses it. Close that program, then try again.',
  captureFailed: 'The device gives nothing. Unplug it and plug it in again.',
  connectionLost: 'The connection dropped. Try again once you are back.',
  connectionFailed: 'The connection dropped. Try again once you are back.',
  requestTimeout: 'The server did not answer. Try again.',
  requestRefused: 'The server did not allow it.',
  unsupported: 'This meeting or this browser cannot do that.',
  unsupportedCodec: 'This browser and the server have no format in common.',
  mediaFailed: 'The browser could not set it up. Try again, or reload the page.',
};

/** What to do about something that failed during the meeting. */
export function adviceFor(error: unknown): string {
  return (TureenError.is(error) ? advice[error.code] : undefined) ?? 'Try again, or reload the page.';
}
