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

/** Keys are checked by form alone; a live key is refused, since it has no business on a simulator. */
export function refuseKey(authorization: string | undefined): Refusal | undefined {
  const key = keyIn(authorization);
  if (key === undefined || key === "") {
    const message =
      "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth.";
    return new Refusal(401, { message });
  }
  if (/^(sk|rk)_test_/.test(key)) return undefined;
  if (/^(sk|rk)_live_/.test(key)) {
    return new Refusal(401, {
      message: "This is the local Stripe simulator. It takes no live keys; revoke this one if in doubt.",
    });
  }
  return new Refusal(401, { message: `Invalid API Key provided: ${key.slice(0, 3)}****` });
}

function keyIn(authorization: string | undefined): string | undefined {
  const [scheme, credential] = (authorization ?? "").split(" ");
  if (scheme?.toLowerCase() === "bearer") return credential;
  if (scheme?.toLowerCase() !== "basic") return undefined;
  return Buffer.from(credential ?? "", "base64")
    .toString("utf8")
    .split(":")[0];
}
