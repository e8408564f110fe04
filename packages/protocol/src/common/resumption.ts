import * as s from './schema/index.ts';
import { MAX_ENTITIES, MAX_TOKEN_LENGTH } from './limits.ts';

/** Ids of one kind; missing: none. */
/* @__NO_SIDE_EFFECTS__ */
export const listOf = <Id extends s.AnySchema>(id: Id) =>
  s.withDefault(s.array(id, MAX_ENTITIES), (): s.InferOutput<Id>[] => []);

/** Fields of `holds`: what of a session its client still has. The server need not keep anything else. */
/* @__NO_SIDE_EFFECTS__ */
export function heldFields<Id extends s.AnySchema>(id: Id) {
  return { producers: listOf(id), consumers: listOf(id) };
}

/** Fields of `resumed`: what of `holds` lives on, and how it stands at the server. The rest is gone. */
/* @__NO_SIDE_EFFECTS__ */
export function resumedFields<Id extends s.AnySchema>(id: Id) {
  return {
    producers: s.array(s.object({ id, paused: s.boolean() })),
    /** `paused`: by the client's own wish. `producerPaused`: at the source. */
    consumers: s.array(s.object({ id, paused: s.boolean(), producerPaused: s.boolean() })),
  };
}

/** The way back that a request to join may ask for. */
/* @__NO_SIDE_EFFECTS__ */
export function resumingFields<Holds extends s.AnySchema>(holds: Holds) {
  return {
    /** Additive: takes up the session that the last answer to join gave this token for. */
    resumeToken: s.optional(s.string(MAX_TOKEN_LENGTH)),
    /** Additive, with the token. Missing: nothing is left. */
    holds: s.optional(holds),
  };
}
