/**
 * The script `prepack` of the published packages. A package manager that packs or publishes a package itself would leave out the
 * metadata and the pages, and npm would keep `workspace:` in the dependencies. `tarballs.mjs` packs without scripts.
 */
console.error(
  'This package cannot be packed here: the tarball would lack its metadata.\n' +
    'Run `npm run pack` or `npm run publish` in the root of the repository.',
);
process.exit(1);
