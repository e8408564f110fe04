import type { ServerSettings } from './ServerSettings.ts';

/** Port for media that the command takes where nothing is said of ports: a firewall has to know it. */
export const COMMAND_RTC_PORT = 40_000;

/**
 * Fills in what the command does differently from a program: a program gets free ports, so that several servers and tests
 * can run at once.
 */
export function withCommandDefaults(given: Partial<ServerSettings>): Partial<ServerSettings> {
  const { rtcPort, rtcMinPort, rtcMaxPort } = given;
  const isSaid = [rtcPort, rtcMinPort, rtcMaxPort].some((port) => port !== undefined);
  return isSaid ? given : { ...given, rtcPort: COMMAND_RTC_PORT };
}
