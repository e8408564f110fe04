import type { Consumer, Producer } from '@tureen/client';

/** One line of a tile's statistics. */
export interface StatsLine {
  readonly label: string;
  readonly text: string;
}

/** Layers, scores (0 to 10) and pause states of a consumer, as the server reports them. */
export function consumerLine(consumer: Consumer): StatsLine {
  const { kind, type, currentLayers, preferredLayers, score } = consumer;
  const parts = [
    type === 'simple' ? null : `${type} ${layersText(currentLayers, '–')}`,
    preferredLayers === null ? null : `requested ${layersText(preferredLayers, '')}`,
    score === null ? null : `score ${score.score}/${score.producerScore}`,
    score === null || score.producerScores.length < 2 ? null : `streams ${score.producerScores.join(' ')}`,
    consumer.remotePaused ? 'paused remotely' : null,
    consumer.localPaused ? 'paused locally' : null,
    consumer.supported ? null : 'not decodable',
  ];
  return { label: kind, text: joined(parts) };
}

/** Scores, layer limit and pause state of a producer, as the server reports them. */
export function producerLine(producer: Producer): StatsLine {
  const scores = producer.score?.map(({ rid, score }) => (rid === undefined ? `${score}` : `${rid}:${score}`));
  const parts = [
    scores === undefined || scores.length === 0 ? null : `score ${scores.join(' ')}`,
    producer.maxSpatialLayer === null ? null : `up to layer ${producer.maxSpatialLayer}`,
    producer.paused ? 'paused' : null,
  ];
  return { label: producer.kind, text: joined(parts) };
}

function layersText(layers: { spatialLayer: number; temporalLayer?: number | undefined } | null, none: string): string {
  if (layers === null) return none;
  return `S${layers.spatialLayer}${layers.temporalLayer === undefined ? '' : ` T${layers.temporalLayer}`}`;
}

function joined(parts: readonly (string | null)[]): string {
  const said = parts.filter((part) => part !== null);
  return said.length === 0 ? 'no data yet' : said.join(' · ');
}
