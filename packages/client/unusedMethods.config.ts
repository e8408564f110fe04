/**
 * Methods of mediasoup-client that neither the engine of the client nor mediasoup-client itself calls, by file. The engine pauses
 * producers and consumers at the sender and at the track, so the methods that renegotiate a pause are among them.
 */
const unused: Readonly<Record<string, readonly string[]>> = {
  // These only call the emitter beneath, which has the same methods.
  'mediasoup-client/lib/enhancedEvents.js': [
    'emit',
    'on',
    'off',
    'addListener',
    'prependListener',
    'once',
    'prependOnceListener',
    'removeListener',
    'removeAllListeners',
    'listenerCount',
    'listeners',
    'rawListeners',
  ],
  'mediasoup-client/lib/Producer.js': ['pause', 'resume', 'setRtpEncodingParameters'],
  'mediasoup-client/lib/Consumer.js': ['pause', 'resume'],
  'mediasoup-client/lib/Transport.js': [
    'updateIceServers',
    'getDataChannelMaxMessageSize',
    'pausePendingConsumers',
    'resumePendingConsumers',
  ],
  'mediasoup-client/lib/handlers/sdp/RemoteSdp.js': ['pauseMediaSection', 'resumeSendingMediaSection'],
  'awaitqueue/lib/AwaitQueue.js': ['remove', 'dump'],
};

/** The same in each of the handlers for browsers. */
const unusedOfHandlers = [
  'updateIceServers',
  'setRtpEncodingParameters',
  'getDataChannelMaxMessageSize',
  'pauseSending',
  'resumeSending',
  'pauseReceiving',
];

/** Events that only these methods emit; the transport listens. */
const unusedEvents = ['@pause', '@resume', '@setrtpencodingparameters'];

/** Takes the text out that matches, and keeps its line breaks. */
function cut(code: string, pattern: RegExp, what: string): string {
  if (!pattern.test(code)) throw new Error(`${what} was not found`);
  return code.replaceAll(pattern, (text) => text.replace(/.+/g, ''));
}

/** The code of a module without its unused methods. Throws where another version of mediasoup-client has none of that name. */
export function withoutUnusedMethods(code: string, id: string): string {
  const names = /\/handlers\/(?:Chrome|Firefox|Safari)\d+\.js$/.test(id)
    ? unusedOfHandlers
    : (Object.entries(unused).find(([file]) => id.endsWith(file))?.[1] ?? []);
  const methods = names.reduce(
    (left, name) =>
      cut(left, new RegExp(`^ {4}(?:async )?${name}\\(.*\\) \\{\n[^]*?^ {4}\\}$`, 'gm'), `${name}() of ${id}`),
    code,
  );
  if (!id.endsWith('/Transport.js')) return methods;
  return unusedEvents.reduce(
    (left, event) =>
      cut(left, new RegExp(`^ {8}\\w+\\.on\\('${event}', [^]*?^ {8}\\}\\);$`, 'gm'), `'${event}' in ${id}`),
    methods,
  );
}
