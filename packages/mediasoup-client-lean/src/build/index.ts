/** For build configurations. Use the plugins, the tree-shaking options and the mangled members together. */
export { bundledVersion, sharedAliases, withSharedAliases } from './aliases.ts';
export { internalMembers, leanMangleProps, leanTreeshake, reservedMembers } from './bundlerOptions.ts';
export { leanMediasoupClient, leanPackages } from './leanMediasoupClient.ts';
export { unusedHandlerMethods, unusedMethods } from './rewriteCompiledCode.ts';
