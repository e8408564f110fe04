import type { Plugin } from 'rolldown';

import { withSharedAliases, withoutUnusedModules } from './aliases.ts';
import { rewriteCompiledCode } from './rewriteCompiledCode.ts';

/** Plugins of a lean build, in order. */
export const leanMediasoupClient: Plugin[] = [withSharedAliases, withoutUnusedModules, rewriteCompiledCode];

/** Packages inside a lean bundle. */
export const leanPackages: readonly string[] = [
  '@tureen/mediasoup-client-lean',
  'mediasoup-client',
  'awaitqueue',
  'h264-profile-level-id',
];
