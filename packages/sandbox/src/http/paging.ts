/** `page` and `pageSize` of the lists that are the Cloud's own, with the limits of contract section 8. */
import { dataPageSize } from "@annex/protocol";
import { z } from "zod";

const whole = (text: string) => `must be a whole number ${text}`;
const largestPage = 1_000_000;

/** Fields for the query schema of a list. */
export const pageQuery = {
  page: z.coerce
    .number(whole("from 1"))
    .int(whole("from 1"))
    .min(1, whole("from 1"))
    .max(largestPage)
    .default(1),
  pageSize: z.coerce
    .number(whole("from 1 to 200"))
    .int(whole("from 1 to 200"))
    .min(1, whole("from 1 to 200"))
    .max(dataPageSize.largest, whole("from 1 to 200"))
    .default(dataPageSize.others),
};
