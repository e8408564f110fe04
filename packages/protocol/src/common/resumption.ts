import * as s from './schema/index.ts';
import { MAX_ENTITIES, MAX_TOKEN_LENGTH } from './limits.ts';

/** IDs of one kind. Default none. */
/* @__NO_SIDE_EFFECTS__ */
export const listOf = <Id extends s.AnySchema>(id: Id) =>
  s.withDefault(s.array(id, MAX_ENTITIES), (): s.InferOutput<Id>[] => []);

/** Fields of `holds`: resumable IDs of entities that the client still has. The server closes all other entities of the session. */
/* @__NO_SIDE_EFFECTS__ */
export function heldFields<Id extends s.AnySchema>(id: Id) {
  return { producers: listOf(id), consumers: listOf(id) };
}

/** Fields of `resumed`: the entities of `holds` that the server resumed, with their state. All other entities are closed. */
/* @__NO_SIDE_EFFECTS__ */
export function resumedFields<Id extends s.AnySchema>(id: Id) {
  return {
    producers: s.array(s.object({ id, paused: s.boolean() })),
    /** `paused`: by the receiver. `producerPaused`: by the sender or the server. */
    consumers: s.array(s.object({ id, paused: s.boolean(), producerPaused: s.boolean() })),
  };
}

/** Fields of a join request that resumes a session. */
/* @__NO_SIDE_EFFECTS__ */
export function resumingFields<Holds extends s.AnySchema>(holds: Holds) {
  return {
    /** Additive: the token of the last join response. The server resumes its session. */
    resumeToken: s.optional(s.string(MAX_TOKEN_LENGTH)),
    /** Additive, with the token. Missing if the client has no entities left. */
    holds: s.optional(holds),
  };
}
