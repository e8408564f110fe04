const final =
  /^(left|kicked|replaced|roomClosed|unauthorized|forbidden|tokenExpired|originNotAllowed|hostNotAllowed|unknownDialect|badRequest|duplicatedPeer|notPermitted|joinTimeout|idle|mediaLost)$/;

/**
 * True of a word after which the client must not reconnect. Not `endReasons` itself: half of it would be dead weight in the bundle;
 * a test compares the two.
 */
export const isFinal = (word: string): boolean => final.test(word);
