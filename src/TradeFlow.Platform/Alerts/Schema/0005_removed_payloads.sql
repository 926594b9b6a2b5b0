-- What was taken out of the row since, in words that people are shown: 'removed after 30 days'. Null: it is whole.
alter table alerts.webhooks_log add column removed text;
