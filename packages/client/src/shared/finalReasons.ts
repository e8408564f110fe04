const final =
  /^(left|kicked|replaced|roomClosed|unauthorized|forbidden|tokenExpired|originNotAllowed|hostNotAllowed|unknownDialect|badRequest|duplicatedPeer|notPermitted|joinTimeout|idle|mediaLost)$/;

/**
 * Whether the client must not reconnect after `reason`. Repeats a part of `endReasons`, because the rest would be dead weight in the
 * bundle. A test compares the two.
 */
export const isFinal = (reason: string): boolean => final.test(reason);
