-- release: deletes a string that is still the expected one. After its time another may hold it: theirs stays.
--   KEYS[1] name   ARGV[1] expected
--   -> 1 deleted, 0 it is another or gone
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
