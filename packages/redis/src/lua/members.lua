-- members: who must have applied an invalidation before it is acknowledged.
--   KEYS meta, stream, progress   ARGV[1] nonce
--   -> {generation, tail, [field, value, ...]} with a member's field 'm:<node>:<incarnation>' and its value
--      '<applied>:<polls>:<leaseMs>'; other fields are not the caller's business
return {gen, epoch, redis.call('HGETALL', KEYS[1])}
