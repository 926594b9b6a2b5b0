alter table alerts.webhooks_log
    -- Bytes of the message that are not kept: a row of a signal that was not recorded holds its beginning alone.
    add column payload_cut int,
    -- Requests over the rate of the same second that have no row of their own.
    add column more int,
    -- How old the alert was by its own time, where that was more than a minute.
    add column lag_seconds int;
