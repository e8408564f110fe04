/** What may stand in an fmtp: neither a line's end nor a semicolon gets through. */
const NAME = /^[\w-]{1,64}$/;
const VALUE = /^[\w.+/=,:-]{0,256}$/;

/**
 * Parameters of a codec as they may be written into SDP, and told to others. They come from whoever sends the media, in
 * any dialect, and could otherwise add lines of their own.
 */
export function cleanParameters(parameters: Readonly<Record<string, unknown>> = {}): Record<string, string | number> {
  const clean: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(parameters)) {
    const isWritable = (typeof value === 'string' && VALUE.test(value)) || Number.isFinite(value);
    if (NAME.test(name) && isWritable && name !== '__proto__') clean[name] = value as string | number;
  }
  return clean;
}
