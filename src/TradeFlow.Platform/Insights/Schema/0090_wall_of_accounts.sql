select kernel.protect_accounts('insights.trades');
select kernel.protect_accounts('insights.accounts');
select kernel.protect_accounts('insights.equity_snapshots');
