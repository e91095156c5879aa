-- append: one record, one epoch.
--   KEYS meta, stream, progress   ARGV[1] nonce   ARGV[2] payload   ARGV[3] records to keep at most
--   -> {generation, epoch}
epoch = epoch + 1
redis.call('HSET', KEYS[1], 'epoch', epoch)
-- t: when, for the audit. Ids have no room for it.
local time = redis.call('TIME')
local ms = time[1] .. string.sub(string.format('%06d', time[2]), 1, 3)
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[3], epoch .. '-0', 'd', ARGV[2], 't', ms)
-- A doorbell only: losing it costs latency, never safety.
redis.call('PUBLISH', KEYS[2], epoch)
return {gen, epoch}
