import type { Plugin } from 'rolldown';

import { withSharedAliases, withoutUnusedModules } from './aliases.ts';
import { rewriteCompiledCode } from './rewriteCompiledCode.ts';

/** The plugins of a lean build, in their order. */
export const leanMediasoupClient: Plugin[] = [withSharedAliases, withoutUnusedModules, rewriteCompiledCode];

/** The packages that a lean bundle consists of. */
export const leanPackages: readonly string[] = [
  '@tureen/mediasoup-client-lean',
  'mediasoup-client',
  'awaitqueue',
  'h264-profile-level-id',
];
