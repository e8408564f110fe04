const never = new Int32Array(new SharedArrayBuffer(4));

/**
 * Processor time of this thread so far, in ms. The system counts up to the last time that it looked at the thread, which is
 * some milliseconds ago unless the thread rests: so it does, for an instant.
 */
export function cpuMs(): number {
  Atomics.wait(never, 0, 0, 0.05);
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
