export * from './inbox.module.js';
export type { RawRequest, RawResponse } from './raw-request.js';
export { ReceiveRequest } from './receive-request.js';
export { RejectedInboundStore, type Rejection } from './rejected-inbound.store.js';
export { InboundLimits } from './rate-limits.js';
export { SERVED_ENDPOINTS } from './match-endpoint.js';
export { decidePlace, type PlaceQuestion, type PlaceDecision } from './decide-place.js';
export { StopLane } from './stop-lane.js';
