import { describe, expect, it } from 'vitest';

import { parse } from '../common/index.ts';
import { errorCodes, isNotJoinedError, isUnknownMethodError, refusals } from './errors.ts';
import { transportRequest } from './requests.ts';

describe('Refusals', () => {
  it('name the field of invalid data', () => {
    const result = parse(transportRequest, { transportId: 5 });
    if (result.ok) throw new Error('the request is valid');
    expect(refusals.badRequest(result.issue)).toEqual({ errorCode: 400, errorReason: 'transportId: Expected string' });
  });

  it('have the texts of the stock server', () => {
    expect(refusals.unknownMethod('fly')).toEqual({ errorCode: 500, errorReason: 'unknown request.method "fly"' });
    expect(refusals.notJoined()).toEqual({ errorCode: 500, errorReason: 'Peer not yet joined' });
    expect(refusals.notFound('producer', 'p')).toEqual({
      errorCode: 404,
      errorReason: 'producer with id "p" not found',
    });
    expect(refusals.nothingToResume()).toEqual({ errorCode: 410, errorReason: 'nothing to resume' });
  });
});

describe('isUnknownMethodError', () => {
  it.each([
    [500, 'unknown request.method "leaveRoom"'],
    [500, "unknown request method 'leaveRoom'"],
    [undefined, 'unknown request.method "leaveRoom"'],
    [500, 'the server refused \'leaveRoom\': unknown request.method "leaveRoom"'],
    [refusals.unknownMethod('x').errorCode, refusals.unknownMethod('x').errorReason],
  ])('accepts %s %s', (code, reason) => {
    expect(isUnknownMethodError(code, reason)).toBe(true);
  });

  it.each([
    [500, 'Peer not yet joined'],
    [403, 'unknown request.method "leaveRoom"'],
    [500, ''],
  ])('rejects %s %s', (code, reason) => {
    expect(isUnknownMethodError(code, reason)).toBe(false);
  });
});

describe('isNotJoinedError', () => {
  it('accepts the texts of both variants', () => {
    expect(isNotJoinedError(500, 'Peer not yet joined')).toBe(true);
    expect(isNotJoinedError(500, 'Peer not joined')).toBe(true);
    expect(isNotJoinedError(errorCodes.notFound, 'Peer not joined')).toBe(false);
    expect(isNotJoinedError(500, 'Peer already joined')).toBe(false);
  });
});
