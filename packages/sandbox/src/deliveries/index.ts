/**
 * What the Cloud says to an app over HTTP: install and uninstall events and portal
 * requests, each on record before it is sent, with the answer after. Contract
 * sections 3, 4, 5 (Duplicates) and 7. Bodies lie sealed in the store, because an
 * install event carries the key and must be sent again to the byte; what is shown is
 * masked. Touches the tables deliveries and held_deliveries.
 */
export {
  createDeliveries,
  type Deliveries,
  type Redelivered,
  type Redelivery,
  shownAnswer,
} from "./deliveries.ts";
export { type DeliveryView, deliveryKinds } from "./list.ts";
export { type AppAnswer, isAccepted } from "./send.ts";
