-- swap: replaces a string that is still the expected one.
--   KEYS[1] name   ARGV[1] expected   ARGV[2] new   ARGV[3] milliseconds to live
--   -> 1 replaced, 0 it is another or gone
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
