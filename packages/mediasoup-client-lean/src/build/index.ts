/** For build configurations. Use plugins, tree-shaking options and mangled members together. */
export { bundledVersion, sharedAliases, withSharedAliases } from './aliases.ts';
export { internalMembers, leanMangleProps, leanTreeshake, reservedMembers } from './bundlerOptions.ts';
export { leanMediasoupClient, leanPackages } from './leanMediasoupClient.ts';
export { unusedHandlerMethods, unusedMethods } from './rewriteCompiledCode.ts';
