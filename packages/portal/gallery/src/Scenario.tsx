import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { PortalContext, type SessionAnswer, sessionInfo } from "../../src/provider/portal-context.ts";
import type { PortalClient } from "../../src/requests/portal-client.ts";

/**
 * What the app's server says to a path: an answer, a refusal that is thrown, an answer the first time and a refusal from
 * then on, or nothing for ever.
 */
export type Said =
  | { readonly answer: unknown }
  | { readonly refusal: unknown; readonly first?: unknown }
  | "never";

/** Answers by path below `/portal`; the longest one that the asked path begins with counts. */
export type Answers = Readonly<Record<string, Said>>;

const granted: SessionAnswer = {
  user_id: "user_4f1c",
  installed_app_id: "instapp_1",
  instance_id: "inst_5ce86029-3c2e-4e2a-aae2-7fb931ca4c4f",
  granted_permissions: ["data:read", "data:write"],
  app: { name: "Pay-ins" },
};

/** A piece of a page over written-down answers. */
export function Scenario(props: {
  readonly answers?: Answers;
  readonly session?: Partial<SessionAnswer>;
  readonly children: ReactNode;
}) {
  const { answers = {} } = props;
  const [queries] = useState(() => new QueryClient({ defaultOptions: { queries: { retry: false } } }));
  const [portal] = useState(() => ({
    client: clientOf(answers),
    session: sessionInfo({ ...granted, ...props.session }),
  }));
  return (
    <QueryClientProvider client={queries}>
      <PortalContext value={portal}>{props.children}</PortalContext>
    </QueryClientProvider>
  );
}

function clientOf(answers: Answers): PortalClient {
  const asked = new Set<string>();
  const say = (path: string): Promise<never> => {
    const known = Object.keys(answers)
      .filter((start) => path.startsWith(start))
      .sort((one, other) => other.length - one.length)[0];
    const said = known === undefined ? "never" : (answers[known] ?? "never");
    if (said === "never") return new Promise(() => undefined);
    const isFirst = !asked.has(path);
    asked.add(path);
    if (!("refusal" in said)) return Promise.resolve(said.answer as never);
    return isFirst && said.first !== undefined
      ? Promise.resolve(said.first as never)
      : Promise.reject(said.refusal);
  };
  return { get: say, post: say, put: say, patch: say, delete: say };
}
