-- Administrators read the log of all tenants, newest first.
create index webhooks_log_by_time on alerts.webhooks_log (received_at desc, id desc);
