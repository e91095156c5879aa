-- generations: whose records may not all be in the audit yet.
--   KEYS meta, stream, progress   ARGV[1] nonce
--   -> {generation, tail, [field, value, ...]} with 'ended:<generation>' -> '<last epoch>:<seconds when it ended>'
return {gen, epoch, redis.call('HGETALL', KEYS[3])}
