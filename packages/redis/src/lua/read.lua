-- read: what follows a position, for one who is no member: nobody waits for it and it has no lease.
--   KEYS meta, stream, progress
--   ARGV[1] nonce  ARGV[2] generation known ('' at first)  ARGV[3] epoch applied  ARGV[4] records at most
--   -> as poll
local from = 0
if ARGV[2] == gen then from = tonumber(ARGV[3]) end
local records = {}
if epoch > from then records = page(KEYS[2], from, tonumber(ARGV[4])) end
local time = redis.call('TIME')
return {gen, epoch, records, time[1], time[2]}
