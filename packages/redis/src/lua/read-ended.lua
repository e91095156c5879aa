-- read-ended: records of a generation that is over.
--   KEYS[1] its stream   KEYS[2] progress   ARGV[1] generation  ARGV[2] epoch applied  ARGV[3] records at most
--   -> {last epoch, records}, or nil when it was finished already
local ended = redis.call('HGET', KEYS[2], 'ended:' .. ARGV[1])
if not ended then return false end
return {tonumber(string.match(ended, '^%d+')), page(KEYS[1], tonumber(ARGV[2]), tonumber(ARGV[3]))}
