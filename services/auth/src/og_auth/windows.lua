-- Admits arrivals to a sliding window. KEYS are two lists of times, oldest first, as Unix
-- microseconds: of all that were admitted, and of the prior ones among them. ARGV are the limit,
-- the window's length in microseconds and the arrivals in their order, a character each: "p" is
-- prior and passes while fewer prior ones than the limit are there, "-" while fewer of all are.
-- Answers how many the lists held before, the time, and the times of those that must leave before
-- there is room again: among all, one for each count from before the arrivals to after them;
-- among the prior ones, which never go over the limit here, one or nil.
local all, prior = KEYS[1], KEYS[2]
local limit, length, arrivals = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
local PUSHED_AT_ONCE = 1000  -- unpack takes some thousands

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local entry = string.format('%.0f', now)

local function time_at(list, index)
  return tonumber(redis.call('LINDEX', list, index) or nil)
end

-- How many in a row fulfil a condition that, once it fails, fails for all after: in doubling
-- steps, then halving ones, since a burst that leaves at once must not hold up everybody else.
local function count_while(holds)
  if not holds(0) then return 0 end
  local last, step = 0, 1
  while holds(last + step) do
    last = last + step
    step = step * 2
  end
  while step > 1 do
    step = step / 2
    if holds(last + step) then last = last + step end
  end
  return last + 1
end

local function push(list, count)
  if count == 0 then return end
  while count > 0 do
    local entries = {}
    for i = 1, math.min(count, PUSHED_AT_ONCE) do entries[i] = entry end
    redis.call('RPUSH', list, unpack(entries))
    count = count - #entries
  end
  redis.call('PEXPIRE', list, math.ceil(length / 1000) + 1)
end

-- Brings a list up to the present and answers how many it holds.
local function settle(list)
  if redis.call('LLEN', list) == 0 then return 0 end
  -- After the clock was set back some seem to be yet to come. They came by now at the latest: so
  -- they stay for a window more at most, and the list keeps its order.
  local ahead = count_while(function(i)
    local at = time_at(list, -1 - i)
    return at and at > now
  end)
  if ahead > 0 then
    redis.call('LTRIM', list, 0, -1 - ahead)
    push(list, ahead)
  end
  -- Times are cut to the microsecond, so one exactly a window old may be a bit younger: it stays.
  local gone = count_while(function(i)
    local at = time_at(list, i)
    return at and at < now - length
  end)
  if gone > 0 then redis.call('LTRIM', list, gone, -1) end
  return redis.call('LLEN', list)
end

local used_before, prior_before = settle(all), settle(prior)
local used, prior_used = used_before, prior_before
for i = 1, #arrivals do
  if arrivals:sub(i, i) == 'p' then
    if prior_used < limit then used, prior_used = used + 1, prior_used + 1 end
  elseif used < limit then
    used = used + 1
  end
end
push(all, used - used_before)
push(prior, prior_used - prior_before)

local function first_to_leave(count) return math.max(0, count - limit) end
return {
  used_before,
  prior_before,
  now,
  redis.call('LRANGE', all, first_to_leave(used_before), first_to_leave(used)),
  prior_used > 0 and redis.call('LINDEX', prior, first_to_leave(prior_used)),
}
