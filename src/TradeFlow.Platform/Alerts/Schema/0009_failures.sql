-- What went wrong is rare, and is what people look for.
create index webhooks_log_failed on alerts.webhooks_log (tenant_id, received_at desc, id desc) where status >= 400;
