/**
 * Changes to the worker's source, so that it builds and runs with a distribution's libraries. Each patch replaces an exact text. Update a
 * patch by hand when it no longer applies.
 */
export const PATCHES = [
  {
    name: 'the Meson of Debian 12',
    why: 'Debian 12 has 1.0.1. The worker requires 1.1, but uses nothing that 1.0 lacks.',
    file: 'meson.build',
    find: /meson_version: '>= 1\.1\.0'/,
    replace: "meson_version: '>= 1.0.0'",
  },
  {
    name: 'libwebrtc waits for the generated headers',
    why: 'It includes them without declaring the dependency, so they may be missing when its first files are compiled.',
    file: 'deps/libwebrtc/meson.build',
    find: /( *)flatbuffers_proj\.get_variable\('flatbuffers_dep'\),\n/,
    replace: '$&$1flatbuffers_generator_dep,\n',
  },
  {
    name: 'DTLS survives an OpenSSL with kernel TLS',
    why:
      'Distributions build OpenSSL with kernel TLS, so OpenSSL asks the BIO whether kernel TLS is in use. The BIO callback of the worker ' +
      'returns 1 for every return event that is not a bare BIO_CB_RETURN, which no event is. So OpenSSL assumes kernel TLS, keeps no ' +
      'write buffer, and the worker crashes at the first handshake. For a return event, the callback must return the value that it received.',
    file: 'src/RTC/DtlsTransport.cpp',
    find: /\(operationType == BIO_CB_RETURN\)/,
    replace: '((operationType & BIO_CB_RETURN) != 0)',
  },
];

/** Bundled libraries that the stand-ins of subprojects/ replace. The last two are for Windows and for tests. */
export const KNOWN_WRAPS = [
  'abseil-cpp.wrap',
  'flatbuffers.wrap',
  'libsrtp3.wrap',
  'libuv.wrap',
  'openssl.wrap',
  'unordered-dense.wrap',
  'wingetopt.wrap',
  'catch2.wrap',
];

/** Lists whose files are compiled several at a time. */
export const UNITY_LISTS = [
  { file: 'meson.build', list: 'common_sources' },
  { file: 'deps/libwebrtc/meson.build', list: 'libwebrtc_sources' },
];
export const UNITY_SIZE = 4;

/** @returns {string | undefined} the text with the patch in it; undefined when it does not apply */
export function applyPatch(text, { find, replace }) {
  return find.test(text) ? text.replace(find, replace) : undefined;
}

/**
 * Distributes the files of a list like cards, so that each compilation of Meson's unity build contains files from four parts of the list.
 * Neighbors share file-local names, which would clash in one compilation.
 * @returns {string | undefined} undefined when the list does not exist
 */
export function distribute(text, list, size = UNITY_SIZE) {
  const block = new RegExp(`^${list} = \\[\\n([^\\]]*?)\\n\\]`, 'm').exec(text);
  if (!block) return undefined;
  const files = block[1].split('\n').filter((line) => line.trim() !== '');
  const rows = Math.ceil(files.length / size);
  const dealt = Array.from({ length: rows }, (_, row) => files.filter((_file, index) => index % rows === row)).flat();
  return text.replace(block[1], () => dealt.join('\n'));
}
