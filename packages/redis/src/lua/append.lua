-- append: one record, one epoch.
--   KEYS[1] meta   KEYS[2] stream   ARGV[1] nonce   ARGV[2] payload   ARGV[3] records to keep
--   -> {generation, epoch}
epoch = epoch + 1
redis.call('HSET', KEYS[1], 'epoch', epoch)
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[3], epoch .. '-0', 'd', ARGV[2])
-- A doorbell only: losing it costs latency, never safety.
redis.call('PUBLISH', KEYS[2], epoch)
return {gen, epoch}
