/**
 * What was seen, as plain data, and how it is read: exchanges, verdicts, the many
 * forms a secret can take, security headers, the randomness of tokens. Nothing here
 * talks to an app or imports another folder; every rule's judgement is made of it.
 */
export { badChanges } from "./bad-bodies.ts";
export {
  bitsOf,
  constantParts,
  hiddenSegments,
  leastBits,
  secretSegments,
  secretsAt,
  sharedShape,
  tokenPlaces,
  tokensOf,
  varyingParts,
} from "./chance.ts";
export { combinedAlike, combinedWith, repeatedBlocks } from "./combined.ts";
export { embeddingProblems, frameAncestors } from "./embedding.ts";
export {
  type Answer,
  type CloudCall,
  describeAnswer,
  type Exchange,
  refused,
  succeeded,
} from "./exchanges.ts";
export { attributeValues, newWords, readsAsExplanation } from "./html.ts";
export { givenAway, holdsAny, toldIn, waysToWrite } from "./marks.ts";
export { findSecret, maskSecrets, searchFor } from "./secrets.ts";
export { holds, type Part, partsOf, withParts } from "./url-parts.ts";
export {
  type Edition,
  Found,
  fail,
  firstOf,
  harm,
  missed,
  NothingShown,
  NotTested,
  notTested,
  pass,
  type Report,
  type RuleReport,
  type Severity,
  seen,
  standingOn,
  summarize,
  type Verdict,
  type VerdictName,
  warning,
} from "./verdicts.ts";
