/**
 * Every name that Freshet uses in Redis, in one place. Names in braces share a Cluster slot, so that the scripts that
 * touch several of them stay legal on Redis Cluster.
 */
export const redisKeys = {
  /** One L2 entry. Entries carry no hash tag: they spread over all slots. */
  entry: (key: string) => `${ENTRY_PREFIX}${key}`,
  /** Hash: id, gen, epoch and one `m:<node>:<incarnation>` per member. One hash, so that it is lost all or nothing. */
  logMeta: '{freshet:log}:meta',
  /** Stream of invalidation records, id `<epoch>-<when, epoch milliseconds>`. Also the name of the doorbell's channel. */
  logStream: '{freshet:log}:stream',
  /** The stream of a generation that ended, kept so that the archiver can finish it. */
  logStreamOf: (generation: string) => `{freshet:log}:stream:${generation}`,
  /** String: what the log said up to some position, for nodes that join (rule snap). Written in one SET. */
  logSnapshot: '{freshet:log}:snapshot',
  /** Hash: how far archive and snapshot have come; the log is trimmed up to the lesser of the two. */
  logProgress: '{freshet:log}:progress',
  /** String: a receipt as JSON, for a day. */
  receipt: (id: string) => `freshet:receipt:${id}`,
  /** String: what an Idempotency-Key of one caller was answered, for a day. */
  idempotency: (digest: string) => `freshet:idempotency:${digest}`,
  /** String: what a bulk run set out to do, as JSON, for a week. */
  bulkRun: (id: string) => `freshet:bulk:${id}`,
  /** String: the nonce of the caller who may load a key (cache-aside), for as long as a load may take. */
  loadLease: (key: string) => `freshet:lease:${key}`,
  /** String: the control document (policies, API keys) as JSON. */
  controlDocument: '{freshet:control}:document',
  /** String: the document's revision, so that nodes poll a few bytes and not the document. */
  controlRevision: '{freshet:control}:revision',
  /** Channel that says "a new control document is there". A doorbell only: nodes poll as well. */
  controlDoorbell: '{freshet:control}:doorbell',
  /** Hash: node id -> what it says of itself, as JSON. */
  nodes: '{freshet:nodes}:rows',
  /** Hash: node id -> coherence state. Apart from the rows: it may change everywhere at once, and moves no key. */
  nodeStates: '{freshet:nodes}:states',
  /** Sorted set: node ids by when they were heard of last, epoch milliseconds on Redis's clock. */
  nodesSeen: '{freshet:nodes}:seen',
  /** Sorted set: node ids by the number of the change that they had part in last; nodes that went as well. */
  nodesMoved: '{freshet:nodes}:moved',
  /** String: how many changes the list of nodes has seen. */
  nodeChanges: '{freshet:nodes}:changes',
  /** Channel that says "the list of nodes is another". */
  nodesDoorbell: '{freshet:nodes}:doorbell',
  /** BullMQ's prefix. Braced: BullMQ's scripts need all of a queue's keys in one slot. */
  queuePrefix: '{freshet:queue}',
} as const

export const ENTRY_PREFIX = 'freshet:e:'
