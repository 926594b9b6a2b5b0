-- Which dialect a message was read as.
alter table alerts.webhooks_log add column dialect text;
