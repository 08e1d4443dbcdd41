/** `gateway-401`: a 401 that is not Cloud's own word. */
import { gatewayFault } from "./fault.ts";
import { none } from "./values.ts";

const page =
  "<!doctype html><html><head><title>401 Authorization Required</title></head><body><h1>401 Authorization Required</h1></body></html>\n";

export const gateway401 = gatewayFault({
  name: "gateway-401",
  title: "A proxy in between answers 401",
  values: none,
  whatHappens: "Every call is answered 401 with an HTML page, as a proxy in between would.",
  whatAGoodAppDoes:
    "Keeps the key: only key_revoked in JSON is a verdict. It stops calling after a few tries, says that Cloud refuses the key, asks again with growing pauses and comes back by itself.",
  effect: () => ({ kind: "answer", status: 401, body: page, contentType: "text/html; charset=utf-8" }),
});
