-- append: one record, one epoch.
--   KEYS meta, stream, progress   ARGV[1] nonce   ARGV[2] payload   ARGV[3] records to keep at most
--   -> {generation, epoch}
epoch = epoch + 1
redis.call('HSET', KEYS[1], 'epoch', epoch)
-- The id is the epoch and, for the audit, the moment: epoch milliseconds, where a stream has room for a sequence number.
local time = redis.call('TIME')
local id = epoch .. '-' .. time[1] .. string.sub('00000' .. time[2], -6, -4)
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[3], id, 'd', ARGV[2])
-- A doorbell only: losing it costs latency, never safety.
redis.call('PUBLISH', KEYS[2], epoch)
return {gen, epoch}
