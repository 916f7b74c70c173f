/**
 * Everything that touches Redis: wake-ups, hints to open streams, signals, the nonce memory, an embedded server.
 * Not for: anything that must not be lost. Redis may be emptied at any time; Postgres and the sweep make up for it.
 * Read first: wake-queue.ts (deliveries), room-channel.ts (live clients).
 */
export { RedisClients, type RedisClientsOptions } from './redis-clients.js';
export { RoomChannel, type RoomListener, type RoomMessage, type Unsubscribe } from './room-channel.js';
export { Signals, Waiter } from './signals.js';
export { AwakePeople, type Settled, type Wakefulness } from './awake-people.js';
export { EphemeralBox, type WaitingEphemerals } from './ephemeral-box.js';
export { NonceMemory, type NonceClaim, type NonceVerdict } from './nonce-memory.js';
export { DeliveryQueue, RequestQueue } from './delivery-queue.js';
export { deliveryQueueName, requestQueueName, type DeliveryJob, type PoolOf, type RequestJob } from './queue-names.js';
export { createDeliveryWorker, createRequestWorker, workerOptions, type DeliveryHandlers, type RunningWorker, type WorkerSettings } from './workers.js';
export { startEmbeddedRedis, type EmbeddedRedis, type EmbeddedRedisOptions } from './embedded-redis.js';
