import { testFakeParameters } from 'mediasoup-client';
import type { Line, Scene } from './normalize.ts';
import type { Scenario } from './scenario.ts';

/** Meaning of a missing field to both genuine programs. Whether the field is present is no difference. */
export const defaults: readonly { readonly where: string; readonly field: string; readonly value: unknown }[] = [
  { where: 'join', field: 'spy', value: false },
  { where: 'enableConsumer', field: 'preferredProfile', value: 'default' },
  { where: 'createTransport', field: 'options.udp', value: true },
  { where: 'createTransport', field: 'options.tcp', value: true },
  { where: 'createTransport', field: 'options.preferIPv4', value: false },
  { where: 'createTransport', field: 'options.preferIPv6', value: false },
  { where: 'createTransport', field: 'options.preferUdp', value: false },
  { where: 'createTransport', field: 'options.preferTcp', value: false },
  { where: 'a codec', field: 'rtcpFeedback', value: [] },
  { where: 'a header extension that can be received', field: 'preferredEncrypt', value: false },
];

/** An intended difference of Tureen's client from the genuine client. */
export interface Deviation {
  readonly what: string;
  readonly why: string;
  /** Rewrites the genuine frames to those of Tureen's client. */
  readonly rewrite: (genuine: readonly Scene[], scenario: Scenario) => readonly Scene[];
}

/** All deviations. After all rewrites, the frames of both clients are equal. */
export const deviations: readonly Deviation[] = [
  {
    what: 'join announces extensions of Tureen',
    why: 'Tureen’s server responds with more to such a client, and a genuine server ignores the field',
    rewrite: inLines(({ says, payload }) =>
      says === '-> request join'
        ? { says, payload: { ...object(payload), extensions: ['resumeToken', 'closeConsumer', 'textMessage'] } }
        : { says, payload },
    ),
  },
  {
    what: 'a codec has the parameters of the browser in addition to those of the room',
    why: 'mediasoup-client 3 adds them, and mediasoup 2 matches by name, clock rate, channels and packetization mode',
    rewrite: inLines(({ says, payload }) =>
      says === '-> request join' || says === '-> request createProducer'
        ? { says, payload: withNativeParameters(payload) }
        : { says, payload },
    ),
  },
  {
    what: 'both transports are created in parallel with the join, without DTLS parameters, which updateTransport sends, also for sending',
    why:
      'mediasoup-client 3 needs the response to create a transport, and has its fingerprint only on first use. ' +
      'An app that does not handle messages in order refuses requests that overtake the join, and receives them again',
    rewrite: (genuine, { inOrder = false }) => {
      const created = (direction: string) => createTransport(genuine, direction);
      const [send, recv] = [created('send'), created('recv')];
      const asked = [send.request, recv.request];
      return genuine.map((scene) => {
        const lines = scene.lines.flatMap((line) => {
          if (line.says === '<- response createTransport') return [];
          if (line.says !== '-> request createTransport') return [line];
          const { id, dtlsParameters } = object(line.payload);
          if (dtlsParameters === undefined) return [];
          const payload = { method: 'updateTransport', target: 'peer', notification: true, id, dtlsParameters };
          return notification(genuine, { says: '-> updateTransport', payload });
        });
        if (scene.name !== 'join') return { ...scene, lines };
        const at = lines.findIndex(({ says }) => says === '<- response join');
        const [before, joined, after] = [lines.slice(0, at), lines.slice(at, at + 1), lines.slice(at + 1)];
        const again = inOrder ? [] : asked;
        const refusals = inOrder ? [] : [refused, refused];
        const answers = [send.response, recv.response];
        return { ...scene, lines: [...before, ...asked, ...refusals, ...joined, ...again, ...answers, ...after] };
      });
    },
  },
  {
    what: 'consumers are enabled in parallel, not one after another',
    why: 'all existing producers of the room arrive one round trip after the join',
    rewrite: (genuine) =>
      genuine.map((scene) => {
        const isAsked = ({ says }: Line) => says === '-> request enableConsumer';
        const isAnswer = ({ says }: Line) => says === '<- response enableConsumer';
        const first = scene.lines.findIndex(isAsked);
        if (first === -1) return scene;
        const rest = scene.lines.slice(first);
        const others = rest.filter((line) => !isAsked(line) && !isAnswer(line));
        const lines = [...scene.lines.slice(0, first), ...rest.filter(isAsked), ...rest.filter(isAnswer), ...others];
        return { ...scene, lines };
      }),
  },
  {
    what: 'the end of the room has no response if notifications are requests',
    why: 'the client closes the connection instead',
    rewrite: (genuine) =>
      genuine.map((scene) =>
        scene.lines.some(({ says }) => says === '<- request closed')
          ? { ...scene, lines: scene.lines.filter(({ says }) => says !== '-> response mediasoup-notification') }
          : scene,
      ),
  },
];

/** Adds missing fields with their meaning. */
export function withDefaults(scenes: readonly Scene[]): readonly Scene[] {
  return inLines(({ says, payload }) => {
    const method = says.split(' ').at(-1);
    let filled = fillEntities(payload);
    if (says.startsWith('->'))
      for (const { where, field, value } of defaults)
        if (where === method) filled = fill(filled, field.split('.'), value);
    return { says, payload: filled };
  })(scenes);
}

const refused: Line = { says: '<- response createTransport', payload: { refused: 'Error: no mediasoup Peer' } };

type Fields = Readonly<Record<string, unknown>>;
const object = (value: unknown) => value as Fields;

function inLines(rewrite: (line: Line) => Line): (scenes: readonly Scene[]) => readonly Scene[] {
  return (scenes) =>
    scenes.map((scene) => ({ ...scene, lines: scene.lines.map(rewrite), bobHeard: scene.bobHeard.map(rewrite) }));
}

function fill(payload: unknown, [field = '', ...deeper]: readonly string[], value: unknown): unknown {
  const fields = object(payload);
  if (deeper.length > 0) return { ...fields, [field]: fill(fields[field] ?? {}, deeper, value) };
  return { [field]: value, ...fields };
}

function fillEntities(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fillEntities);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.fromEntries(Object.entries(value).map(([key, one]) => [key, fillEntities(one)]));
  if ('mimeType' in fields) return { rtcpFeedback: [], ...fields };
  if ('preferredId' in fields) return { preferredEncrypt: false, ...fields };
  return fields;
}

function withNativeParameters(payload: unknown): unknown {
  const { codecs: native = [] } = testFakeParameters.generateNativeRtpCapabilities();
  const nativeOf = (mimeType: unknown) => native.find((codec) => codec.mimeType === mimeType)?.parameters;
  const fields = object(payload);
  const key = 'rtpCapabilities' in fields ? 'rtpCapabilities' : 'rtpParameters';
  const codecs = (object(fields[key]).codecs as Fields[]).map((codec) =>
    codec.name === 'rtx'
      ? codec
      : { ...codec, parameters: { ...nativeOf(codec.mimeType), ...object(codec.parameters) } },
  );
  return { ...fields, [key]: { ...object(fields[key]), codecs } };
}

/** The request for a transport of a direction as Tureen's client sends it, and the response before the join. */
function createTransport(genuine: readonly Scene[], direction: string): { request: Line; response: Line } {
  const lines = genuine.flatMap((scene) => scene.lines);
  const at = lines.findIndex(
    ({ says, payload }) => says === '-> request createTransport' && object(payload).direction === direction,
  );
  const [request, response] = lines.slice(at);
  if (at === -1 || request === undefined || response?.says !== '<- response createTransport')
    throw new Error(`the genuine client created no ${direction} transport`);
  const { dtlsParameters: _, ...asked } = object(request.payload);
  const answer = object(response.payload);
  return {
    request: { ...request, payload: asked },
    response: {
      ...response,
      payload: { ...answer, dtlsParameters: { ...object(answer.dtlsParameters), role: 'auto' } },
    },
  };
}

/** A notification as the carrier of the genuine frames sends it. */
function notification(genuine: readonly Scene[], { says, payload }: Line): Line[] {
  const isRequest = genuine.some(({ lines }) => lines.some((line) => line.says === '-> request updateTransport'));
  const name = says.split(' ').at(-1) ?? '';
  return isRequest
    ? [
        { says: `-> request ${name}`, payload },
        { says: `<- response ${name}`, payload: {} },
      ]
    : [{ says: `-> notification ${name}`, payload }];
}
