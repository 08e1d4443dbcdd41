/** Stripe's error envelope and the errors a reader can meet. */

export type StripeErrorBody = {
  readonly error: {
    readonly type: "invalid_request_error" | "api_error";
    readonly message: string;
    readonly code?: string;
    readonly param?: string;
    readonly doc_url?: string;
  };
};

/** Thrown inside the simulator, answered as Stripe answers. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: StripeErrorBody;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    error: Omit<StripeErrorBody["error"], "type"> & { type?: StripeErrorBody["error"]["type"] },
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(error.message);
    this.status = status;
    this.body = { error: { type: "invalid_request_error", ...error } };
    this.headers = headers;
  }
}

export function unknownUrl(method: string, path: string): Refusal {
  return new Refusal(404, { message: `Unrecognized request URL (${method}: ${path}).` });
}

export function readOnly(method: string, path: string): Refusal {
  const message = `The local Stripe simulator is read-only: ${method} ${path} is not served.`;
  return new Refusal(405, { message, code: "simulator_read_only" });
}

export function noSuch(kind: string, id: string, param = "id"): Refusal {
  return new Refusal(404, { message: `No such ${kind}: '${id}'`, code: "resource_missing", param });
}

/** Of the header `Stripe-Account`. */
export function noAccess(account: string): Refusal {
  const message = `The provided key does not have access to account '${account}' (or that account does not exist). Application access may have been revoked.`;
  return new Refusal(403, { message, code: "account_invalid" });
}

export function invalidParameter(param: string, message: string): Refusal {
  return new Refusal(400, { message, code: "parameter_invalid", param });
}

export function unknownParameter(param: string): Refusal {
  return new Refusal(400, {
    message: `Received unknown parameter: ${param}`,
    code: "parameter_unknown",
    param,
  });
}

export function rateLimited(retryAfterSeconds: number): Refusal {
  const message = "Request rate limit exceeded. Please slow down and try again.";
  return new Refusal(429, { message, code: "rate_limit" }, { "Retry-After": String(retryAfterSeconds) });
}

export function serverError(): Refusal {
  const message = "Sorry! There was an error while talking to one of our backends. Please try again.";
  return new Refusal(500, { message, type: "api_error" });
}
