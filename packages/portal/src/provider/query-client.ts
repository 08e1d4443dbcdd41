import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { asPortalError, type PortalError } from "../refusals/portal-error.ts";
import { remedyFor } from "../refusals/remedies.ts";

const TRIES_AGAIN = 2;

/** Only a server that did not answer is asked again by itself; a refusal is an answer. */
function tryAgain(failures: number, error: unknown): boolean {
  return failures < TRIES_AGAIN && asPortalError(error).details.code === "app_unreachable";
}

/**
 * The cache of a page.
 *
 * @param onPageEnded called with an error after which nothing on the page can succeed (session over, uninstalled)
 */
export function createPortalQueryClient(onPageEnded: (error: PortalError) => void): QueryClient {
  const onError = (thrown: unknown) => {
    const error = asPortalError(thrown);
    if (remedyFor(error.details).endsPage) onPageEnded(error);
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: { retry: tryAgain, networkMode: "always" },
      mutations: { networkMode: "always" },
    },
  });
}
