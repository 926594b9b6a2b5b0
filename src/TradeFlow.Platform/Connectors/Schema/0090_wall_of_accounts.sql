select kernel.protect_accounts('connectors.jobs');
select kernel.protect_accounts('connectors.instruments');
select kernel.protect_accounts('connectors.connector_state');
select kernel.protect_accounts('connectors.agents');
select kernel.protect_accounts('connectors.agent_commands');
select kernel.protect_accounts('connectors.agent_symbols');
select kernel.protect_accounts('connectors.agent_reports');
