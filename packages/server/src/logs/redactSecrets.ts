/** Fields that never appear in a log, at any depth. */
const SECRET_FIELDS = ['authorization', 'cookie', 'credential', 'password', 'resumeToken', 'secret', 'token'];

const REDACTED = '[redacted]';

/** Matches each line with such a field. A quotation mark within a text is escaped, so texts do not match. */
const SECRET_FIELD = new RegExp(`"(?:${SECRET_FIELDS.join('|')})":`);

/**
 * Replaces the values of secret fields in a JSON line. Almost no line has one, and such a line is returned as it is: pino's own
 * option `redact` copies and restores the fields of every line.
 */
export function redactSecrets(line: string): string {
  if (!SECRET_FIELD.test(line)) return line;
  const redacted = JSON.stringify(
    JSON.parse(line, (key, value: unknown) => (SECRET_FIELDS.includes(key) ? REDACTED : value)),
  );
  return `${redacted}\n`;
}
