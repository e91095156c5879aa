-- reap: takes a member off the list if it did not poll since the caller looked (rule reapSafe). In a new generation the
-- table began anew: a member of the same name there is alive.
--   KEYS meta, stream, progress   ARGV[1] nonce  ARGV[2] generation  ARGV[3] node:incarnation  ARGV[4] polls seen
--   -> 1 removed, 0 not
if gen ~= ARGV[2] then return 0 end
local member = 'm:' .. ARGV[3]
local polls = string.match(redis.call('HGET', KEYS[1], member) or '', '^%d+:(%d+)')
if polls ~= ARGV[4] then return 0 end
return redis.call('HDEL', KEYS[1], member)
