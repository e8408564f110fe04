/**
 * Rules for imports, one for each row of the table in docs/imports.md. `npm run lint` applies them.
 * Tests may import anything: they combine parts of all packages.
 */
const notTests = '(?:\\.test|arbitraryFixture)\\.ts$';

module.exports = {
  forbidden: [
    {
      name: 'no-circular-values',
      comment: 'Loops of value imports make load order matter; type imports may loop.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'packages-by-name',
      comment: 'Packages reach each other by name and exports, never by relative path.',
      severity: 'error',
      from: { path: '^(packages/[^/]+|playground|e2e|tools/bench)/' },
      to: { path: '^(packages/[^/]+|playground|e2e|tools/bench)/', pathNot: '^$1/', dependencyTypes: ['local'] },
    },
    {
      name: 'kernel-imports-eventemitter3-only',
      severity: 'error',
      from: { path: '^packages/kernel/src/', pathNot: notTests },
      to: { pathNot: ['^packages/kernel/src/', 'node_modules/eventemitter3/'] },
    },
    {
      name: 'testkit-is-for-tests',
      comment: 'Published code never imports what only tests need.',
      severity: 'error',
      from: {
        path: '^(packages|playground/src)/',
        pathNot: ['^packages/testkit/', '/(test-support|contracts|testing)/', notTests],
      },
      to: { path: '^packages/testkit/' },
    },
    {
      name: 'testkit-imports-entries',
      comment: 'Beyond the public entries of the client, testkit reaches the lists in its test-support.',
      severity: 'error',
      from: { path: '^packages/testkit/src/' },
      to: {
        path: '^packages/',
        pathNot: [
          '^packages/testkit/src/',
          '^packages/kernel/src/index\\.ts$',
          '^packages/protocol/src/[^/]+/index\\.ts$',
          '^packages/client/src/(index|ports|testing|test-support/(internals|fixtures))\\.ts$',
        ],
      },
    },
    {
      name: 'client-internals-are-for-testkit',
      severity: 'error',
      from: { pathNot: '^packages/testkit/src/' },
      to: { path: '^packages/client/src/test-support/(internals|fixtures)\\.ts$' },
    },
    {
      name: 'protocol-is-a-leaf',
      severity: 'error',
      from: { path: '^packages/protocol/src/', pathNot: notTests },
      to: { pathNot: '^packages/protocol/src/' },
    },
    {
      name: 'protocol-dialects-apart',
      severity: 'error',
      from: { path: '^packages/protocol/src/([^/]+)/', pathNot: notTests },
      to: {
        path: '^packages/protocol/src/([^/]+)/',
        pathNot: ['^packages/protocol/src/$1/', '^packages/protocol/src/(common|mediasoup-v2-shared)/'],
      },
    },
    {
      name: 'client-room-knows-ports-only',
      comment: 'The room never asks which dialect, transport or engine it has.',
      severity: 'error',
      from: { path: '^packages/client/src/room/', pathNot: notTests },
      to: {
        path: ['^packages/client/src/', '^packages/protocol/', 'node_modules'],
        pathNot: [
          '^packages/client/src/(room|shared|devices|playback|stats)/',
          '^packages/client/src/signaling/(SignalingTransport|SignalingChannel|SignalingChannelTypes|ReconnectPolicy|Trace)\\.ts$',
          '^packages/client/src/media/MediaEngine\\.ts$',
          '^packages/protocol/src/common/',
        ],
      },
    },
    {
      name: 'client-signaling-moves-frames',
      comment: 'The envelope of a frame is protocol too, what is in it is not its business.',
      severity: 'error',
      from: { path: '^packages/client/src/signaling/', pathNot: notTests },
      to: {
        path: '^packages/(client|protocol)/src/',
        pathNot: ['^packages/client/src/(signaling|shared)/', '^packages/protocol/src/common/'],
      },
    },
    {
      name: 'client-dialects-translate',
      comment: 'A dialect knows its own messages and the ports; never another dialect, a Room, or an engine.',
      severity: 'error',
      from: { path: '^packages/client/src/dialects/([^/]+)/', pathNot: notTests },
      to: {
        path: '^packages/(client|protocol)/src/',
        pathNot: [
          '^packages/client/src/dialects/($1|mediasoup-v2-shared)/',
          '^packages/client/src/dialects/[^/]+\\.ts$',
          '^packages/client/src/shared/',
          '^packages/client/src/room/(DialectPort|capabilities|entityInfo)\\.ts$',
          '^packages/client/src/media/[^/]+\\.ts$',
          '^packages/client/src/signaling/(SignalingTransport|SignalingChannelTypes)\\.ts$',
          '^packages/protocol/src/(common|mediasoup-v2-shared|$1)/',
        ],
      },
    },
    {
      name: 'client-media-wraps-one-vendor',
      severity: 'error',
      from: { path: '^packages/client/src/media/([^/]+)/', pathNot: notTests },
      to: {
        path: '^packages/(client|protocol)/src/',
        pathNot: [
          '^packages/client/src/media/$1/',
          '^packages/client/src/media/[^/]+\\.ts$',
          '^packages/client/src/shared/',
          '^packages/protocol/src/common/',
        ],
      },
    },
    {
      name: 'client-devices-playback-stats-stand-alone',
      severity: 'error',
      from: { path: '^packages/client/src/(devices|playback|stats)/', pathNot: notTests },
      to: {
        path: '^packages/client/src/',
        pathNot: [
          '^packages/client/src/$1/',
          '^packages/client/src/shared/',
          '^packages/client/src/media/MediaEngine\\.ts$',
        ],
      },
    },
    {
      name: 'client-vendors-stay-in-their-folder',
      severity: 'error',
      from: {
        path: '^packages/client/src/',
        pathNot: ['^packages/client/src/(media/device|test-support)/', notTests],
      },
      to: { path: ['node_modules/(mediasoup-client)/', '^packages/mediasoup-client-lean/'] },
    },
    {
      name: 'server-rooms-are-neutral',
      severity: 'error',
      from: { path: '^packages/server/src/rooms/', pathNot: notTests },
      to: {
        path: ['^packages/(server|protocol)/src/', 'node_modules/(mediasoup|ws|protoo-server)/'],
        pathNot: [
          '^packages/server/src/(rooms|shared)/',
          '^packages/server/src/engine/(MediaBackend\\.ts|port/)',
          '^packages/protocol/src/common/',
        ],
      },
    },
    {
      name: 'server-dialects-translate',
      severity: 'error',
      from: { path: '^packages/server/src/dialects/([^/]+)/', pathNot: notTests },
      to: {
        path: '^packages/(server|protocol)/src/',
        pathNot: [
          '^packages/server/src/dialects/($1|mediasoup-v2-shared)/',
          '^packages/server/src/dialects/[^/]+\\.ts$',
          '^packages/server/src/(rooms|shared)/',
          '^packages/server/src/engine/(MediaBackend\\.ts|port/)',
          '^packages/protocol/src/(common|mediasoup-v2-shared|$1)/',
        ],
      },
    },
    {
      name: 'server-mediasoup-stays-in-its-engine',
      severity: 'error',
      from: { path: '^packages/server/src/', pathNot: ['^packages/server/src/engine/mediasoup/', notTests] },
      to: { path: 'node_modules/mediasoup/' },
    },
    {
      name: 'server-sdp-in-one-place',
      comment: 'Only push-pull speaks SDP; what it borrows for that is semi-public and pinned.',
      severity: 'error',
      from: {
        path: '^packages/server/src/',
        pathNot: ['^packages/server/src/dialects/push-pull/sdp/', '^packages/server/src/testing/', notTests],
      },
      to: { path: 'node_modules/(mediasoup-client|sdp-transform)/' },
    },
    {
      name: 'server-entries-route',
      comment: 'http and protoo parse, route and answer; what media is made of is not theirs.',
      severity: 'error',
      from: { path: '^packages/server/src/(http|protoo)/', pathNot: notTests },
      to: { path: '^packages/server/src/engine/(mediasoup|fake)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|\\.toolchain|test-results)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['tureen-source', 'import', 'default', 'types'],
    },
  },
};
