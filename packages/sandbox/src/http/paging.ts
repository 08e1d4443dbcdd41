/** `page` and `pageSize` of the lists that are the Cloud's own, with the limits of contract section 8. */
import { dataPageSize } from "@annex/protocol";
import { z } from "zod";

const largestPage = 1_000_000;

function count(largest: number, usual: number) {
  const words = `must be a whole number from 1 to ${largest}`;
  return z.preprocess(inDigits, z.int(words).min(1, words).max(largest, words)).default(usual);
}

/** Digits as their number. Any other notation stays the text it is: `0x1` and `1e1` are no page of a list. */
function inDigits(text: unknown): unknown {
  return typeof text === "string" && /^\d+$/.test(text) ? Number(text) : text;
}

/** Fields for the query schema of a list. */
export const pageQuery = {
  page: count(largestPage, 1),
  pageSize: count(dataPageSize.largest, dataPageSize.others),
};
