/** Characters allowed in an fmtp: neither a line end nor a semicolon. */
const NAME = /^[\w-]{1,64}$/;
const VALUE = /^[\w.+/=,:-]{0,256}$/;

/**
 * Removes codec parameters that could add lines to an SDP. The parameters come from the sender of the media, in any dialect, and
 * reach other clients.
 */
export function cleanParameters(parameters: Readonly<Record<string, unknown>> = {}): Record<string, string | number> {
  const clean: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(parameters)) {
    const isWritable = (typeof value === 'string' && VALUE.test(value)) || Number.isFinite(value);
    if (NAME.test(name) && isWritable && name !== '__proto__') clean[name] = value as string | number;
  }
  return clean;
}
