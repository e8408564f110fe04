/** Sets the variables that the set-up found and the user did not set. */
export function applyEnvironmentFile(options?: { root?: string; env?: NodeJS.ProcessEnv }): void;
