-- take: sets a string that nobody holds, for a time.
--   KEYS[1] name   ARGV[1] value   ARGV[2] milliseconds to live
--   -> nil taken, else what is held
local held = redis.call('GET', KEYS[1])
if held then return held end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return false
