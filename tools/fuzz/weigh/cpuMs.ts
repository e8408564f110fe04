const never = new Int32Array(new SharedArrayBuffer(4));

/**
 * Returns the CPU time of this thread so far, in ms. The system updates the value every few milliseconds and when the thread sleeps, so
 * the thread sleeps briefly.
 */
export function cpuMs(): number {
  Atomics.wait(never, 0, 0, 0.05);
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
