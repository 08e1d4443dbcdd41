/** The routes of the Dashboard API by name, as `"GET /api/apps/:id"`: what each takes and answers, by the server's own definitions. */
import type { DashboardRoute, ParameterOf } from "@annex/sandbox/page-types";

type Named<Route> = Route extends {
  readonly method: infer Method extends string;
  readonly path: infer Path extends string;
}
  ? { readonly name: `${Method} ${Path}`; readonly path: Path; readonly route: Route }
  : never;

type AnyNamed = Named<DashboardRoute>;

/** Every route there is. */
export type RouteName = AnyNamed["name"];

type RouteOf<Name extends RouteName> = AnyNamed extends infer One
  ? One extends { readonly name: infer Names; readonly route: infer Route }
    ? Name extends Names
      ? Route
      : never
    : never
  : never;

type Output<Schema> = Schema extends { readonly _zod: { readonly output: infer Value } } ? Value : never;
type Input<Schema> = Schema extends { readonly _zod: { readonly input: infer Value } } ? Value : never;
type Part<Route, Name extends string> = Route extends { readonly [Key in Name]: infer Value } ? Value : never;

/** What a route answers. */
export type AnswerOf<Name extends RouteName> = Output<Part<RouteOf<Name>, "answer">>;

/** A row of the list that a route answers. */
export type RowOf<Name extends RouteName> =
  AnswerOf<Name> extends { readonly data: readonly (infer Row)[] } ? Row : never;

/** The body that a route takes. */
export type BodyOf<Name extends RouteName> = Input<Part<RouteOf<Name>, "body">>;

type ParametersOf<Name extends RouteName> = ParameterOf<Part<RouteOf<Name>, "path"> & string>;
/** The query that a route takes, by its names. */
export type QueryOf<Name extends RouteName> = Partial<
  Record<keyof Input<Part<RouteOf<Name>, "query">>, string | number | undefined>
>;

type None = Record<never, never>;

/** What a call of a route must bring: its open segments, its body; and what it can: its query, a signal to give up. */
export type CallOf<Name extends RouteName> = {
  readonly signal?: AbortSignal;
} & ([ParametersOf<Name>] extends [never]
  ? None
  : { readonly parameters: Readonly<Record<ParametersOf<Name>, string>> }) &
  ([BodyOf<Name>] extends [never] ? None : { readonly body: BodyOf<Name> }) &
  ([Input<Part<RouteOf<Name>, "query">>] extends [never] ? None : { readonly query?: QueryOf<Name> });
