-- list-nodes: the nodes heard of lately.
--   KEYS as in nodes.lua   ARGV[1] milliseconds of silence after which a node is left out
--   -> [node, row, state, seen, epoch milliseconds, ...]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local list = {}
for _, node in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], now - ARGV[1], '+inf')) do
  list[#list + 1] = node
  list[#list + 1] = redis.call('HGET', KEYS[1], node) or ''
  list[#list + 1] = redis.call('HGET', KEYS[2], node) or ''
  list[#list + 1] = redis.call('ZSCORE', KEYS[3], node)
end
return list
