-- read-nodes: the list of nodes, or what changed in it.
--   KEYS as in nodes.lua   ARGV[1] number of the change up to which the caller knows the list, '' if it does not
--   ARGV[2] how many changes are remembered one by one
--   -> {newest change, 1 all of it or 0 what changed, [node, row, ...]}; the row of a node that went is ''
local newest = tonumber(redis.call('GET', KEYS[5]) or 0)
local known = tonumber(ARGV[1])
-- A number that was not given out yet is of a server whose last writes were lost.
if not known or known > newest or newest - known > tonumber(ARGV[2]) then
  return {newest, 1, redis.call('HGETALL', KEYS[1])}
end
local rows = {}
for _, node in ipairs(redis.call('ZRANGEBYSCORE', KEYS[4], '(' .. known, '+inf')) do
  rows[#rows + 1] = node
  rows[#rows + 1] = redis.call('HGET', KEYS[1], node) or ''
end
return {newest, 0, rows}
