namespace TradeFlow.Platform.Connectors.Http;

/// <summary>What Redis does for a question of a Worker, in one piece.</summary>
internal static class PermitScript
{
    // The Workers' hash has for each, in microseconds of Redis: since when it has been there, and when it was heard last. A Worker counts
    // as one that is there once what it may have taken as its own before is out of the window. Of those that are missed the pool keeps
    // back the rest of their share: they may take it without Redis. A window is a sorted set of what was taken, by its time.
    public const string Text = """
        local t = redis.call('TIME')
        local now = t[1] * 1000000 + t[2]
        local workers, self = KEYS[1], ARGV[1]
        local function text(number) return string.format('%.0f', number) end
        if ARGV[2] == 'away' then
          redis.call('HDEL', workers, self)
          return {now}
        end
        if now > tonumber(ARGV[2]) then return {now} end
        local count, missed, grace = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])

        local since, others = now, {}
        local known = redis.call('HGETALL', workers)
        for i = 1, #known, 2 do
          local from, heard = string.match(known[i + 1], '(%d+) (%d+)')
          local silent = math.abs(now - tonumber(heard))
          if silent <= missed and known[i] == self then since = math.min(now, tonumber(from))
          elseif silent <= missed then others[#others + 1] = tonumber(from)
          elseif silent > 600000000 then redis.call('HDEL', workers, known[i]) end
        end
        redis.call('HSET', workers, self, text(since) .. ' ' .. text(now))
        others[#others + 1] = since

        local function reserve(permits)
          if permits < 2 then return 0 end
          return math.max(1, math.floor(permits / 5))
        end
        local answer, free = {now, 1}, true
        for i = 0, (#KEYS - 3) / 2 do
          local key, pause = KEYS[2 + 2 * i], KEYS[3 + 2 * i]
          local permits, per, full = tonumber(ARGV[7 + 3 * i]), tonumber(ARGV[8 + 3 * i]), ARGV[9 + 3 * i] == '1'
          local share, half = math.floor(permits / count), math.floor(permits / (2 * count))
          local missing = count
          for _, from in ipairs(others) do
            if now - from >= per + grace then missing = missing - 1 end
          end
          local limit = permits - count * half - math.max(0, missing) * (share - half)
          if not full then limit = limit - reserve(limit) end
          redis.call('ZREMRANGEBYSCORE', key, '-inf', text(now - per))
          local taken = redis.call('ZCARD', key)
          local wait, paused = 0, redis.call('PTTL', pause)
          if paused > 0 then wait = paused * 1000
          elseif limit <= 0 then wait = math.min(per, 1000000)
          elseif taken >= limit then
            wait = math.max(1000, redis.call('ZRANGE', key, taken - limit, taken - limit, 'WITHSCORES')[2] + per - now)
          end
          if wait > 0 then free = false end
          answer[#answer + 1] = wait
          answer[#answer + 1] = paused > 0 and 1 or 0
        end
        if free then
          for i = 0, (#KEYS - 3) / 2 do
            local key = KEYS[2 + 2 * i]
            redis.call('ZADD', key, text(now), self .. ' ' .. ARGV[6])
            redis.call('PEXPIRE', key, text(tonumber(ARGV[8 + 3 * i]) / 1000 + 1000))
          end
        end
        return answer
        """;
}
