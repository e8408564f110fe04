import { type EndReason, type TureenErrorCode, TureenError } from '@tureen/client';

/** Explains a failure to the user, without codes or protocol terms. */
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
  detail: 'Your access is missing or has expired. Open your invitation link again.',
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

/** By end reason. The type requires an entry for each reason. */
export const byReason: Readonly<Record<EndReason, Problem>> = {
  roomFull: { title: 'This room is full.', detail: 'Try again when a person has left, or choose another room.' },
  tooManyRooms: busy,
  tooManyConnections: {
    title: 'There are too many connections from your network.',
    detail: 'Close other tabs, then try again.',
  },
  tooManyJoins: { title: 'You joined too often in a short time.', detail: 'Wait a minute, then try again.' },
  unauthorized: signIn,
  tokenExpired: signIn,
  forbidden: notAllowed,
  notPermitted: notAllowed,
  originNotAllowed: {
    title: 'This page may not use the server.',
    detail: 'Open the link in your invitation.',
  },
  hostNotAllowed: {
    title: 'This page may not use the server.',
    detail: 'Open the link in your invitation.',
  },
  unknownDialect: badLink,
  badRequest: badLink,
  duplicatedPeer: { title: 'You are in this room already.', detail: 'Close the other tab, then try again.' },
  authorizationUnavailable: busy,
  shuttingDown: { title: 'The server is restarting.', detail: 'Try again in a minute.' },
  unavailable: busy,
  workerDied: busy,
  internalError: busy,
  kicked: { title: 'You were removed from the room.', detail: 'The host ended the meeting for you.' },
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
    title: 'Your name or the room name is not valid.',
    detail: 'Choose another name with at most 128 characters.',
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

/** Explains why the room could not be joined. */
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
  captureFailed: 'The device sends no data. Unplug it and plug it in again.',
  connectionLost: 'The connection dropped. Try again when you are back online.',
  connectionFailed: 'The connection dropped. Try again when you are back online.',
  requestTimeout: 'The server did not answer. Try again.',
  requestRefused: 'The server refused it.',
  unsupported: 'This meeting or this browser does not support it.',
  unsupportedCodec: 'This browser and the server have no media format in common.',
  mediaFailed: 'The browser could not set it up. Try again, or reload the page.',
};

/** Returns advice about a failure during the meeting. */
export function adviceFor(error: unknown): string {
  return (TureenError.is(error) ? advice[error.code] : undefined) ?? 'Try again, or reload the page.';
}
