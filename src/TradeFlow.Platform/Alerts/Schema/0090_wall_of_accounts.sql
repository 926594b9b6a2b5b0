select kernel.protect_accounts('alerts.webhooks_log');
select kernel.protect_accounts('alerts.dedupe');
