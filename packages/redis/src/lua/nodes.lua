-- The first part of the scripts that change the list of nodes (it is put before each of them).
--   KEYS rows, states, seen, moved, changes
-- rows and states are hashes by node; seen says when each was heard of last, by this server's clock alone, milliseconds.
-- A change is a row that came, went or is another than before; changes counts them, and moved says at which number a node
-- changed last, so that who knows the list up to a number is told of the few that changed since.
local function change(node)
  redis.call('ZADD', KEYS[4], redis.call('INCR', KEYS[5]), node)
end

local function forget(node)
  local known = redis.call('HDEL', KEYS[1], node)
  redis.call('HDEL', KEYS[2], node)
  redis.call('ZREM', KEYS[3], node)
  if known == 1 then change(node) end
  return known
end
