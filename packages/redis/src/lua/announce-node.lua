-- announce-node: writes or renews a node's row, and drops the rows of nodes that fell silent.
--   KEYS as in nodes.lua   ARGV[1] node   ARGV[2] its row   ARGV[3] its state   ARGV[4] milliseconds of silence after which a
--   node is dropped   ARGV[5] doorbell's channel   ARGV[6] how many changes are remembered one by one
--   -> the number of the newest change
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local newest = tonumber(redis.call('ZRANGE', KEYS[3], -1, -1, 'WITHSCORES')[2] or now)
local before = redis.call('GET', KEYS[5])

-- When nobody was heard of for some time it was this server that was away (or it is another one, with a clock of its own):
-- who speaks first now would else drop all the others.
if now - newest > ARGV[4] / 2 or newest > now then
  for _, node in ipairs(redis.call('ZRANGE', KEYS[3], 0, -1)) do redis.call('ZADD', KEYS[3], now, node) end
end
redis.call('ZADD', KEYS[3], now, ARGV[1])
for _, node in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', now - ARGV[4], 'LIMIT', 0, 100)) do forget(node) end

redis.call('HSET', KEYS[2], ARGV[1], ARGV[3])
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
  change(ARGV[1])
end

local after = redis.call('GET', KEYS[5])
if after ~= before then
  redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', after - ARGV[6])
  redis.call('PUBLISH', ARGV[5], after)
end
return tonumber(after or 0)
