import type { RtpCapabilities, RtpParameters } from '@tureen/protocol/common';
import { deepFreeze } from '../../shared/deepFreeze.ts';
import { BoundedMap } from '../../shared/BoundedMap.ts';
import { matchedCapabilities, narrowedCapabilities } from './capabilities.ts';

/** Number of different declarations that are remembered: browsers of one version declare the same. */
const MAX_DECLARATIONS = 64;

/** Length of a declaration above which it is not remembered, in characters. Browsers need about 8000. */
const MAX_DECLARATION_LENGTH = 32 * 1024;

/** Number of different forms of producers that are remembered. */
const MAX_FORMS = 64;

/** Narrowed capabilities for all producers of one form, by the matched capabilities. */
type Form = WeakMap<RtpCapabilities, { readonly narrowed: RtpCapabilities | undefined }>;

/** Functions that examine capabilities. */
export interface Examination {
  readonly match: typeof matchedCapabilities;
  readonly narrow: typeof narrowedCapabilities;
}

/**
 * Capabilities of the endpoints that receive from routers with the same codecs. Examines each declaration once, and matches
 * it once with each form of a producer: mediasoup would clone and check all codecs of the endpoint for every consumer. All
 * results are frozen, because they are shared.
 */
export class ReceiveCapabilities {
  /** Capabilities of the routers. */
  readonly router: RtpCapabilities;
  readonly #examination: Examination;
  readonly #matched = new BoundedMap<string, RtpCapabilities>(MAX_DECLARATIONS);
  readonly #forms = new BoundedMap<string, Form>(MAX_FORMS);
  readonly #formOfProducer = new WeakMap<RtpParameters, Form>();

  constructor(
    router: RtpCapabilities,
    examination: Examination = { match: matchedCapabilities, narrow: narrowedCapabilities },
  ) {
    this.router = deepFreeze(router);
    this.#examination = examination;
  }

  /**
   * Returns the declared capabilities that the routers can use.
   *
   * @throws TypeError for capabilities that no endpoint can have.
   */
  match(declared: RtpCapabilities): RtpCapabilities {
    const examine = () => deepFreeze(this.#examination.match(this.router, declared));
    const key = JSON.stringify(declared);
    return key.length > MAX_DECLARATION_LENGTH ? examine() : this.#matched.getOrMake(key, examine);
  }

  /** Returns the matched capabilities that receiving this media requires. Undefined where the endpoint cannot decode the media. */
  narrow(consumable: RtpParameters, matched: RtpCapabilities): RtpCapabilities | undefined {
    const form = this.#formOf(consumable);
    let known = form.get(matched);
    if (known === undefined) {
      known = { narrowed: deepFreeze(this.#examination.narrow(consumable, matched)) };
      form.set(matched, known);
    }
    return known.narrowed;
  }

  #formOf(consumable: RtpParameters): Form {
    let form = this.#formOfProducer.get(consumable);
    if (form === undefined) {
      const { codecs, headerExtensions } = consumable;
      form = this.#forms.getOrMake(JSON.stringify([codecs, headerExtensions]), () => new WeakMap());
      this.#formOfProducer.set(consumable, form);
    }
    return form;
  }
}
