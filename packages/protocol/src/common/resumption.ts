import * as v from './kinds.ts';
import { MAX_ENTITIES, MAX_TOKEN_LENGTH } from './limits.ts';
import { maybe, shape } from './schema.ts';

/** Ids of one kind; missing: none. */
/* @__NO_SIDE_EFFECTS__ */
export const listOf = <Id extends v.GenericSchema>(id: Id) =>
  v.nullish(v.array(id, MAX_ENTITIES), (): v.InferOutput<Id>[] => []);

/** Fields of `holds`: what of a session its client still has. The server need not keep anything else. */
/* @__NO_SIDE_EFFECTS__ */
export function heldFields<Id extends v.GenericSchema>(id: Id) {
  return { producers: listOf(id), consumers: listOf(id) };
}

/** Fields of `resumed`: what of `holds` lives on, and how it stands at the server. The rest is gone. */
/* @__NO_SIDE_EFFECTS__ */
export function resumedFields<Id extends v.GenericSchema>(id: Id) {
  return {
    producers: v.array(shape({ id, paused: v.boolean() })),
    /** `paused`: by the client's own wish. `producerPaused`: at the source. */
    consumers: v.array(shape({ id, paused: v.boolean(), producerPaused: v.boolean() })),
  };
}

/** The way back that a request to join may ask for. */
/* @__NO_SIDE_EFFECTS__ */
export function resumingFields<Holds extends v.GenericSchema>(holds: Holds) {
  return {
    /** Additive: takes up the session that the last answer to join gave this token for. */
    resumeToken: maybe(v.string(MAX_TOKEN_LENGTH)),
    /** Additive, with the token. Missing: nothing is left. */
    holds: maybe(holds),
  };
}
