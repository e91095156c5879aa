-- members: who must have applied an invalidation before it is acknowledged.
--   KEYS meta, stream, progress   ARGV[1] nonce
--   -> {generation, tail, [field, value, ...]} with a member's field 'm:<node>:<incarnation>' and its value
--      '<applied>:<polls>:<leaseMs>'; other fields are not the caller's business
-- Changes nothing (meta has no time to live), but only a server that may write can do it. A master that is cut off from
-- its replicas would show members that poll another master by now, whose leases here run out and there do not (rule
-- fence).
redis.call('PERSIST', KEYS[1])
return {gen, epoch, redis.call('HGETALL', KEYS[1])}
