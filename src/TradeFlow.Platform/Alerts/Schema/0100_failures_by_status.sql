-- One status of them that is rare, or was never answered: without this all failures are read for an empty page.
create index webhooks_log_failed_by_status on alerts.webhooks_log (tenant_id, status, received_at desc, id desc) where status >= 400;
