/** `page` and `pageSize` of the lists that are the Cloud's own, with the limits of contract section 8. */
import { dataPageSize, numberInDigits } from "@annex/protocol";
import { z } from "zod";

const largestPage = 1_000_000;

function count(largest: number, usual: number) {
  const words = `must be a whole number from 1 to ${largest}`;
  return z
    .preprocess((text) => numberInDigits(text) ?? text, z.int(words).min(1, words).max(largest, words))
    .default(usual);
}

/** Fields for the query schema of a list. */
export const pageQuery = {
  page: count(largestPage, 1),
  pageSize: count(dataPageSize.largest, dataPageSize.others),
};
