import type { ServerSettings } from './ServerSettings.ts';

/** Media port of the command where you set no ports. It is fixed, since a firewall needs the number. */
export const COMMAND_RTC_PORT = 40_000;

/**
 * Fills in the defaults that differ between the command and a program. A program gets free ports, so that several servers
 * and tests can run at once.
 */
export function withCommandDefaults(given: Partial<ServerSettings>): Partial<ServerSettings> {
  const { rtcPort, rtcMinPort, rtcMaxPort } = given;
  const isSaid = [rtcPort, rtcMinPort, rtcMaxPort].some((port) => port !== undefined);
  return isSaid ? given : { ...given, rtcPort: COMMAND_RTC_PORT };
}
