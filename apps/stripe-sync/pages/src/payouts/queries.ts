/** Payouts as hooks: by period, one of them, what it contains, and both as files. */
import { type QueryValues, usePortal, usePortalList, usePortalQuery } from "@annex/portal";
import { useMutation } from "@tanstack/react-query";
import type {
  ExportJson,
  ObjectJson,
  PayoutCurrenciesJson,
  PayoutDetailJson,
  PayoutJson,
} from "../../../src/portal-types.ts";
import { saveFile } from "./save-file.ts";

const PAYOUTS_LIMIT = 100;
const CONTENTS_LIMIT = 200;

export function usePayouts(query: QueryValues) {
  return usePortalList<PayoutJson>("/api/payouts", { query, limit: PAYOUTS_LIMIT });
}

/** The currencies there are to choose from. */
export function usePayoutCurrencies(books: string | undefined): readonly string[] {
  const query = { books };
  return usePortalQuery<PayoutCurrenciesJson>("/api/payouts/currencies", { query }).data?.data ?? [];
}

/** @param key `key` of a payout: two segments of a path. */
export function usePayout(key: string) {
  return usePortalQuery<PayoutDetailJson>(`/api/payouts/${key}`);
}

export function useContents(key: string) {
  return usePortalList<ObjectJson>(`/api/payouts/${key}/objects`, { limit: CONTENTS_LIMIT });
}

/** Asks for a file and hands it to the browser: a link could not carry the session. */
export function useExport(path: string, query: QueryValues = {}) {
  const { client } = usePortal();
  return useMutation({
    mutationFn: async () => {
      const answer = await client.get<ExportJson>(path, { query });
      saveFile(answer);
      return answer;
    },
  });
}
