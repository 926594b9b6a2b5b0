-- The strategy that a signal came from, with its name of that time, and its signal, which other accounts have got as well.
alter table alerts.webhooks_log
    add column strategy_id uuid,
    add column strategy_name text,
    add column strategy_signal_id uuid;
create index webhooks_log_by_strategy_signal on alerts.webhooks_log (strategy_signal_id) where strategy_signal_id is not null;
