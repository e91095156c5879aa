-- read-snapshot: the snapshot of this generation.
--   KEYS meta, stream, progress, snapshot   ARGV[1] nonce  ARGV[2..] none
--   -> {generation, snapshot or nil}; nil also when what lies there is another generation's
local held = redis.call('GETRANGE', KEYS[4], 0, 7)
local name = string.gsub(held, '.', function(byte) return string.format('%02x', string.byte(byte)) end)
if name ~= gen then return {gen, false} end
return {gen, redis.call('GET', KEYS[4])}
