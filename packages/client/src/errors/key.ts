import { type CallFacts, CloudError, inWordsOf } from "./cloud-error.ts";

/**
 * Cloud said in its own words that this key was revoked, and the grace time after an install is over: the one verdict
 * that ends an installation. Contract section 5.
 *
 * @example
 * if (error instanceof KeyRevoked) showInstallAgain(error.whatToDo);
 */
export class KeyRevoked extends CloudError {
  declare readonly code: "key_revoked";

  constructor(facts: CallFacts = {}) {
    super({ code: "key_revoked", outcome: "refused", ...inWordsOf("key_revoked"), ...facts });
  }
}

/**
 * A 401 that is no verdict on the key: the HTML of a proxy, `unauthorized`, a wrong base address. Nothing was done. The
 * key may well work again in a minute, so keep it and ask later. Contract section 5, "a 401 later on".
 *
 * @example
 * if (error instanceof KeyRefused) suspend(installation, { word: error.word });
 */
export class KeyRefused extends CloudError {
  declare readonly code: "key_refused";
  /** The code in the answer, such as `unauthorized`; undefined when the answer was not Cloud's JSON. */
  readonly word: string | undefined;

  constructor(facts: CallFacts & { readonly word?: string | undefined } = {}) {
    const { word, ...call } = facts;
    super({ code: "key_refused", outcome: "refused", ...inWordsOf("suspended"), ...call });
    this.word = word;
  }
}
