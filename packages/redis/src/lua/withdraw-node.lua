-- withdraw-node: takes a node off the list.
--   KEYS as in nodes.lua   ARGV[1] node   ARGV[2] its incarnation: a process that took the name over stays
--   ARGV[3] doorbell's channel   -> 1 it was on the list
local row = redis.call('HGET', KEYS[1], ARGV[1])
if not row or cjson.decode(row).incarnation ~= ARGV[2] then return 0 end
forget(ARGV[1])
redis.call('PUBLISH', ARGV[3], redis.call('GET', KEYS[5]))
return 1
